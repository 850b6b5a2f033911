/** The telephone of the benchmark: everybody answers at once, and the end of each call is written as that of a real one. */
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, type NativeConnection, Worker } from '@temporalio/worker'
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../db/database.ts'
import { recordOutbound } from '../../db/queries/outbound-requests.ts'
import type { OutboundId } from '../../domain/ids.ts'
import { newProgress } from '../../domain/outbound-request.ts'
import { newTask } from '../../domain/question-answers.ts'
import { dataConverter } from '../../temporal/connection.ts'

export interface BenchCallActivities {
  answerCall(call: { readonly outboundId: OutboundId; readonly questions: readonly string[] }): Promise<void>
}

export const CALL_QUEUE = 'bench-campaign-calls'

/** When each call began, in the order in which they did: ms since the epoch. Grows by nothing while it is filled. */
export class Beginnings {
  readonly #atMs: Float64Array
  #count = 0

  constructor(most: number) {
    this.#atMs = new Float64Array(most)
  }

  add(atMs: number): void {
    if (this.#count < this.#atMs.length) this.#atMs[this.#count++] = atMs
  }

  get count(): number {
    return this.#count
  }

  /** @returns sorted. */
  all(): Float64Array {
    return this.#atMs.subarray(0, this.#count).toSorted()
  }
}

/** Serves the queue of the calls until it is shut down. */
export async function createCallWorker(
  connection: NativeConnection,
  deps: { readonly settings: Settings; readonly db: Database; readonly talkMs: number },
  beginnings: Beginnings,
): Promise<Worker> {
  const { settings, db, talkMs } = deps
  const activities: BenchCallActivities = {
    async answerCall({ outboundId, questions }) {
      const startedAt = Date.now()
      beginnings.add(startedAt)
      await pause(talkMs)
      const at = new Date(startedAt).toISOString()
      const progress = { state: 'completed', attemptCount: 1, startedAt: at, answeredAt: at } as const
      await recordOutbound(db, settings.dataKey, {
        outboundId,
        version: 1,
        progress: { ...newProgress(outboundId), ...progress, completedAt: new Date().toISOString() },
        task: newTask(questions),
        callId: null,
        sipCallId: null,
        summary: null,
        isOver: true,
        event: null,
      })
    },
  }
  return await Worker.create({
    connection,
    taskQueue: CALL_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./call-workflow.ts', import.meta.url)),
      failureConverterPath: fileURLToPath(new URL('../../temporal/failure-converter.ts', import.meta.url)),
      logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    }),
    activities,
    dataConverter: dataConverter(settings),
    maxCachedWorkflows: 200,
    maxConcurrentLocalActivityExecutions: 500,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 4, maximum: 20 },
  })
}
