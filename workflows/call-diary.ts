/** What is written down of any call: in the database in the order in which it happened, and for Temporal's screens. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import type { RecordCallInput, RecordPausesInput } from '../activities/calls.ts'
import type { ReadCall } from '../activities/dialogue/analyze-call.ts'
import type { LegReport } from '../domain/call.ts'
import type { GuestRecord } from '../domain/call-guests.ts'
import type { TakeTurnResult } from '../domain/dialogue.ts'
import type { CallId, OrderNo, TurnId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { ORDER_NO } from '../temporal/search-attributes.ts'
import { calls } from './call-activities.ts'

export class CallDiary {
  readonly #record: Omit<RecordCallInput, 'answeredAt'>
  /** Lines that stand below each sentence on Temporal's screens. */
  readonly #footer: readonly string[]
  /** Writes follow each other in the background: nobody on the phone waits for the database. */
  #written: Promise<void> = Promise.resolve()

  constructor(record: Omit<RecordCallInput, 'answeredAt'>, footer: readonly string[] = []) {
    this.#record = record
    this.#footer = [`- 통화: ${record.callId}`, ...footer]
  }

  ringing(): void {
    this.write(() => calls.recordCall({ ...this.#record, answeredAt: null }))
    this.show('벨이 울리고 있습니다.')
  }

  /** @param flow what the call is pinned to; absent where people talk. */
  answered(at: string, flow?: RecordCallInput['flow']): void {
    const pinned = flow === undefined ? {} : { flow }
    this.write(() => calls.recordCall({ ...this.#record, answeredAt: at, ...pinned }))
    this.show('통화 중입니다.')
  }

  turn(turnId: TurnId, turnIndex: number, result: TakeTurnResult): void {
    const { caller, spoken, interruptions, timings, usage } = result
    const { callId } = this.#record
    this.write(() =>
      calls.recordTurn({
        callId,
        turnId,
        turnIndex,
        caller,
        spoken,
        interruptions,
        timings,
        ...(usage === undefined ? {} : { usage }),
      }),
    )
  }

  guest(record: GuestRecord): void {
    this.write(() => calls.recordGuest(record))
  }

  pauses(input: RecordPausesInput): void {
    this.write(() => calls.recordPauses(input))
  }

  /** The call is about this order. */
  aboutOrder(link: { readonly callId: CallId; readonly orderNo: OrderNo }): void {
    upsertSearchAttributes([{ key: ORDER_NO, value: link.orderNo }])
    this.write(() => calls.linkCallToOrder(link))
  }

  /** @param recordingKey of a recording that nobody reports any more. */
  async finished(report: LegReport | null, recordingKey: string | null, end: string): Promise<void> {
    const { callId } = this.#record
    this.write(() => calls.finishCall({ callId, endedAt: koreanIso(Date.now()), report, recordingKey }))
    this.show(`통화가 끝났습니다 (${end}).`)
    await this.#written
  }

  /** Everything noted so far is in the database. */
  async written(): Promise<void> {
    await this.#written
  }

  async summary(summary: string, analysis: ReadCall | null = null): Promise<void> {
    const read = analysis === null ? {} : { analysis }
    await calls.recordSummary({ callId: this.#record.callId, summary, ...read })
  }

  protected write(write: () => Promise<void>): void {
    this.#written = this.#written.then(write)
    // Awaited at the end; a workflow must not fail by an unhandled rejection before.
    this.#written.catch(() => {})
  }

  protected show(sentence: string): void {
    setCurrentDetails([sentence, '', ...this.#footer].join('\n'))
  }
}
