/** How finished a caller's words sound, given what they were asked. Pure; Korean first, some English. */
import { dictatedDigits, isInsideAddress, numberProgress } from './dictation.ts'
import type { ExpectedAnswer } from './expected-answer.ts'

export type Completeness =
  /** All that the question wanted: "네." */
  | 'answer'
  /** "네.", "홍길동입니다", "보내 주세요". */
  | 'complete'
  /** What was asked for, without an ending: a name, "특2호실". */
  | 'noun'
  /** Nothing tells either way: a bare name unasked, an English clause. */
  | 'open'
  /** "그리고", "수령인은", "음". */
  | 'incomplete'
  /** A number or an address is under way: "공일공 일이삼사". */
  | 'dictation'

const FILLERS =
  /(^|\s)(음+|어+|으+음*|아+|저+|저기|그+|그게|뭐|뭐지|뭐냐|뭐더라|잠깐만요?|잠시만요?|그러니까|uh+|um+|well|so)$/i
const YES =
  /^(아\s|어\s)?((네|예|응|어|맞아요?|맞습니다|좋아요?|좋습니다|그래요?|그럼요|됐어요?|물론이죠?|yes|yeah|yep|ok|okay|right|correct|sure)(\s+|$))+$/i
const NO = /^((아니요?|아니오|아뇨|없어요?|없습니다|괜찮아요?|괜찮습니다|no|nope)(\s+|$))+$/i
/** A yes in more words: "네 그렇게 해 주세요". */
const LONGER_YES = /^(네|예|응|yes)\s.{1,14}(요|니다|죠|please)$/i
/** Words that say something by themselves although they look like an ending or a filler. */
const SHORT_WORD =
  /^(네+|예+|응|아니요?|아니오|아뇨|맞아요?|맞습니다|좋아요?|그래요?|됐어요?|없어요?|yes|no|yeah|ok|okay|right|correct)$/i
const SENTENCE_ENDINGS = /(요|니다|[습입합됩갑]니까|[을할갈될볼]까|죠|해줘|보내줘|있어|했어|.다)$/
/** "-거든요", "-는데요", "-고요": often the caller's last words, often not. */
const TRAILING_ENDINGS = /(데요|는데|은데|인데|런데|거든요|고요|구요|서요|니까요|면요)$/
const CONNECTIVES =
  /(고|서|는데|은데|인데|지만|니까|면|려고|거나|며|면서|도록|그리고|그래서|그런데|근데|하고|이랑|랑|및)$/
/** Particles after a noun of at least one more syllable: "수령인은", "서울대병원에". */
const PARTICLES = /[가-힣](은|는|을|를|에|에서|으로|에게|한테|께|의|과|와|까지|부터|하고|이라고|라고)$/
const ENGLISH_OPEN =
  /\b(and|but|or|the|a|an|to|of|for|at|in|on|with|my|is|it's|because|the name is|name is)$/i
/** How a dictated text is closed: "…라고 써 주세요", "…로 해 주세요". */
const CLOSES_DICTATED_TEXT =
  /(써|적어|넣어|해)\s*(주세요|주십시오|주시면\s*돼요|줘)$|(이요|입니다|이에요|예요)$/
const NAME = /^(고\s*|고인\s*)?[가-힣]{2,6}(\s[가-힣]{2,4})?$/
const ROOM = /[\d일이삼사오육칠팔구십백특]\s*호(실)?$/
const TIME = /(시|시\s*반|분|정오|자정)(까지)?$/

/** @param expected of our last words. Punctuation that recognition adds is not trusted after fillers and digits. */
export function completenessOf(words: string, expected: ExpectedAnswer = 'open'): Completeness {
  const marked = /[.?!。？！]["'”’]?\s*$/.test(words)
  const comma = /[,，、…]\s*$/.test(words)
  const text = words.replace(/[\s\p{P}]+/gu, ' ').trim()
  const last = text.split(/\s+/).at(-1) ?? ''
  const short = shortAnswer(text, expected)
  if (short !== null) return short
  if (SHORT_WORD.test(last)) return 'complete'
  if (FILLERS.test(text)) return 'incomplete'
  const digits = dictatedDigits(text)
  if (digits !== null) return ofNumber(digits, expected)
  if (comma) return 'incomplete'
  if (expected === 'place' && isInsideAddress(text)) return 'dictation'
  if (expected === 'time' && TIME.test(text)) return 'noun'
  if (TRAILING_ENDINGS.test(last)) return 'open'
  if (expected === 'text') return CLOSES_DICTATED_TEXT.test(text) ? 'complete' : 'open'
  if (SENTENCE_ENDINGS.test(last)) return 'complete'
  if (CONNECTIVES.test(last) || PARTICLES.test(last) || ENGLISH_OPEN.test(text)) return 'incomplete'
  if (expected === 'name' && NAME.test(text)) return 'noun'
  if (expected === 'room' && ROOM.test(text)) return 'noun'
  return marked ? 'complete' : 'open'
}

/** "네" ends what asks for it; asked for a name or a number, it only begins the answer. */
function shortAnswer(text: string, expected: ExpectedAnswer): Completeness | null {
  const isNo = NO.test(text)
  if (!isNo && !YES.test(text)) {
    const wanted = expected === 'yes_no' || expected === 'check'
    return wanted && LONGER_YES.test(text) && !TRAILING_ENDINGS.test(text) ? 'answer' : null
  }
  switch (expected) {
    case 'yes_no':
      return 'answer'
    case 'check':
      // What is wrong comes next.
      return isNo ? 'open' : 'answer'
    case 'open':
      return 'complete'
    case 'name':
    case 'number':
    case 'place':
    case 'room':
    case 'time':
    case 'text':
      return isNo ? 'complete' : 'open'
  }
}

function ofNumber(digits: string, expected: ExpectedAnswer): Completeness {
  switch (numberProgress(digits)) {
    case 'whole':
      return 'complete'
    case 'may_be_whole':
      return 'open'
    case 'partial':
      return expected === 'number' || /^0[1-7]/.test(digits) ? 'dictation' : 'incomplete'
  }
}

/** Words that only show that somebody listens; said over our own speech they are no turn. */
export function isBackchannel(words: string): boolean {
  const text = words.replace(/[\s\p{P}]/gu, '')
  return /^(네에|네|예|음|흠|아하|아|어|응|오|그렇군요|그렇구나|그래요|yeah|uhhuh|mhm|mm)+$/i.test(text)
}
