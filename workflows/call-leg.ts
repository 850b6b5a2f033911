/** The leg of a call as its workflow sees it: an activity that lasts as long as the leg, and signals from the gateway. */
import { condition, defineSignal, rootCause, setHandler } from '@temporalio/workflow'
import type { LegEvent, LegReport, TransferWish } from '../domain/call.ts'
import type { LegId } from '../domain/ids.ts'

/** From the gateway: what happened on the leg. */
const legEvent = defineSignal<[LegEvent]>('legEvent')

/** From the hang-up to the gateway's report. */
const REPORT_LIMIT = '40s'

export type LegAnswered = Extract<LegEvent, { type: 'answered' }>
export type LegDialling = Extract<LegEvent, { type: 'dialling' }>

/** Told while the leg lives. */
export interface LegWatcher {
  readonly onDialling?: (event: LegDialling) => void
  readonly onRinging?: () => void
  readonly onDigit?: (digit: string) => void
}

export class CallLeg {
  /** Null until the other side is on the line. */
  answered: LegAnswered | null = null
  /** The leg is over, as far as we know. */
  over = false
  /** Null while it lives, and when nobody could report its end. */
  report: LegReport | null = null
  /** The telephone on this leg asks for a transfer: it is one of ours. */
  onTransfer: (wish: TransferWish) => void = () => {}
  /** Legs of others in this call hear of themselves here. */
  readonly otherLegs = new Map<LegId, (event: LegEvent) => void>()
  /** Why it never came to be, or was lost; null otherwise. */
  failure: string | null = null
  #done = false

  /** @param legId whose events count, where the workflow has more than one in its life. */
  constructor(watcher: LegWatcher = {}, legId?: LegId) {
    setHandler(legEvent, (event) => {
      const other = this.otherLegs.get(event.legId)
      if (other !== undefined) return other(event)
      if (legId !== undefined && event.legId !== legId) return
      switch (event.type) {
        case 'dialling':
          watcher.onDialling?.(event)
          break
        case 'ringing':
          watcher.onRinging?.()
          break
        case 'answered':
          this.answered ??= event
          break
        case 'digit':
          watcher.onDigit?.(event.digit)
          break
        case 'transfer':
          this.onTransfer(event)
          break
        case 'ended':
          this.over = true
      }
    })
  }

  /** The leg lives beside everything else; its end is the end of the call. */
  hold(held: Promise<LegReport>): void {
    held.then(
      (report) => this.#gone(report),
      (error: unknown) => {
        this.failure = rootCause(error) ?? null
        this.#gone(null)
      },
    )
  }

  /** Waits for the gateway's report; not for ever, since a gateway may be lost. */
  async reported(): Promise<void> {
    await condition(() => this.#done, REPORT_LIMIT)
  }

  #gone(report: LegReport | null): void {
    this.report = report
    this.#done = true
    this.over = true
  }
}
