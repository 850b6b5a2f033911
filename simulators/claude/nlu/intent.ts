/** What a caller wants, apart from the facts of the order. */

export type Intent =
  | 'yes'
  | 'no'
  | 'wait'
  | 'repeat'
  | 'price'
  | 'payment'
  | 'delivery'
  | 'edit_later'
  | 'who_are_you'
  | 'agent'
  | 'cancel'
  | 'goodbye'
  | 'thanks'
  | 'wrong_number'
  | 'unknown'
  | 'abuse'
  | 'question'

const PATTERNS: ReadonlyArray<readonly [Intent, RegExp]> = [
  ['abuse', /(?:씨발|시발|개새끼|병신|미친놈|미친년|꺼져|fuck)/i],
  ['wrong_number', /(?:잘못\s*걸었|전화\s*잘못|번호를?\s*잘못|wrong number)/i],
  [
    'cancel',
    /(?:취소(?:할|해|하|요|$)|안\s*할(?:게|래)|그만\s*(?:둘|할|두)|다음에\s*(?:할|다시)|필요\s*없어졌|주문\s*안|관둘|cancel|never ?mind|forget it)/i,
  ],
  [
    'repeat',
    /(?:뭐라고|다시\s*(?:한\s*번\s*)?(?:말씀|말해|얘기)|못\s*들었|안\s*들려|잘\s*안\s*들|한\s*번\s*더\s*(?:말씀|말해)|pardon|say that again|repeat|didn't (?:hear|catch))/i,
  ],
  [
    'wait',
    /(?:잠시만|잠깐만|잠시\s*기다|잠깐\s*기다|기다려\s*(?:주|보)|확인\s*(?:좀\s*)?해\s*(?:볼게|보고)|찾아\s*볼게|hold on|one moment|just a (?:moment|second|minute)|wait)/i,
  ],
  ['price', /(?:얼마|가격|비용|금액|몇\s*만\s*원|요금|how much|price|cost)/i],
  ['payment', /(?:결제|입금|카드로|계좌|돈은\s*어떻게|지불|how (?:do|can) i pay|payment)/i],
  ['edit_later', /(?:나중에\s*(?:고|바|수정)|수정할\s*수|바꿀\s*수|변경할\s*수|고칠\s*수)/],
  [
    'delivery',
    /(?:얼마나\s*걸|언제(?:쯤)?\s*(?:도착|와|오|배송)|몇\s*시간\s*걸|배송\s*(?:되|은|이)?\s*(?:언제|얼마|어떻게|빨리|가능)|배달\s*(?:되|언제|가능)|오늘\s*(?:안에\s*)?(?:돼|되나|가능)|how long|delivery time)/i,
  ],
  [
    'who_are_you',
    /(?:사람이(?:에요|세요|에욤|야|예요)|사람\s*맞|로봇|기계|AI(?:예요|에요|세요|인가요|야)|인공지능|누구세요|are you (?:a |an )?(?:robot|human|ai|real|person))/i,
  ],
  [
    'agent',
    /(?:상담원|(?<!임)직원|사람\s*(?:바꿔|연결|불러)|담당자|사람(?:이랑|하고|과)\s*(?:통화|얘기|이야기)|speak to (?:a |an )?(?:person|human|agent)|real person)/i,
  ],
  ['unknown', /(?:모르겠|몰라|모르는데|아직\s*(?:안\s*정|못\s*들|확인)|잘\s*모르|글쎄|don't know|not sure)/i],
  [
    'goodbye',
    /(?:끊을게|끊겠|끊어요|수고하세요|수고하십시오|안녕히|들어가세요|들어가십시오|goodbye|\bbye\b)/i,
  ],
  ['thanks', /(?:감사합니다|감사해요|고맙습니다|고마워|thank)/i],
]

const YES =
  /^(?:네|넵|넹|예|응|그럼요|맞(?:아|습|는|네|고|어|죠|지)|그렇게\s*해|그렇습니다|그래요|좋(?:아|습)|오케이|확인했|이대로|됐(?:어|습)|다\s*맞|전부\s*맞|모두\s*맞|yes|yeah|yep|right|correct|sure|ok(?:ay)?\b|that's (?:right|correct)|sounds good)/i
const YES_INSIDE =
  /(?:맞아요|맞습니다|맞는데|이대로\s*(?:해|주문)|그대로\s*(?:해|주문)|주문해\s*주세요|진행해\s*주세요|접수해\s*주세요)/
const NO =
  /^(?:아니|아뇨|아닌데|아닙니다|안\s*돼|틀렸|틀려|잘못|그게\s*아니|그거\s*말고|다른\s*번호|no\b|nope|not quite|that's (?:wrong|not))/i
const NO_INSIDE =
  /(?:틀렸|틀린|잘못\s*(?:됐|되|말|적)|아니라|바꿔\s*(?:주|야)|고쳐\s*주|수정해\s*주|변경해\s*주|wrong|incorrect|actually)/i
const NOTHING_MORE =
  /(?:없어요|없습니다|없네요|괜찮아요|괜찮습니다|됐어요|됐습니다|그게\s*다|이게\s*다|끝이에요|nothing else|that's all|no thank)/i
const QUESTION =
  /(?:\?|나요|까요|는지요|습니까|(?:^|\s)(?:뭐|왜|어떻게|어디|누구|무슨|어때)(?:\s|요|예요|$))[\s?.!]*$|^(?:what|why|how|where|who|when|can you|do you|is it)\b/i

/** Everything the words express; a sentence can agree and ask at once. */
export function findIntents(words: string): ReadonlySet<Intent> {
  const text = words.trim()
  const intents = new Set<Intent>(
    PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([intent]) => intent),
  )
  if (QUESTION.test(text)) intents.add('question')
  if (NO.test(text) || NO_INSIDE.test(text)) intents.add('no')
  else if (YES.test(text) || YES_INSIDE.test(text)) intents.add('yes')
  return intents
}

/** Nothing more is wanted: the answer to "anything else?". */
export function wantsNothingMore(words: string): boolean {
  return NOTHING_MORE.test(words.trim())
}
