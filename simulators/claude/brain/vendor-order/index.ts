/**
 * Flow `vendor_order`: orders from a vendor's clerk on the telephone. What was said last tells where the call is;
 * the clerk's words tell how it goes on.
 */
import { koreanIso, parseIsoTime } from '../../../../domain/korean-time.ts'
import { spokenCode } from '../../../../domain/spoken-code.ts'
import { readSpokenCode } from '../../../spoken-code.ts'
import type { MessagesRequest } from '../../protocol.ts'
import type { Answer } from '../answer.ts'
import { type DictatedLine, dictation, missingIn } from './dictation.ts'
import { readVendorTalk, type VendorTalk } from './state.ts'

const NO = /안\s*(?:됩|돼|되|해|합)|못\s*(?:해|합|바꾸|바꿔|바꿉|취소|받)|수\s*없|어렵|불가|힘들/
// Recognition lags: the last syllables ("-니다") may be missing.
const NOT_THERE = /(?<!수\s?)없(?:습|어|네|는|다고)|안\s*(?:나오|보이|들어와)/
const THERE = /있(?:습|어|네)|찾았|들어와\s*있|접수(?:되어|돼)/
const YES = /^(?:네|예|응)|맞(?:습|아)|그렇습/
const WRONG = /아니|틀렸|다릅/
const AGAIN = /다시\s*(?:한\s*번\s*)?(?:말씀|불러)|못\s*(?:들었|알아)|뭐라고|잘\s*안\s*들/
const HOLD = /잠시만|잠깐만|기다려/
const CANCELLED = /취소(?:했|해\s*드렸|됐|되었|처리)/
const STATUSES: ReadonlyArray<readonly [RegExp, string]> = [
  [/완료|도착했|배달했/, '완료'],
  [/배송\s*중|출발/, '배송중'],
  [/제작\s*중|만들/, '제작중'],
  [/취소/, '취소'],
  [/접수/, '접수'],
]

/** Ends of our sentences, by which we know them again. */
const ASK_READ_BACK = '적으신 내용을 한 번 읽어 주시겠어요?'
const ASK_AGAIN = '고쳐서 다시 읽어 주시겠어요?'
const ASK_NUMBER = '접수번호를 알려 주시겠어요?'
const CHECK_NUMBER = '이 번호가 맞습니까?'
const CHECK_REFUSAL = '그럼 이번 건은 어렵다는 말씀이시지요?'
const ASK_CANCEL = '취소하시고 말씀해 주시겠어요?'
const ASK_STATUS = '지금 어디까지 진행되었나요?'
const ASK_ARRIVAL = '몇 시에 도착했나요?'
const ARE_YOU_THERE = '여보세요, 듣고 계신가요?'
const DAY_MS = 86_400_000
const THANKS = '확인 감사합니다. 수고하세요.'

export function vendorOrder(request: MessagesRequest): Answer {
  const talk = readVendorTalk(request)
  if (talk === undefined) return say('(no <state> in the newest message)')
  const last = talk.ours.at(-1) ?? ''
  if (talk.words === null) return say(`${ARE_YOU_THERE} ${lastQuestion(last)}`)
  if (AGAIN.test(talk.words)) return say(last.replace(/^.*?네, 그럼 불러 드리겠습니다\.\s*/, ''))
  if (HOLD.test(talk.words) && !/[?]/.test(talk.words) && talk.words.length < 20)
    return say('네, 기다리겠습니다.')
  return goOn(talk, last, talk.words)
}

function goOn(talk: VendorTalk, last: string, words: string): Answer {
  if (last.includes(CHECK_REFUSAL)) return refusalChecked(talk, words)
  if (last.includes(CHECK_NUMBER)) return numberChecked(talk, last, words)
  if (last.includes(ASK_NUMBER)) return checkNumber(words)
  const refuses = NO.test(words) && !NOT_THERE.test(words)
  if (refuses) return say(`알겠습니다. ${CHECK_REFUSAL}`)
  if (last.includes(ASK_READ_BACK) || last.includes(ASK_AGAIN)) return compare(talk, words)
  if (last.includes(ASK_CANCEL))
    return CANCELLED.test(words) || YES.test(words) ? done('cancelled', words) : say(ASK_CANCEL)
  if (last.includes(ASK_STATUS)) return told(talk, words)
  if (last.includes(ASK_ARRIVAL)) return report('완료', words, arrivalIn(words, talk.state.now))
  const begun = linesOf(talk).some(({ sentence }) => talk.ours.some((text) => text.includes(sentence)))
  return begun ? nextLine(talk) : lookedUp(talk, words)
}

/** The clerk has looked for our reference. */
function lookedUp(talk: VendorTalk, words: string): Answer {
  const { task } = talk.state
  if (task === 'place') {
    if (NOT_THERE.test(words)) return nextLine(talk)
    if (THERE.test(words)) return checkNumber(words)
    return say('저희 참조번호로 접수된 주문이 있는지만 확인 부탁드립니다.')
  }
  if (NOT_THERE.test(words)) return task === 'cancel' ? done('cancelled', words) : done('unclear', words)
  if (task === 'edit')
    return say(
      `${linesOf(talk)
        .map(({ sentence }) => sentence)
        .join(' ')} 이렇게 바꿔 주시고, ${ASK_AGAIN}`,
    )
  if (task === 'cancel') return say(`이 주문은 취소 부탁드립니다. ${ASK_CANCEL}`)
  return say(ASK_STATUS)
}

function linesOf({ state }: VendorTalk): readonly DictatedLine[] {
  return state.task === 'edit' ? dictation(state.changes) : dictation(state.order, state.price_won)
}

function nextLine(talk: VendorTalk): Answer {
  const lines = linesOf(talk)
  const next = lines.find(({ sentence }) => !talk.ours.some((text) => text.includes(sentence)))
  if (next === undefined) return say(`이상입니다. ${ASK_READ_BACK}`)
  return say(next === lines[0] ? `네, 그럼 불러 드리겠습니다. ${next.sentence}` : next.sentence)
}

function compare(talk: VendorTalk, words: string): Answer {
  const wrong = missingIn(words, linesOf(talk))
  if (wrong.length > 0)
    return say(`죄송하지만 ${wrong.map(({ sentence }) => sentence).join(' ')} ${ASK_AGAIN}`)
  if (talk.state.task === 'edit') return done('changed', words)
  return say(`네, 모두 맞습니다. ${ASK_NUMBER}`)
}

function checkNumber(words: string): Answer {
  const number = readSpokenCode(words)
  if (number === null) return say(ASK_NUMBER)
  return say(`접수번호 ${spokenCode(number)}, ${CHECK_NUMBER}`)
}

function numberChecked(talk: VendorTalk, last: string, words: string): Answer {
  const corrected = readSpokenCode(words)
  if (corrected !== null && WRONG.test(words)) return checkNumber(words)
  if (!YES.test(words)) return say(last)
  const number = readSpokenCode(last) ?? ''
  const dictated = linesOf(talk).some(({ sentence }) => talk.ours.some((text) => text.includes(sentence)))
  return {
    text: THANKS,
    toolUses: [
      {
        name: 'report_result',
        input: { status: 'placed', order_number: number, already_there: !dictated, words },
      },
      { name: 'end_call', input: { reason: 'task_done' } },
    ],
  }
}

function refusalChecked(talk: VendorTalk, words: string): Answer {
  if (YES.test(words) || NO.test(words)) return done('refused', words)
  return nextLine(talk)
}

function told(talk: VendorTalk, words: string): Answer {
  const status = STATUSES.find(([said]) => said.test(words))?.[1]
  if (status === undefined) return say(ASK_STATUS)
  const arrivedAt = arrivalIn(words, talk.state.now)
  if (status === '완료' && arrivedAt === null) return say(`네, 감사합니다. ${ASK_ARRIVAL}`)
  return report(status, words, arrivedAt)
}

const ARRIVAL = /(오전|오후)\s*(\d{1,2})\s*시(?:\s*(\d{1,2})\s*분)?/

/** The latest such time of the clock that is past. @param now ISO 8601 +09:00. */
function arrivalIn(words: string, now: string): string | null {
  const [, half, hour, minute = '0'] = ARRIVAL.exec(words) ?? []
  const nowMs = parseIsoTime(now)
  if (hour === undefined || nowMs === null) return null
  const hours = (Number(hour) % 12) + (half === '오후' ? 12 : 0)
  const midnight = Date.parse(`${now.slice(0, 10)}T00:00:00+09:00`)
  const atMs = midnight + (hours * 60 + Number(minute)) * 60_000
  return koreanIso(atMs <= nowMs ? atMs : atMs - DAY_MS)
}

function report(vendorStatus: string, words: string, arrivedAt: string | null): Answer {
  const arrival = vendorStatus === '완료' && arrivedAt !== null ? { delivered_at: arrivedAt } : {}
  return {
    text: THANKS,
    toolUses: [
      { name: 'report_result', input: { status: 'told', vendor_status: vendorStatus, ...arrival, words } },
      { name: 'end_call', input: { reason: 'task_done' } },
    ],
  }
}

function done(status: string, words: string): Answer {
  return {
    text: status === 'refused' ? '네, 알겠습니다. 감사합니다.' : THANKS,
    toolUses: [
      { name: 'report_result', input: { status, words } },
      { name: 'end_call', input: { reason: 'task_done' } },
    ],
  }
}

const lastQuestion = (text: string): string =>
  text
    .split(/(?<=[.?])\s+/)
    .filter((sentence) => sentence.endsWith('?'))
    .at(-1) ?? text

const say = (text: string): Answer => ({ text, toolUses: [] })
