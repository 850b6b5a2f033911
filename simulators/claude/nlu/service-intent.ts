/** What a customer wants of an order they have placed: an answer, a photo, a remedy, a change, its end. */

export type ProblemKind = 'message_typo' | 'delivery_delay' | 'complaint'

export type ServiceWish =
  | { readonly kind: 'arrived' }
  | { readonly kind: 'photo' }
  | { readonly kind: 'problem'; readonly problem: ProblemKind }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'edit' }

const PHOTO =
  /사진.{0,12}(?:보내|볼\s*수|보여|받을\s*수|주세요|주실|있나요|있을까요)|(?:send|see|get).{0,20}(?:photo|picture)|(?:photo|picture).{0,12}please/i
const LATE =
  /아직(?:도)?\s*(?:안|못)\s*(?:왔|와|도착|갔|받)|아직(?:도)?\s*도착(?:을|이)?\s*(?:안|하지|못)|(?:너무|많이)\s*늦|늦(?:어요|었어요|네요|습니다|었습니다)|왜\s*(?:이렇게\s*)?안\s*(?:와|오)|(?:has|have)(?:n't| not)\s+(?:come|arrived)|still (?:not|isn't|hasn't)|(?:is|it's|too) late\b/i
const WRONG_TEXT =
  /(?:이름|성함|문구|리본|글자|글씨|상호|회사명).{0,14}(?:틀렸|틀려|틀리|잘못|다르게|달라요|다릅니다)|오타|오자|(?:wrong|misspell\w*|incorrect).{0,20}(?:name|ribbon|text|spelling)|(?:name|ribbon|text|spelling).{0,20}(?:is|was)\s+(?:wrong|misspelled|incorrect)/i
const COMPLAINT =
  /시들|상했|상한|말랐|망가|부러|부서|찢어|더러|엉망|형편없|실망|불만|항의|환불|보상|(?:다른|엉뚱한)\s*(?:화환|곳|데|사람|호실).{0,10}(?:왔|갔|보냈|배달)|wilted|withered|broken|damaged|torn|dirty|complain|disappoint|refund/i
const ARRIVED =
  /도착(?:을)?\s*(?:했|하였|됐|되었)(?:나|는|을|습|어|지|는지)|(?:배송|배달)(?:은|이|을)?\s*(?:잘\s*)?(?:완료\s*)?(?:됐|되었|했|완료|끝났|갔)(?:나|는|을|습|어요\?|지)|(?:배송|배달|주문)\s*(?:상태|현황|조회|확인)|잘\s*(?:갔|도착|배송)|어디\s*(?:쯤|까지)|(?:갔|왔)나요|has (?:it|the wreath|my \w+) (?:arrived|been delivered)|(?:was|is) it (?:delivered|there)|did it arrive|where is my/i
const CANCEL = /취소|cancel/i
const CHANGE =
  /바꿔|바꾸|고쳐|고치|수정|변경|정정|\bchange\b|\bcorrect(?:ion)?\b|\binstead\b|make (?:it|that|the)\b/i

/** The strongest wish; undefined for words about anything else. */
export function findServiceWish(words: string): ServiceWish | undefined {
  const text = words.normalize('NFC')
  // A wish to change what is wrong is a change as long as it can be made.
  if (CHANGE.test(text) && !CANCEL.test(text)) return { kind: 'edit' }
  if (LATE.test(text)) return { kind: 'problem', problem: 'delivery_delay' }
  if (WRONG_TEXT.test(text)) return { kind: 'problem', problem: 'message_typo' }
  if (CANCEL.test(text)) return { kind: 'cancel' }
  if (COMPLAINT.test(text)) return { kind: 'problem', problem: 'complaint' }
  if (PHOTO.test(text)) return { kind: 'photo' }
  return ARRIVED.test(text) ? { kind: 'arrived' } : undefined
}
