/** What the gateway asks of Temporal as a client. */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { AgentCallInput, InboundCallInput, LegEvent, MissedCall } from '../../domain/call.ts'
import { agentCallWorkflowId, inboundCallWorkflowId } from '../../domain/ids.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'

/** The caller hears ringing meanwhile: longer than this they should hear an apology. */
const START_LIMIT_MS = 2_500
const SIGNAL_LIMIT_MS = 5_000
const CLOSE_LIMIT_MS = 3_000
/** A caller is waiting: what was lost with a worker is begun anew after this, not after the usual 10 s. */
const WORKFLOW_TASK_TIMEOUT = '3s'

export class CallClient {
  readonly #client: Client
  /** Requests that may still be tried again by the client library. */
  readonly #pending = new Set<Promise<unknown>>()

  constructor(client: Client) {
    this.#client = client
  }

  /** @throws within about 2.5 s where Temporal can't be reached. */
  async startInboundCall(input: InboundCallInput): Promise<void> {
    await this.#start('inboundCall', inboundCallWorkflowId(input.callId), input, '걸려 온 전화')
  }

  /** @throws within about 2.5 s where Temporal can't be reached. */
  async startAgentCall(input: AgentCallInput): Promise<void> {
    await this.#start('agentCall', agentCallWorkflowId(input.callId), input, '직원이 거는 전화')
  }

  /** Delivered once however often it is called. */
  async startMissedCall(call: MissedCall): Promise<void> {
    try {
      await this.#start('missedCall', `missed-${call.callId}`, call, '받지 못한 전화')
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  }

  async signalLegEvent(workflowId: string, event: LegEvent): Promise<void> {
    await this.#request(SIGNAL_LIMIT_MS, () =>
      this.#client.workflow.getHandle(workflowId).signal('legEvent', event),
    )
  }

  /** A connection is not closed under a request: its next try would throw where nobody can catch it. */
  async close(): Promise<void> {
    await Promise.race([
      Promise.allSettled(this.#pending),
      new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS)),
    ])
    if (this.#pending.size === 0) await this.#client.connection.close()
  }

  async #start(type: string, workflowId: string, input: object, staticSummary: string): Promise<void> {
    await this.#request(START_LIMIT_MS, () =>
      this.#client.workflow.start(type, {
        taskQueue: TASK_QUEUES.business,
        workflowId,
        args: [input],
        staticSummary,
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      }),
    )
  }

  /** The deadline of gRPC covers neither the making of a lazy connection nor the tries in between. */
  async #request(limitMs: number, work: () => Promise<unknown>): Promise<void> {
    const request = this.#client.withDeadline(Date.now() + limitMs, work)
    const settled = request
      .then(
        () => {},
        () => {},
      )
      .finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new TemporalUnreachableError(`no answer within ${limitMs} ms`)),
        limitMs,
      )
    })
    try {
      await Promise.race([request, limit])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Temporal did not answer in time; it may have done what was asked. */
class TemporalUnreachableError extends Error {
  readonly retryable = true
}
