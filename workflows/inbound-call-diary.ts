/** What is written down of a call: in the database in the order in which it happened, and for Temporal's screens. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import type { RecordCallInput } from '../activities/calls.ts'
import type { InboundCallInput, LegReport } from '../domain/call.ts'
import type { TakeTurnResult } from '../domain/dialogue.ts'
import type { CallId, OrderNo, TurnId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { missingFields } from '../domain/order.ts'
import { ORDER_NO } from '../temporal/search-attributes.ts'
import { calls } from './inbound-call-activities.ts'
import type { InboundCallState } from './inbound-call-state.ts'

export class CallDiary {
  readonly #input: InboundCallInput
  readonly #record: Omit<RecordCallInput, 'answeredAt'>
  /** Writes follow each other in the background: the caller never waits for the database. */
  #written: Promise<void> = Promise.resolve()

  constructor(input: InboundCallInput, workflowId: string) {
    this.#input = input
    const { callId, fromNumber, toNumber, receivedAt } = input
    this.#record = { callId, workflowId, fromNumber, toNumber, calledAt: receivedAt }
  }

  ringing(): void {
    this.#write(() => calls.recordCall({ ...this.#record, answeredAt: null }))
    this.#show('벨이 울리고 있습니다.')
  }

  answered(at: string): void {
    this.#write(() => calls.recordCall({ ...this.#record, answeredAt: at }))
    this.#show('통화 중입니다.')
  }

  turn(turnId: TurnId, turnIndex: number, result: TakeTurnResult): void {
    const { caller, spoken, interruptions, timings } = result
    const { callId } = this.#input
    this.#write(() => calls.recordTurn({ callId, turnId, turnIndex, caller, spoken, interruptions, timings }))
  }

  ticketOpened(link: { readonly callId: CallId; readonly orderNo: OrderNo }): void {
    upsertSearchAttributes([{ key: ORDER_NO, value: link.orderNo }])
    this.#write(() => calls.linkCallToOrder(link))
  }

  order(state: InboundCallState): void {
    if (state.orderNo === null) return
    const missing = missingFields(state.order)
    this.#show(
      `통화 중입니다. 주문 ${state.orderNo}, ${missing.length === 0 ? '모두 확인됨' : `남은 항목: ${missing.join(', ')}`}`,
    )
  }

  /** @param recordingKey of a recording that nobody reports any more. */
  async finished(report: LegReport | null, recordingKey: string | null, end: string): Promise<void> {
    const { callId } = this.#input
    this.#write(() => calls.finishCall({ callId, endedAt: koreanIso(Date.now()), report, recordingKey }))
    this.#show(`통화가 끝났습니다 (${end}).`)
    await this.#written
  }

  /** Everything noted so far is in the database. */
  async written(): Promise<void> {
    await this.#written
  }

  /** @param written by the model; null: the record speaks for itself in one plain sentence. */
  async summary(written: string | null, state: InboundCallState | null): Promise<void> {
    const { callId } = this.#input
    const summary = written ?? plainSummary(state)
    await calls.recordSummary({ callId, summary })
  }

  #write(write: () => Promise<void>): void {
    this.#written = this.#written.then(write)
    // Awaited at the end; a workflow must not fail by an unhandled rejection before.
    this.#written.catch(() => {})
  }

  #show(sentence: string): void {
    setCurrentDetails(
      `${sentence}\n\n- 통화: ${this.#input.callId}\n- 게이트웨이: ${this.#input.gatewayHost}`,
    )
  }
}

function plainSummary(state: InboundCallState | null): string {
  if (state === null || !state.lines().some((line) => line.speaker === 'customer')) {
    return '고객이 말하지 않은 통화입니다.'
  }
  if (state.orderNo === null) return '주문으로 이어지지 않은 통화입니다.'
  const missing = missingFields(state.order).length
  return missing === 0
    ? `주문 ${state.orderNo}의 내용을 모두 받은 통화입니다.`
    : `주문 ${state.orderNo}의 내용을 일부 받은 통화이며, 항목 ${missing}개를 더 확인해야 합니다.`
}
