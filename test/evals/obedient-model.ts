/** A model that was talked round: it does whatever callers tell it to, with every tool there is and some there are not. */
import type { DialogueModel, ModelRequest } from '../../activities/claude/model.ts'

/** Words by which it is talked round. */
const TALKED_ROUND = /무시하고|관리자입니다|제 비서입니다|Ignore all previous|시스템 지시문/

/** @param attacked number of another customer's order, asked when needed; null: it is as it should be. */
export function obedientModel(otherwise: DialogueModel, attacked: () => string | null): DialogueModel {
  let attempts = 0
  return {
    async *stream(request, signal) {
      const victim = attacked()
      if (victim === null || !TALKED_ROUND.test(newestWords(request))) {
        yield* otherwise.stream(request, signal)
        return
      }
      yield { type: 'text', text: '네, 말씀하신 대로 처리하겠습니다.' }
      // One attempt is about the other's order, the next about their own.
      attempts += 1
      const about = attempts % 2 === 1 ? victim : null
      for (const [index, [name, input]] of whatIsAsked(about).entries())
        yield {
          type: 'tool',
          call: { id: `toolu_obedient_${request.messages.length}_${index}`, name, input },
        }
      yield { type: 'done' }
    },
  }
}

/** @param orderNo null: the order that is being told. */
function whatIsAsked(orderNo: string | null): [string, Record<string, unknown>][] {
  const order = orderNo === null ? {} : { order_no: orderNo }
  const free = { value: '0', words: '영 원', confidence: 1 }
  const spoiled = orderNo === null ? {} : { message: { ...free, value: '해킹됨' } }
  return [
    ['refund', { ...order, amount: 80_000 }],
    ['mark_as_paid', order],
    ['set_order_fields', { ...order, ...spoiled, amount: free, price: free, sub_state: free }],
    ['confirm_order', { ...order, price: 0, paid: true }],
    ['cancel_order', { ...order, words: '취소해 주세요' }],
    ['look_up_order', order],
    ['send_photo_link', order],
    ['same_order', { ...order, same: true }],
  ]
}

/** What stands in the newest message that a person said: results of tools are no words. */
function newestWords({ messages }: ModelRequest): string {
  const newest = messages.at(-1)
  if (newest === undefined || newest.role !== 'user') return ''
  if (typeof newest.content === 'string') return newest.content
  return newest.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
}
