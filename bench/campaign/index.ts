/**
 * `npm run bench -- campaign`: a campaign as long as they may be, worked through at its cap: how evenly its calls begin,
 * and what its worker and its history take on the way.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Runtime } from '@temporalio/worker'
import { type CampaignId, campaignWorkflowId } from '../../domain/ids.ts'
import type { Benchmark, Cell, Table } from '../result.ts'
import { Beginnings } from './calls.ts'
import { type Pace, paceOf } from './pace.ts'
import { type BenchCampaigns, startCampaigns } from './system.ts'

const LOOK_MS = 250
/** The parts of a list after which memory and history are looked at. */
const MARKS = [0.01, 0.1, 0.25, 0.5, 0.75, 1]

export const benchCampaign: Benchmark = async (options, tell) => {
  const quiet = () => {}
  Runtime.install({
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
  const { values } = parseArgs({
    args: [...options],
    options: {
      rows: { type: 'string', default: '100000' },
      rate: { type: 'string', default: '50' },
      window: { type: 'string', default: '500' },
      'talk-ms': { type: 'string', default: '200' },
      'slice-ms': { type: 'string', default: '60000' },
    },
  })
  const rows = Number(values.rows)
  const rate = Number(values.rate)
  const beginnings = new Beginnings(rows)
  tell('starting Postgres, Temporal and a worker')
  const system = await startCampaigns(beginnings, Number(values['talk-ms']))
  try {
    tell(`writing a list of ${rows}`)
    const speed = { windowSize: Number(values.window), callsPerSecond: rate }
    const before = await system.memory()
    const campaignId = await system.begin({ rows, speed, sliceMs: Number(values['slice-ms']) })
    const course: Cell[][] = [['0', before.heapUsed, before.external, before.resident, 0, 0, 0]]
    for (const mark of MARKS) {
      const calls = Math.round(rows * mark)
      while (beginnings.count < calls) await pause(LOOK_MS)
      const { heapUsed, external, resident } = await system.memory()
      const { run, events, kilobytes } = await historyOf(system, campaignId)
      course.push([calls.toLocaleString('en'), heapUsed, external, resident, run, events, kilobytes])
      tell(`${calls} calls: ${heapUsed.toFixed(1)} MB in use, run ${run} with ${events} events`)
    }
    await system.client.workflow.getHandle(campaignWorkflowId(campaignId)).result()
    const left = await unfinished(system, campaignId)
    const runs = await runsOf(system, campaignId)
    return tables({ rate, pace: paceOf(beginnings.all()), course, left, runs })
  } finally {
    await system.stop()
  }
}

interface Figures {
  readonly rate: number
  readonly pace: Pace
  readonly course: readonly Cell[][]
  readonly left: { readonly open: number; readonly twice: number; readonly requests: number }
  readonly runs: readonly RunSize[]
}

function tables({ rate, pace, course, left, runs }: Figures): Table[] {
  const off = ((pace.perSecond - rate) / rate) * 100
  const longest = Math.max(...runs.map(({ events }) => events))
  const largest = Math.max(...runs.map(({ kilobytes }) => kilobytes))
  return [
    {
      title: 'Calls begun a second',
      columns: ['calls', 'cap', 'measured', 'off %', 'slowest 10 s', 'fastest 10 s', 'most in 1 s'],
      rows: [[pace.calls, rate, pace.perSecond, off, pace.slowest, pace.fastest, pace.mostInASecond]],
      notes: [
        'Counted where the workflow of each call begins its work, from the first to the last.',
        `${left.requests} calls requested; rows without an end: ${left.open}; numbers called twice: ${left.twice}.`,
      ],
    },
    {
      title: 'Memory of the worker and history of the campaign',
      columns: [
        'calls begun',
        'heap in use MB',
        'external MB',
        'resident MB',
        'run',
        'its events',
        'its history KB',
      ],
      rows: course,
      notes: [
        `Heap after two garbage collections. ${runs.length} runs; the longest had ${longest} events, the largest ${largest.toFixed(0)} KB.`,
      ],
    },
  ]
}

interface RunSize {
  readonly events: number
  readonly kilobytes: number
}

/** Of all its runs. */
async function runsOf({ client }: BenchCampaigns, campaignId: CampaignId): Promise<RunSize[]> {
  const query = `WorkflowId = '${campaignWorkflowId(campaignId)}'`
  const runs: RunSize[] = []
  for await (const { runId } of client.workflow.list({ query })) {
    const { historyLength, historySize = 0 } = await client.workflow
      .getHandle(campaignWorkflowId(campaignId), runId)
      .describe()
    runs.push({ events: historyLength, kilobytes: historySize / 1_024 })
  }
  return runs
}

/** Of the run under way. */
async function historyOf({ client }: BenchCampaigns, campaignId: CampaignId) {
  const { historyLength, historySize = 0 } = await client.workflow
    .getHandle(campaignWorkflowId(campaignId))
    .describe()
  const query = `WorkflowId = '${campaignWorkflowId(campaignId)}'`
  const { count } = await client.workflow.count(query)
  return { run: count, events: historyLength, kilobytes: historySize / 1_024 }
}

async function unfinished({ db }: BenchCampaigns, campaignId: CampaignId): Promise<Figures['left']> {
  const { open } = await db
    .selectFrom('campaign_rows')
    .innerJoin('campaigns', 'campaigns.id', 'campaign_rows.campaign')
    .select((is) => is.fn.countAll<string>().as('open'))
    .where('campaign_id', '=', campaignId)
    .where('campaign_rows.state', '!=', 'done')
    .executeTakeFirstOrThrow()
  const { requests, numbers } = await db
    .selectFrom('outbound_requests')
    .select((is) => [
      is.fn.countAll<string>().as('requests'),
      is.fn.count<string>('callee_hash').distinct().as('numbers'),
    ])
    .where('requested_by', '=', campaignId)
    .executeTakeFirstOrThrow()
  return { open: Number(open), twice: Number(requests) - Number(numbers), requests: Number(requests) }
}
