/** The people of an order: who sends the wreath, and for whom. */
import { hasFinalConsonant, stripEndings, stripHonorific } from './endings.ts'
import { type Found, found } from './found.ts'

/** Up to the next clause. */
const NAME = '([^|,.!?\\n]+?)'
const END =
  '(?=\\s*(?:[|,.!?\\n]|$|그리고|이고요?(?:\\s|$|[,.|])|이구요|구요(?:\\s|$|[,.|])|고요(?:\\s|$|[,.|])|고(?:\\s|$)|이며|입니다|이에요|예요|인데|이요(?:\\s|$|[,.|])|님(?:이|께|한테|에게|\\s|$|[,.|])|씨(?:이|께|\\s|$|[,.|])|요(?:\\s|$|[,.|])|이?라고\\s|(?:으로|로)\\s|앞으로|한테|에게))'
const TAIL =
  '(?:님|씨)?(?:이고요?|이구요|구요|고요|고|이며|입니다|이에요|예요|인데요?|이요|요|이?라고\\s*(?:합니다|해요|하고요))?'

const TITLED_NAME = '[가-힣]{2,4}?'
const PERSON_END =
  '(?=\\s*(?:님|씨|어르신|여사|선생|이고|이구|이에|예요|입니다|이요|인데|요(?:\\s|$|[,.|])|고(?:요|\\s|$)|께|한테|에게|앞|의|(?:으로|로)\\s*(?:바꿔|고쳐|변경|수정|정정)|[|,.!?]|\\s|$))'

const DECEASED = new RegExp(
  `(?:^|[\\s|,])(?:고|故)(?:\\s+|(?=[가-힣]{3}\\s*님))(${TITLED_NAME})${PERSON_END}`,
)
const MOURNER = new RegExp(`(?:^|[\\s|,])상주\\s+(${TITLED_NAME})${PERSON_END}`)
const DECEASED_LABEL = new RegExp(
  `(?:고인|돌아가신\\s*분)(?:분|님)?(?:의)?\\s*(?:성함|이름|존함)?(?:은|는|이|께서는)\\s*(?:고\\s+|故\\s*)?${NAME}${END}`,
)
const RECIPIENT_LABEL = new RegExp(
  `(?:받는|받으시는|받으실|받을|수령하시는)\\s*(?:분|사람)(?:의|은|는|이)?\\s*(?:성함|이름)?(?:은|는|이)?\\s+${NAME}${END}|(?:수령인|수령자|상주)(?:분|님)?(?:의)?\\s*(?:성함|이름)?(?:은|는|이)\\s+${NAME}${END}`,
)
const TO_PERSON = new RegExp(
  `(?:^|[\\s|,])(${TITLED_NAME})\\s*(?:님|씨)?\\s*(?:앞으로|께\\s*보내|한테\\s*보내|에게\\s*보내)`,
)

const ORDERER_LABEL = new RegExp(
  `(?:(?:보내는|보내시는|보낼|주문하는|주문하시는|신청하는)\\s*(?:분|사람|쪽|이)(?:의)?\\s*(?:성함|이름)?(?:은|는|이)?|(?:주문자|발신인|발송인|보내는\\s*이)(?:의)?\\s*(?:성함|이름)?(?:은|는|이)?|(?:제|저희|우리|회사)\\s*(?:이름|성함|회사|회사명|상호)(?:은|는|이))\\s*${NAME}${END}`,
)
const SELF = new RegExp(
  `(?:^|[\\s|,])(?:저는|전|저희는|여기는|나는)\\s+${NAME}(?=(?:이?라고\\s*(?:합니다|하는데요|해요|하고요)|입니다|이에요|예요|인데요|이고요|고요|이거든요))`,
)
const CALLED =
  /(?:^|[\s|,])([가-힣]{2,4}|\(?주\)?[^|,.!?]{2,30}?|[^|,.!?\s]+\s[가-힣]{2,4})(?:이?라고)\s*(?:합니다|하는데요|해요|하고요)/
const IN_NAME_OF = new RegExp(`(?:^|[|,])\\s*${NAME}\\s*(?:이름|명의)으로`)

const ENGLISH_ORDERER =
  /\b(?:[Mm]y name is|I am|I'm|[Tt]his is|[Tt]he sender is|[Ff]rom)\s+([A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3})/
const ENGLISH_RECIPIENT =
  /\b(?:for the late|the late|the deceased is|the recipient is|in memory of)\s+(?:(?:mr|mrs|ms|dr)\.?\s+)?([A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3})/

/** Words that show that an answer is a sentence about something, not a name. */
const NOT_A_NAME =
  /(?:주문|보내(?:려|고\s*싶|는\s*건|주|드)|하려고|싶은데|싶어요|화환|얼마|언제|어디|뭐|무엇|왜|어떻게|몰라|모르|모르겠|글쎄|있어요|있나요|없어요|해야|잠시|잠깐|여보세요|안녕|감사|고맙|죄송|날씨|상담|통화|전화|가격|번호|됩니까|되나요|할까요|어때|아까|기다|취소|나요|까요|습니까|\?$|호실|장례식장|무슨|그런|안 |별로|빨리|sorry|hello|wreath|order|weather|price|what|how|why)/i
const MAX_NAME = 40

/** The deceased ("고 박영자") or the chief mourner ("상주 이민호"). */
export function findRecipient(text: string, asked: boolean): Found | undefined {
  return (
    named(text, DECEASED, '고 ', 0.95) ??
    named(text, DECEASED_LABEL, '고 ', 0.9) ??
    named(text, MOURNER, '상주 ', 0.95) ??
    named(text, RECIPIENT_LABEL, '', 0.9) ??
    named(text, ENGLISH_RECIPIENT, '', 0.9) ??
    named(text, TO_PERSON, '', 0.85) ??
    (asked ? bareName(text) : undefined)
  )
}

/** A person or a firm with its representative. */
export function findOrderer(text: string, asked: boolean): Found | undefined {
  return (
    named(text, ORDERER_LABEL, '', 0.95) ??
    named(text, SELF, '', 0.9) ??
    named(text, CALLED, '', 0.9) ??
    named(text, IN_NAME_OF, '', 0.85) ??
    named(text, ENGLISH_ORDERER, '', 0.9) ??
    (asked ? bareName(text) : undefined)
  )
}

/** A whole answer that can only be a name; undefined for sentences about something else. */
export function bareName(text: string): Found | undefined {
  for (const piece of text.split('|')) {
    const name = cleanName(piece)
    if (!plausible(name)) continue
    const late = /^(?:고|故)\s+/.test(name)
    return found(
      text,
      { index: text.indexOf(piece), words: piece.trim() === '' ? name : piece },
      late ? `고 ${name.replace(/^(?:고|故)\s+/, '')}` : name,
      0.8,
    )
  }
  return undefined
}

function named(text: string, pattern: RegExp, prefix: string, confidence: number): Found | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const name = cleanName(match.slice(1).find((group) => group !== undefined) ?? '')
  if (!plausible(name)) return undefined
  const tail = new RegExp(`^${TAIL}`).exec(text.slice(match.index + match[0].length))?.[0] ?? ''
  const value = name.startsWith(prefix) ? name : `${prefix}${name}`
  return found(text, { index: match.index, words: match[0] + tail }, value, confidence)
}

function cleanName(words: string): string {
  const bare = stripHonorific(stripEndings(stripHonorific(words.trim())))
  const labelled = bare
    .replace(
      /^(?:받는|받으시는|보내는|보내시는|주문하는)?\s*(?:분|사람)?(?:의)?\s*(?:성함|이름|존함)(?:은|는|이)\s*/,
      '',
    )
    .replace(/^(?:저는|저희는|제가)\s+/, '')
  return stripHonorific(stripNounCopula(labelled)).replaceAll(/\s+/g, ' ').trim()
}

/** "홍길동이" of "홍길동이 보내요"; a vowel before 이 would make it part of the name. */
function stripNounCopula(name: string): string {
  return name.length > 3 && name.endsWith('이') && hasFinalConsonant(name.slice(0, -1))
    ? name.slice(0, -1)
    : name
}

function plausible(name: string): boolean {
  if (name.length < 2 || name.length > MAX_NAME || NOT_A_NAME.test(name)) return false
  if (
    /^(?:네|예|응|맞아|맞습니다|좋아|그래|아니|아뇨|여기|거기|이거|그거|그게|잠깐|저기|하나|둘|오케이|알겠)/.test(
      name,
    )
  )
    return false
  return /[가-힣A-Za-z]/.test(name)
}
