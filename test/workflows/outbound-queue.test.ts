/** Requested calls wait for a channel: so many at once, and the most urgent first. On a real server, which keeps the order. */
import { randomBytes, randomUUID } from 'node:crypto'
import { Context } from '@temporalio/activity'
import { msToTs } from '@temporalio/common/lib/time.js'
import { temporal } from '@temporalio/proto'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { HoldLegInput, LegReport } from '../../domain/call.ts'
import { makeOutboundId } from '../../domain/ids.ts'
import type { OutboundPriority } from '../../domain/outbound-request.ts'
import type { OutboundSnapshot } from '../../domain/outbound-snapshot.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { outboundRequest } from '../../workflows/outbound-request.ts'
import type { OutboundRequestInput } from '../../workflows/outbound-request-messages.ts'
import { getTemporalAddress } from '../support/temporal.ts'
import { report } from './inbound-call-harness.ts'
import { quietRuntime } from './quiet-runtime.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

/** The server has one connection to its database: asked without pause it does nothing else. */
const POLL_MS = 100
/** A gateway that is silent for five seconds is taken for lost. */
const BEAT_MS = 1_000

let env: TestWorkflowEnvironment
let namespace: string
beforeAll(async () => {
  quietRuntime()
  const address = getTemporalAddress()
  // Its queues are its own: the names are the same for every system.
  namespace = `outbound-queue-${randomUUID()}`
  const shared = await TestWorkflowEnvironment.createFromExistingServer({ address })
  await shared.connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  await shared.teardown()
  env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace })
})
afterAll(() => env?.teardown())

/** A gateway with so many channels; calls ring until the test has them refused. */
class Channels {
  /** Priorities in the order in which they were dialled. */
  readonly dialled: number[] = []
  most = 0
  readonly #refusals = new Map<number, () => void>()
  #watcher: () => void = () => {}

  async holdLeg(input: HoldLegInput): Promise<LegReport> {
    if (input.kind !== 'dial') throw new Error('calls are placed here')
    // The number says which it is.
    const priority = Number(input.calleeNumber.slice(-2))
    const refused = new Promise<void>((resolve) => this.#refusals.set(priority, resolve))
    this.dialled.push(priority)
    this.most = Math.max(this.most, this.#refusals.size)
    this.#watcher()
    const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS)
    await refused
    clearInterval(beat)
    this.#refusals.delete(priority)
    return { ...report(input, 'rejected'), answeredAt: null, recordingKey: null, sipCode: 603 }
  }

  refuse(priority: number): void {
    this.#refusals.get(priority)?.()
  }

  async dials(count: number): Promise<void> {
    while (this.dialled.length < count)
      await new Promise<void>((resolve) => {
        this.#watcher = resolve
      })
  }
}

const inputOf = (priority: OutboundPriority): OutboundRequestInput => ({
  outboundId: makeOutboundId(randomBytes(4).toString('hex')),
  request: {
    callerNumber: '07012345678',
    calleeNumber: `010987654${String(priority).padStart(2, '0')}`,
    callerDisplayName: null,
    purpose: '확인',
    questions: ['참석 가능 여부'],
    maxDuration: 180,
    priority,
    scheduledAt: null,
    retryOnNoAnswer: false,
    maxRetries: 0,
    metadata: null,
  },
  policy: {
    ringTimeoutSeconds: 30,
    maxTurns: 20,
    retry: { enabled: false, intervalSeconds: 300, on: [] },
    words: { greeting: '안녕하세요.', closing: '감사합니다.' },
    checksCompletion: true,
    saveTranscript: true,
    saveRecording: true,
    generateSummary: false,
  },
  companyName: '대리 화환',
  requestedBy: 'operator',
  createdAt: '2026-11-26T10:00:00+09:00',
})

const start = (priority: OutboundPriority) => {
  const input = inputOf(priority)
  return env.client.workflow.start<typeof outboundRequest>('outboundRequest', {
    workflowId: input.outboundId,
    taskQueue: TASK_QUEUES.business,
    args: [input],
  })
}

/** Resolves once so many calls wait in the queue of a gateway. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const { stats } = await env.connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: TASK_QUEUES.outboundLegs },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    })
    if (Number(stats?.approximateBacklogCount ?? 0) >= count) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

async function withChannels(atOnce: number, play: (channels: Channels) => Promise<void>): Promise<void> {
  const channels = new Channels()
  const shared = { connection: env.nativeConnection, namespace, shutdownForceTime: '2s' } as const
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.business,
      workflowBundle: await bundleWorkflows(),
      activities: {
        recordOutbound: async (_snapshot: OutboundSnapshot) => {},
        recordCall: async () => {},
        // Every call is said in the words that are live.
        readCallPolicy: async () => ({}),
        finishCall: async () => {},
      },
    }),
    Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.outboundLegs,
      activities: { holdLeg: (input: HoldLegInput) => channels.holdLeg(input) },
      maxConcurrentActivityTaskExecutions: atOnce,
      maxHeartbeatThrottleInterval: BEAT_MS,
    }),
  ])
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    await play(channels)
  } finally {
    for (const worker of workers) worker.shutdown()
    await running
  }
}

test('what is more urgent goes first, however late it was asked for', () =>
  withChannels(1, async (channels) => {
    const first = await start(6)
    await channels.dials(1)
    const others: { readonly priority: number; readonly done: Promise<unknown> }[] = []
    for (const priority of [10, 5, 8, 1, 3] as const)
      others.push({ priority, done: (await start(priority)).result() })
    await waiting(others.length)
    const order = [1, 3, 5, 8, 10]
    channels.refuse(6)
    for (const [index, priority] of order.entries()) {
      await channels.dials(index + 2)
      channels.refuse(priority)
    }
    expect(await first.result()).toMatchObject({ state: 'rejected', failureReason: 'SIP 603' })
    await Promise.all(others.map(({ done }) => done))
    expect(channels.dialled).toEqual([6, ...order])
    expect(channels.most).toBe(1)
  }))

test('the sixth call waits until one of five is over', () =>
  withChannels(5, async (channels) => {
    const calls = await Promise.all(([1, 2, 3, 4, 5, 6] as const).map((priority) => start(priority)))
    await channels.dials(5)
    await waiting(1)
    expect(channels.dialled).toHaveLength(5)
    channels.refuse(channels.dialled[2] ?? 0)
    await channels.dials(6)
    for (const priority of channels.dialled) channels.refuse(priority)
    for (const call of calls) expect(await call.result()).toMatchObject({ state: 'rejected' })
    expect(channels.most).toBe(5)
  }))
