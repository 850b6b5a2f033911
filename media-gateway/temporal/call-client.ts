/** What the gateway asks of Temporal as a client. */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { InboundCallInput, LegEvent, MissedCall } from '../../domain/call.ts'
import { inboundCallWorkflowId } from '../../domain/ids.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'

/** The caller hears ringing meanwhile: longer than this they should hear an apology. */
const START_LIMIT_MS = 2_500
const SIGNAL_LIMIT_MS = 5_000

export class CallClient {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** @throws within about 2.5 s where Temporal can't be reached. */
  async startInboundCall(input: InboundCallInput): Promise<void> {
    await this.#start('inboundCall', inboundCallWorkflowId(input.callId), input)
  }

  /** Delivered once however often it is called. */
  async startMissedCall(call: MissedCall): Promise<void> {
    try {
      await this.#start('missedCall', `missed-${call.callId}`, call)
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  }

  async signalLegEvent(workflowId: string, event: LegEvent): Promise<void> {
    await this.#client.withDeadline(Date.now() + SIGNAL_LIMIT_MS, () =>
      this.#client.workflow.getHandle(workflowId).signal('legEvent', event),
    )
  }

  async #start(type: string, workflowId: string, input: object): Promise<void> {
    await withLimit(START_LIMIT_MS, () =>
      this.#client.withDeadline(Date.now() + START_LIMIT_MS, () =>
        this.#client.workflow.start(type, { taskQueue: TASK_QUEUES.business, workflowId, args: [input] }),
      ),
    )
  }
}

/** The deadline of gRPC does not cover the making of a lazy connection. */
async function withLimit<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TemporalUnreachableError(`no answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work(), limit])
  } finally {
    clearTimeout(timer)
  }
}

/** Temporal did not answer in time; it may have done what was asked. */
export class TemporalUnreachableError extends Error {
  readonly retryable = true
}
