/** Task `call_analysis`: what a call came to, from its transcript, as the JSON object that is asked for. */
import type { CallAnalysis, CallOutcome, Sentiment } from '../../../domain/call-analysis.ts'
import { EMPTY_ORDER, type OrderFields } from '../../../domain/order.ts'
import { blocksOf, type MessagesRequest } from '../protocol.ts'
import type { Answer } from './answer.ts'
import { mergeFacts } from './order-intake/decide.ts'
import { openQuestion } from './order-intake/questions.ts'
import { understand } from './order-intake/understand.ts'

interface Line {
  readonly speaker: 'ai' | 'caller'
  readonly text: string
}

const LINE = /^\s*(?:\[[^\]]*\]\s*)?(고객|caller|customer|them|AI|상담원|assistant|agent|us)\s*[:：]\s*(.+)$/i
const CALLER = /^(?:고객|caller|customer|them)$/i

export function callAnalysis(request: MessagesRequest): Answer {
  const text = request.messages
    .flatMap(blocksOf)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
  return { text: JSON.stringify(analyze(readLines(text))), toolUses: [] }
}

const LIKES = /감사|고맙|좋네요|친절|thank/i
const DISLIKES =
  /왜\s*이렇게|짜증|화가|화나|답답|실망|엉망|시들|늦|안\s*왔|잘못\s*(왔|됐|되|적)|환불|불만|항의|씨발|시발|angry|terrible/i
const COMPLAINS = /시들|늦었|안\s*왔|잘못\s*(왔|됐|되|적)|불만|항의|환불/
const ASKS_FOR_PERSON = /상담원|(?<!임)직원|담당자|사람\s*(바꿔|연결|불러)/

function sentimentOf(text: string): Sentiment {
  if (DISLIKES.test(text)) return 'negative'
  return LIKES.test(text) ? 'positive' : 'neutral'
}

function analyze(lines: readonly Line[]): Omit<CallAnalysis, 'followUps'> & { follow_ups: string[] } {
  const said = lines.filter((line) => line.speaker === 'caller').map((line) => line.text)
  const sentiments = said.map(sentimentOf)
  const count = (sentiment: Sentiment) => sentiments.filter((one) => one === sentiment).length
  const latin = said.join('').replace(/[^A-Za-z가-힣]/g, '')
  const outcome = outcomeOf(lines, said)
  return {
    summary: summarize(lines),
    outcome,
    sentiment:
      count('negative') > 0 ? 'negative' : count('positive') * 3 > sentiments.length ? 'positive' : 'neutral',
    sentiments,
    language: latin !== '' && !/[가-힣]/.test(latin) ? 'en' : 'ko',
    follow_ups:
      outcome === 'person_wanted'
        ? ['고객에게 전화해 주세요.']
        : outcome === 'complaint'
          ? ['고객의 불만을 확인하고 연락해 주세요.']
          : [],
  }
}

function outcomeOf(lines: readonly Line[], said: readonly string[]): CallOutcome {
  const answers = lines.filter((line) => line.speaker === 'ai').map((line) => line.text)
  if (said.some((text) => ASKS_FOR_PERSON.test(text))) return 'person_wanted'
  if (said.some((text) => COMPLAINS.test(text))) return 'complaint'
  if (answers.some((text) => PLACED.test(text))) return 'order_placed'
  if (said.some((text) => /전화를?\s*잘못|잘못\s*걸었/.test(text))) return 'wrong_number'
  if (answers.some((text) => /변경되었|바꾸었|고쳤/.test(text))) return 'order_changed'
  if (Object.values(readOrder(lines)).some((value) => value !== null)) return 'order_unfinished'
  return said.some((text) => /\?|얼마|언제|어떻게|도착/.test(text)) ? 'question_answered' : 'nothing'
}

const PLACED = /접수되었습니다|order is placed/

function readLines(text: string): Line[] {
  return text.split('\n').flatMap((line): Line[] => {
    const match = LINE.exec(line.replaceAll(/<\/?transcript>/g, ''))
    if (match === null) return []
    return [{ speaker: CALLER.test(match[1] ?? '') ? 'caller' : 'ai', text: match[2] ?? '' }]
  })
}

function summarize(lines: readonly Line[]): string {
  if (!lines.some((line) => line.speaker === 'caller')) return '고객이 말을 하지 않고 끝난 통화입니다.'
  const order = readOrder(lines)
  const told = lines.filter((line) => line.speaker === 'ai')
  const placed = told.some((line) => PLACED.test(line.text))
  const facts = [
    order.orderer === null ? '' : `보내는 분 ${order.orderer}`,
    order.recipient === null ? '' : `받는 분 ${order.recipient}`,
    order.destination === null
      ? ''
      : `장소 ${[order.destination, order.room].filter((part) => part !== null).join(' ')}`,
    order.message === null ? '' : `문구 "${order.message}"`,
  ].filter((part) => part !== '')
  const subject = placed
    ? '고객이 근조화환을 주문하여 접수되었습니다.'
    : '고객이 근조화환을 문의했으나 주문은 끝나지 않았습니다.'
  return facts.length === 0 ? subject : `${subject} ${facts.join(', ')}.`
}

/** The facts the caller told, read line by line in the light of the question before. */
function readOrder(lines: readonly Line[]): OrderFields {
  let order: OrderFields = EMPTY_ORDER
  let spoken = ''
  for (const line of lines) {
    if (line.speaker === 'ai') {
      spoken = line.text
      continue
    }
    const now = '2000-01-01T00:00:00+09:00' // Days and times are not summarized: the transcript does not date them.
    const { facts } = understand(line.text, {
      asked: openQuestion(spoken),
      spoken,
      now,
      callerNumber: '',
      order,
    })
    order = mergeFacts(order, facts)
  }
  return order
}
