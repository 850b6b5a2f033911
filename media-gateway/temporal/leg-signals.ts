/** Tells a call's workflow what happens on a leg: in order, again until it arrives, and never in the media's way. */
import { WorkflowNotFoundError } from '@temporalio/client'
import type { Logger } from 'pino'
import type { LegEvent } from '../../domain/call.ts'

/** How one event gets to one workflow. */
export type SendLegEvent = (workflowId: string, event: LegEvent) => Promise<void>

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 5_000
/** What nobody could be told for this long is not news any more. */
const GIVE_UP_MS = 300_000

export class LegSignals {
  readonly #workflowId: string
  readonly #send: SendLegEvent
  readonly #logger: Logger
  #last: Promise<void> = Promise.resolve()
  #workflowGone = false

  constructor(workflowId: string, send: SendLegEvent, logger: Logger) {
    this.#workflowId = workflowId
    this.#send = send
    this.#logger = logger
  }

  /** Returns at once. */
  push(event: LegEvent): void {
    this.#last = this.#last.then(() => this.#deliver(event))
  }

  /** Resolves when everything pushed so far was delivered or given up. */
  settled(): Promise<void> {
    return this.#last
  }

  async #deliver(event: LegEvent): Promise<void> {
    const giveUpAt = Date.now() + GIVE_UP_MS
    for (
      let delayMs = FIRST_RETRY_MS;
      !this.#workflowGone;
      delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)
    ) {
      try {
        await this.#send(this.#workflowId, event)
        return
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) this.#workflowGone = true
        else if (Date.now() + delayMs > giveUpAt) break
        this.#logger.warn(
          { err: error, workflowId: this.#workflowId, event: event.type },
          'leg event not taken',
        )
      }
      if (!this.#workflowGone) await new Promise((resolve) => setTimeout(resolve, delayMs).unref())
    }
  }
}
