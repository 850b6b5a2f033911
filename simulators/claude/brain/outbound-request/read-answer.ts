/** What an answer to a question says, in few words. */

export interface ReadAnswer {
  readonly status: 'answered' | 'unclear' | 'refused'
  readonly answer?: string
  readonly confidence: number
}

const REFUSES = /말씀드리기\s*(?:어렵|곤란|좀)|대답하(?:기\s*싫|고\s*싶지)|알려\s*드릴\s*수\s*없|비밀/
const UNSURE = /글쎄|모르겠|잘\s*모르|생각\s*(?:좀|해)|아직\s*(?:미정|안\s*정)|아마/
const NO = /^(?:아니|아뇨)|안\s*(?:됩|돼|되|합|해)|못\s*(?:가|합|해)|어렵|불가|필요\s*없/
const YES = /^(?:네|예|응|그럼|물론|맞)/
/** "참석 가능 여부": what is asked for, and its opposite. */
const WHETHER: ReadonlyArray<readonly [RegExp, (subject: string) => string, (subject: string) => string]> = [
  [/^(.+?)\s*가능\s*여부$/, (subject) => `${subject} 가능`, (subject) => `${subject} 불가능`],
  [/^(.+?)\s*필요\s*여부$/, (subject) => `${subject} 필요`, (subject) => `${subject} 불필요`],
  [/^(.+?)\s*여부$/, (subject) => subject, (subject) => `${subject} 아님`],
]
const SHORTEST = 2

export function readAnswer(question: string, words: string): ReadAnswer {
  if (REFUSES.test(words)) return { status: 'refused', confidence: 0.9 }
  if (UNSURE.test(words)) return { status: 'unclear', confidence: 0.4 }
  const isNo = NO.test(words)
  for (const [shape, yes, no] of WHETHER) {
    const subject = shape.exec(question)?.[1]
    if (subject === undefined) continue
    if (isNo) return { status: 'answered', answer: no(subject), confidence: 0.92 }
    if (YES.test(words) || words.includes('가능'))
      return { status: 'answered', answer: yes(subject), confidence: 0.95 }
  }
  const bare = words.replace(/^(?:네|예|음|어)[,.]\s*/, '').replace(/\s*(?:입니다|이에요|예요|요)?[.!]*$/, '')
  if (bare.length < SHORTEST) return { status: 'unclear', confidence: 0.3 }
  return { status: 'answered', answer: bare, confidence: 0.85 }
}
