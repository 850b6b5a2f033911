/** Requested calls as their workflow would tell of them, without a workflow engine. */

import type { OutboundWorkflows } from '../../api/outbound-workflows.ts'
import { ApiProblem } from '../../api/problems.ts'
import { recordOutbound } from '../../db/queries/outbound-requests.ts'
import type { OutboundEvent } from '../../domain/outbound-events.ts'
import { cancelled, newProgress, type OutboundProgress } from '../../domain/outbound-request.ts'
import { newTask, type TaskState } from '../../domain/question-answers.ts'
import type { OutboundRequestInput, PutThrough } from '../../workflows/outbound-request-messages.ts'
import type { TestApi } from './test-api.ts'

export class ScriptedOutbound implements OutboundWorkflows {
  readonly started: OutboundRequestInput[] = []
  readonly cancelled: { readonly outboundId: string; readonly reason: string }[] = []
  readonly putThroughs: { readonly workflowId: string; readonly wish: PutThrough }[] = []
  /** Why the workflow takes no such wish. */
  refusal: string | null = null
  /** The engine is away. */
  isAway = false
  /** Ids whose workflow takes no update: the engine gives up waiting for it. */
  readonly stuck = new Set<string>()
  /** Ids that nobody runs. */
  readonly unknown = new Set<string>()
  #api: TestApi | undefined
  /** Beyond those of rows that tests seed. */
  #version = 100

  /** For what the workflow writes. */
  writesTo(api: TestApi): void {
    this.#api = api
  }

  async start(input: OutboundRequestInput): Promise<void> {
    if (this.isAway) throw new ApiProblem('workflow_engine_unavailable', 'away')
    this.started.push(input)
    this.unknown.delete(input.outboundId)
  }

  async cancel(outboundId: OutboundRequestInput['outboundId'], reason: string): Promise<boolean> {
    if (this.isAway) throw new ApiProblem('workflow_engine_unavailable', 'away')
    if (this.stuck.has(outboundId)) throw new ApiProblem('workflow_engine_unavailable', 'no answer')
    if (this.unknown.has(outboundId)) return false
    this.cancelled.push({ outboundId, reason })
    const at = '2026-11-26T14:05:00+09:00'
    await this.tell(cancelled(newProgress(outboundId), at), { type: 'outbound_cancelled', reason }, {})
    return true
  }

  async putThrough(workflowId: string, wish: PutThrough): Promise<void> {
    if (this.refusal !== null) throw new ApiProblem('refused', 'no', { code: this.refusal })
    this.putThroughs.push({ workflowId, wish })
  }

  readonly forgotten: string[] = []
  async forget(workflowIds: readonly string[]): Promise<void> {
    if (this.isAway) throw new ApiProblem('workflow_engine_unavailable', 'away')
    this.forgotten.push(...workflowIds)
  }

  /** What the workflow writes of it. */
  async tell(
    progress: OutboundProgress,
    event: OutboundEvent | null,
    more: {
      readonly task?: TaskState
      readonly isOver?: boolean
      readonly summary?: string
      readonly callId?: string
    },
  ): Promise<void> {
    if (this.#api === undefined) throw new Error('nothing to write to')
    const { database, settings } = this.#api
    const { task = newTask(['참석 가능 여부', '장소 변경 필요 여부']), summary = null, callId = null } = more
    await recordOutbound(database, settings.dataKey, {
      outboundId: progress.outboundId,
      version: ++this.#version,
      progress,
      task,
      callId: callId as never,
      sipCallId: progress.startedAt === null ? null : `outbound-${progress.outboundId}-0000cafe`,
      summary,
      isOver: more.isOver ?? progress.completedAt !== null,
      event,
    })
  }
}
