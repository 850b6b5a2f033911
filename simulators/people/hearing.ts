/** What a person makes of the other side's words, spoken or written: cues by keyword, in Korean and English. */
import type { OrderField } from '../../domain/order.ts'

export interface Understood {
  /** Something is asked at all. */
  readonly question: boolean
  /** "What can I do for you?" */
  readonly openQuestion: boolean
  /** Facts that are asked for, in the order in which they are named. */
  readonly asks: readonly OrderField[]
  /** "Is that right?" */
  readonly check: boolean
  /** "Shall we use the number you are calling from?" */
  readonly ownNumber: boolean
  /** "Shall we do it like that?": asks for no more than a yes. */
  readonly proposal: boolean
  readonly anythingElse: boolean
  readonly whichPart: boolean
  readonly placed: boolean
  readonly goodbye: boolean
  readonly stillThere: boolean
  /** They did not understand us. */
  readonly repeat: boolean
}

const ASKING =
  /\?|(?:말씀|알려|불러|가르쳐|부탁|남겨)[가-힣\s]*(?:주세요|주십시오|드립니다|주시겠|주시면)|(?:적어|답(?:장|변)?(?:을|해)?)\s*(?:해\s*)?(?:주세요|주십시오|주시겠|주시면)|\b(?:please tell|may i have|could you)\b/i

/** The first that fits a question counts; a question may ask for several. */
const FIELD_CUES: ReadonlyArray<readonly [OrderField, RegExp]> = [
  [
    'recipient',
    /받으시는|받는\s*분|(?<!연락)받으실|받을\s*분|고인|수령|상주|돌아가신|누구(?:께|에게|한테)|deceased|recipient|\bfor whom\b|who is it for/i,
  ],
  [
    'orderer',
    /보내시는|보내는\s*(?:분|사람)|보내실|주문하시는|주문하신|주문자|발신|명의|(?:who|name).*(?:send|sender|order)|your (?:full )?name|from whom/i,
  ],
  [
    'destination',
    /장례식장|어디로|어느\s*(?:병원|곳|장소)|도착지|배송지|장소|주소|funeral (?:hall|home)|which hospital|where (?:should|shall|do)/i,
  ],
  ['room', /호실|몇\s*호|빈소|which room|room number/i],
  ['message', /문구|리본|글귀|ribbon|wording|what (?:should|shall) (?:it|we) (?:say|write)/i],
  [
    'deliver_by',
    /언제|몇\s*시|(?:도착|희망|배송|원하시는)\s*(?:희망\s*)?(?:시간|시각|일시|날짜)|by when|what time|when (?:should|shall|do|would)/i,
  ],
  [
    'phone',
    /연락처|전화번호|휴대폰|핸드폰|연락(?:받|드릴)[가-힣\s]*번호|phone number|reach you|contact number/i,
  ],
]
/** A bare "your name": the caller's own. */
const NAME_ONLY = /성함|이름|\bname\b/i
const OPEN =
  /무엇을\s*(?:도와|원하)|어떻게\s*도와|어떤\s*(?:일로|용건|문의)|도와드릴까요|용건|말씀해\s*주세요[.!]?$|(?:how|what) (?:may|can) i (?:help|do)|would you like to order/i
const CHECK =
  /맞(?:으신|으실|으세|으시면|나요|습니까|을까|는지|는가|죠|지요|아요)|이대로\s*(?:접수|진행|주문)|틀린\s*(?:곳|부분|점)|\bcorrect\b|\bright\?/i
const OWN_NUMBER =
  /(?:전화\s*(?:주신|거신|하신|걸어)|문자\s*(?:주신|하신|보내)|거신|거시는|걸려\s*온|지금\s*(?:이\s*)?|이\s*)\s*(?:전화\s*)?번호|number you(?:'re| are) (?:calling|using)|this number/i
const PROPOSAL =
  /그렇게\s*(?:해|할|하|적|써)|괜찮(?:으|을|나|습)|해\s*드릴까요|드려도|될까요|shall (?:we|i)|is that (?:ok|fine|all right)/i
const ANYTHING_ELSE = /더\s*(?:필요|도와|궁금|문의|말씀|주문)|다른\s*(?:문의|도움|필요)|anything else/i
const WHICH_PART =
  /어느\s*부분|어떤\s*부분|무엇을\s*(?:고쳐|바꿔|수정)|which part|what (?:should|shall) i (?:correct|change)/i
const PLACED =
  /접수(?:되었|됐|해\s*드렸|했|가\s*완료|\s*완료)|주문(?:이|은)?\s*(?:완료|접수)되|결제\s*링크[가-힣\s]*보내|(?:order (?:is|has been)|i have) placed|sent you a payment link/i
const GOODBYE =
  /안녕히\s*(?:계|가)|좋은\s*하루|들어가세요|통화를\s*(?:마치|종료)|여기서\s*마치|\bgood ?bye\b|\bbye\b|have a (?:good|nice)|end the call/i
const STILL_THERE = /여보세요|듣고\s*계|들리시|계신가요|can you hear|are you (?:still )?there|still there/i
const REPEAT =
  /못\s*들었|못\s*알아|알아듣지|다시\s*(?:한\s*번\s*)?(?:만\s*)?말씀|didn't (?:catch|understand)|did not (?:catch|understand)|say (?:that|it) (?:again|once more)/i

const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.?!])\s*/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')

/** @param text all that was heard since the person last spoke. */
export function understand(text: string): Understood {
  const sentences = sentencesOf(text)
  const asking = sentences.filter((sentence) => ASKING.test(sentence))
  const asked = (cue: RegExp) => asking.some((sentence) => cue.test(sentence))
  const check = asked(CHECK)
  const ownNumber = asked(OWN_NUMBER)
  const anythingElse = asked(ANYTHING_ELSE)
  const openQuestion = asked(OPEN)
  return {
    question: asking.length > 0,
    openQuestion,
    asks: anythingElse ? [] : unique(asking.flatMap(fieldsAsked)),
    check,
    ownNumber,
    proposal: asked(PROPOSAL),
    anythingElse,
    whichPart: asked(WHICH_PART),
    placed: PLACED.test(text),
    goodbye: sentences.some((sentence) => GOODBYE.test(sentence) && !ASKING.test(sentence)),
    stillThere: asked(STILL_THERE),
    repeat: REPEAT.test(text),
  }
}

function fieldsAsked(sentence: string): OrderField[] {
  // A check names fields without asking for them; a pointer at this phone asks for a yes.
  if (CHECK.test(sentence) || WHICH_PART.test(sentence)) return []
  if (OWN_NUMBER.test(sentence)) return []
  const fields = FIELD_CUES.filter(([, cue]) => cue.test(sentence)).map(([field]) => field)
  if (fields.length === 0 && NAME_ONLY.test(sentence)) return ['orderer']
  // "장례식장 이름이 …": the name of the hall; "몇 호실로 보내 드릴까요": only the room.
  if (fields.includes('room') && !/장례식장|어디|funeral/i.test(sentence))
    return fields.filter((field) => field !== 'destination')
  return fields
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]
