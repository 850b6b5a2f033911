/** Task `call_summary`: a short Korean summary of a call from its transcript. */
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

export function callSummary(request: MessagesRequest): Answer {
  const text = request.messages
    .flatMap(blocksOf)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n')
  return { text: summarize(readLines(text)), toolUses: [] }
}

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
  const placed = told.some((line) => /접수되었습니다|order is placed/.test(line.text))
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
