/**
 * What a ticket costs on its way to Done: Temporal actions of one, and how many reach Done a second, against an
 * empty workflow of as many steps on the same server in the same run.
 */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { loadSettings } from '../../config/settings.ts'
import { ticketWorkflowId } from '../../domain/ids.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { connectClient, dataConverter } from '../../temporal/connection.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import type { Benchmark, Table } from '../result.ts'
import { type BenchTemporal, startTemporal } from '../temporal.ts'
import { countActions, retriesIn, type Step, stepsOf } from './actions.ts'
import { emptySignal, emptySteps, emptyUpdate } from './empty-workflow.ts'
import {
  type BenchActivities,
  benchPolicy,
  createBenchActivities,
  orderNumbers,
  playTicket,
  reportDelivered,
} from './ticket-orders.ts'

/** Tickets of one round, so many of them at once; a round of each kind follows the other. */
const TICKETS = 60
const AT_ONCE = 30
const ROUNDS = 5
const WARM_UP = 20
const TICKET_QUEUE = 'bench-tickets'
const EMPTY_QUEUE = 'bench-empty'

interface Figures {
  readonly actionsByKind: Readonly<Record<string, number>>
  readonly actions: number
  readonly historyEvents: number
  /** Finished a second, one entry a round. */
  readonly rounds: readonly { readonly tickets: number; readonly empty: number }[]
}

/** Takes no options. */
export const benchTicket: Benchmark = async (_options, tell) => {
  const quiet = () => {}
  Runtime.install({
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
  const temporal = await startTemporal()
  try {
    return tablesOf(await measure(temporal, tell))
  } finally {
    await temporal.stop()
  }
}

function tablesOf({ actions, actionsByKind, historyEvents, rounds }: Figures): Table[] {
  const of = (pick: (round: Figures['rounds'][number]) => number) => rounds.map(pick)
  const ratio = median(of((round) => round.tickets / round.empty))
  return [
    {
      title: 'Temporal actions of one ticket to Done',
      columns: ['kind', 'actions'],
      rows: [...Object.entries(actionsByKind), ['all', actions]],
      notes: [
        `${historyEvents} events of history. The order is opened and told at once, paid by card, reported by the vendor three times;`,
        'each further statement about the order costs 2, each poll of the vendor without news 1.',
      ],
    },
    {
      title: 'Throughput',
      columns: ['finished a second', 'median', ...rounds.map((_, i) => `round ${i + 1}`)],
      rows: [
        ['tickets', median(of(({ tickets }) => tickets)), ...of(({ tickets }) => tickets)],
        ['empty workflows of as many steps', median(of(({ empty }) => empty)), ...of(({ empty }) => empty)],
        ['ratio', ratio, ...of((round) => round.tickets / round.empty)],
      ],
      notes: [`${TICKETS} a round, ${AT_ONCE} at once, on one worker and one development server.`],
    },
  ]
}

async function measure(temporal: BenchTemporal, tell: (text: string) => void): Promise<Figures> {
  const settings = loadSettings({ TEMPORAL_ADDRESS: temporal.address, DAERI_DATA_KEY: 'ab'.repeat(32) })
  const client = await connectClient(settings)
  await ensureSearchAttributes(client.connection, 'default')
  const connection = await NativeConnection.connect({ address: temporal.address })
  const activities = createBenchActivities((message) => {
    // Reported after the answer, as carriers do; a ticket that is done by then needs it no more.
    setImmediate(() => reportDelivered(client, message).catch(() => {}))
  })
  const workers = await Promise.all([
    createWorker(connection, TICKET_QUEUE, await bundleWorkflows(), activities),
    createWorker(connection, EMPTY_QUEUE, await bundleEmpty(), { nothing: async () => {} }),
  ])
  const running = workers.map((worker) => worker.run())
  try {
    const nextNumber = orderNumbers()
    const policy = benchPolicy(settings.order)
    const ticket = () => {
      const orderNo = nextNumber()
      const input = { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy } as const
      return playTicket(client, input, TICKET_QUEUE).then(() => orderNo)
    }
    tell('warming up')
    const first = await ticket()
    const history = await client.workflow.getHandle(ticketWorkflowId(first)).fetchHistory()
    const steps = stepsOf(history)
    const actions = countActions(steps, retriesIn(history))
    const empty = () => playEmpty(client, steps)
    await manyAtOnce(WARM_UP, ticket)
    await manyAtOnce(WARM_UP, empty)
    const rounds: { tickets: number; empty: number }[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      tell(`round ${round} of ${ROUNDS}: ${TICKETS} tickets, then ${TICKETS} empty workflows`)
      rounds.push({ tickets: await manyAtOnce(TICKETS, ticket), empty: await manyAtOnce(TICKETS, empty) })
    }
    return {
      actions: actions.total,
      actionsByKind: actions.byKind,
      historyEvents: history.events?.length ?? 0,
      rounds,
    }
  } finally {
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
    await connection.close()
    await client.connection.close()
  }

  function createWorker(
    native: NativeConnection,
    taskQueue: string,
    workflowBundle: Awaited<ReturnType<typeof bundleWorkflows>>,
    implementations: BenchActivities | { nothing: () => Promise<void> },
  ): Promise<Worker> {
    return Worker.create({
      connection: native,
      taskQueue,
      workflowBundle,
      activities: implementations,
      dataConverter: dataConverter(settings),
      maxCachedWorkflows: 500,
      workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 4, maximum: 20 },
      activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 4, maximum: 20 },
    })
  }
}

const bundleEmpty = () =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./empty-workflow.ts', import.meta.url)),
    failureConverterPath: fileURLToPath(new URL('../../temporal/failure-converter.ts', import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  })

/** The client does for the empty workflow what it does for a ticket: as many updates and signals, one by one. */
async function playEmpty(client: Client, steps: readonly Step[]): Promise<void> {
  const handle = await client.workflow.start(emptySteps, {
    workflowId: `empty-${randomBytes(8).toString('hex')}`,
    taskQueue: EMPTY_QUEUE,
    args: [steps],
  })
  for (const step of steps) if (step.kind === 'update') await handle.executeUpdate(emptyUpdate)
  for (const step of steps) if (step.kind === 'signal') await handle.signal(emptySignal)
  await handle.result()
}

/** Runs `count` of them, AT_ONCE at a time. @returns how many were finished a second. */
async function manyAtOnce(count: number, one: () => Promise<unknown>): Promise<number> {
  let left = count
  const startedAt = performance.now()
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await one()
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, lane))
  return count / ((performance.now() - startedAt) / 1000)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}
