/**
 * When has the caller finished? Decided from voice activity and what the partial transcript says: a
 * finished Korean sentence is answered after a breath, a number being dictated is waited for. Pure; time
 * is an argument.
 */

/** Silence after the last voice that ends a turn, by how finished the words sound. Ms. */
export const END_SILENCE_MS = {
  /** "네.", "홍길동입니다", "보내 주세요". */
  complete: 350,
  /** Nothing tells either way: a bare name, an English clause. */
  open: 700,
  /** "그리고", "수령인은", "공일공 일이삼사", "음". */
  incomplete: 1_500,
} as const
export type Completeness = keyof typeof END_SILENCE_MS

/** Voice after so long a silence belongs to another turn, however the words before it sound. */
export const MAX_END_SILENCE_MS = 3_000
/** Words that voice activity promises but recognition has not given yet are waited for this long. */
export const PENDING_WORDS_MS = 1_500
/** Recognition dates the end of a word to within this. */
const WORD_END_TOLERANCE_MS = 400
/** Voice beyond the recognised words that is at least a syllable. */
const CUT_WORD_MS = 100

export interface EndpointingInput {
  /** The caller's voice is heard at this moment. */
  readonly speaking: boolean
  /** Time since the last voice, on the caller's own clock. */
  readonly silenceMs: number
  /** Everything recognised in this turn so far. */
  readonly words: string
  /** How much of the voice the recognised words don't reach yet, on the caller's clock. */
  readonly unrecognizedMs: number
  /** Time since the words changed or voice ended last, on ours. */
  readonly quietMs: number
}

export type EndpointDecision =
  | 'wait'
  /** The caller has finished. */
  | 'end'
  /** There was voice but no words: a cough, a door. */
  | 'noise'

/**
 * @example decideEndOfTurn({ speaking: false, silenceMs: 360, words: '네 맞아요', unrecognizedMs: 0, quietMs: 200 }) // 'end'
 */
export function decideEndOfTurn(input: EndpointingInput): EndpointDecision {
  if (input.speaking) return 'wait'
  if (input.words === '') {
    return input.silenceMs >= PENDING_WORDS_MS && input.quietMs >= PENDING_WORDS_MS ? 'noise' : 'wait'
  }
  if (input.unrecognizedMs > WORD_END_TOLERANCE_MS && input.quietMs < PENDING_WORDS_MS) return 'wait'
  const isCut = input.unrecognizedMs > CUT_WORD_MS
  const completeness = isCut && endsWhenCompleted(input.words) ? 'complete' : completenessOf(input.words)
  return input.silenceMs >= END_SILENCE_MS[completeness] ? 'end' : 'wait'
}

/** Hypotheses lag by a syllable or two: "특2호실입니" can only become a finished sentence. */
function endsWhenCompleted(words: string): boolean {
  const last = words.split(/\s+/).at(-1) ?? ''
  return /.[습입합됩빕]니$|.(세|이에|예|어|아|해|돼|워|줘|봐)$/.test(last)
}

const FILLERS =
  /(^|\s)(음+|어+|으+음*|아+|저+|저기|그+|그게|뭐|뭐지|뭐냐|잠깐만요?|잠시만요?|그러니까|uh+|um+|well|so)$/i
/** Words that say something by themselves although they look like an ending or a filler. */
const SHORT_ANSWERS =
  /^(네+|예+|응|아니요?|아니오|맞아요?|맞습니다|좋아요?|그래요?|됐어요?|없어요?|yes|no|yeah|ok|okay|right|correct)$/i
const SENTENCE_ENDINGS = /(요|니다|[습입합됩갑]니까|[을할갈될볼]까|죠|해줘|보내줘|있어|했어|.다)$/
/** "-거든요", "-는데요", "-고요": often the caller's last words, often not. */
const TRAILING_ENDINGS = /(는데요?|은데요?|ㄴ데요?|인데요?|거든요|고요|구요|서요|니까요|면요)$/
const CONNECTIVES =
  /(고|서|는데|은데|인데|지만|니까|면|려고|거나|며|면서|도록|그리고|그래서|그런데|근데|하고|이랑|랑|및)$/
/** Particles after a noun of at least one more syllable: "수령인은", "서울대병원에". */
const PARTICLES = /[가-힣](은|는|을|를|에|에서|으로|에게|한테|께|의|과|와|까지|부터|하고|이라고|라고)$/
const DIGIT_WORD = '[0-9]|영|공|일|이|삼|사|오|육|륙|칠|팔|구'
/** The words end in a number that is being dictated: digits or digit words by themselves. */
const DICTATION = new RegExp(`(^|\\s|-)((${DIGIT_WORD})[\\s-]*){2,}(에|의|국에)?$`)
const ENGLISH_OPEN =
  /\b(and|but|or|the|a|an|to|of|for|at|in|on|with|my|is|it's|because|the name is|name is)$/i

/** How finished the words sound. Punctuation that recognition adds is not trusted after fillers and digits. */
export function completenessOf(words: string): Completeness {
  const marked = /[.?!。？！]["'”’]?\s*$/.test(words)
  const comma = /[,，、…]\s*$/.test(words)
  const text = words.replace(/[\s\p{P}]+$/u, '')
  const last = text.split(/\s+/).at(-1) ?? ''
  if (SHORT_ANSWERS.test(text) || (SHORT_ANSWERS.test(last) && text.includes(' '))) return 'complete'
  if (FILLERS.test(text)) return 'incomplete'
  const digits = dictatedDigits(text)
  if (digits !== null) return isWholePhoneNumber(digits) ? 'complete' : 'incomplete'
  if (comma) return 'incomplete'
  if (TRAILING_ENDINGS.test(last)) return 'open'
  if (SENTENCE_ENDINGS.test(last)) return 'complete'
  if (CONNECTIVES.test(last) || PARTICLES.test(last) || ENGLISH_OPEN.test(text)) return 'incomplete'
  return marked ? 'complete' : 'open'
}

const DIGIT_VALUES: Readonly<Record<string, string>> = {
  영: '0',
  공: '0',
  일: '1',
  이: '2',
  삼: '3',
  사: '4',
  오: '5',
  육: '6',
  륙: '6',
  칠: '7',
  팔: '8',
  구: '9',
}

/** The digits at the end of the words if a number is being dictated there, else null. */
function dictatedDigits(text: string): string | null {
  // Each pause in a dictation may have become a full stop.
  const run = DICTATION.exec(text.replace(/[.,]/g, ' '))?.[0]
  if (run === undefined) return null
  return [...run].map((char) => DIGIT_VALUES[char] ?? (/\d/.test(char) ? char : '')).join('')
}

/** Korean mobile (010 + 8) and landline (0xx + 7 or 8) numbers. */
function isWholePhoneNumber(digits: string): boolean {
  return /^01\d{9}$/.test(digits) || /^(02\d{8}|0[3-7]\d{9})$/.test(digits)
}

/** Words that only show that somebody listens; said over our own speech they are no turn. */
export function isBackchannel(words: string): boolean {
  const text = words.replace(/[\s\p{P}]/gu, '')
  return /^(네|예|음|아|어|응|그렇군요|yeah|uhhuh|mhm)+$/i.test(text)
}
