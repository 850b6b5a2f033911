/** What is written down of an inbound call beside what is of any call: the order that is being told. */
import type { InboundCallInput } from '../domain/call.ts'
import { missingFields } from '../domain/order.ts'
import { CallDiary } from './call-diary.ts'
import type { InboundCallState } from './inbound-call-state.ts'

export class InboundCallDiary extends CallDiary {
  constructor(input: InboundCallInput, workflowId: string) {
    const { callId, fromNumber, toNumber, receivedAt, gatewayHost } = input
    super({ callId, workflowId, fromNumber, toNumber, calledAt: receivedAt }, [
      `- 게이트웨이: ${gatewayHost}`,
    ])
  }

  order(state: InboundCallState): void {
    if (state.orderNo === null) return
    const missing = missingFields(state.order)
    this.show(
      `통화 중입니다. 주문 ${state.orderNo}, ${missing.length === 0 ? '모두 확인됨' : `남은 항목: ${missing.join(', ')}`}`,
    )
  }
}

/** A summary for when no model has written one: the record speaks for itself in one plain sentence. */
export function plainSummary(state: InboundCallState | null): string {
  if (state === null || !state.lines().some((line) => line.speaker === 'customer')) {
    return '고객이 말하지 않은 통화입니다.'
  }
  if (state.orderNo === null) return '주문으로 이어지지 않은 통화입니다.'
  const missing = missingFields(state.order).length
  return missing === 0
    ? `주문 ${state.orderNo}의 내용을 모두 받은 통화입니다.`
    : `주문 ${state.orderNo}의 내용을 일부 받은 통화이며, 항목 ${missing}개를 더 확인해야 합니다.`
}
