/** How long callers wait for our answers, over time, with the share of each part. */
import { createRoute, z } from '@hono/zod-openapi'
import { lastLatencyAlarms, readLatency, recentLatency } from '../../db/queries/turn-latency.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiMetrics } from '../metrics.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { type latencyAlarmSchema, latencySchema, latencyStepSchema } from '../schemas/latency.ts'
import { json, problems } from './responses.ts'

const DAY_MS = 86_400_000
/** A day by hours is what one looks at first. */
const DEFAULT_MS = DAY_MS
/** More would be a chart that nobody can read. */
const LONGEST_MS = { hour: 14 * DAY_MS, day: 400 * DAY_MS } as const
const LAST_ALARMS = 20

const latencyRoute = createRoute({
  method: 'get',
  path: '/api/statistics/latency',
  tags: ['Calls'],
  summary: 'Wait for our answers: percentiles by hour or day, the share of each part, alarms',
  request: {
    query: z.object({
      from: z.iso.datetime({ offset: true }).optional().describe('a day ago unless told'),
      until: z.iso.datetime({ offset: true }).optional().describe('not included; now unless told'),
      by: latencyStepSchema.default('hour'),
    }),
  },
  responses: {
    200: json(latencySchema, 'The figures'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request'),
  },
})

type AlarmRow = Awaited<ReturnType<typeof lastLatencyAlarms>>[number]

const viewAlarm = (row: AlarmRow): z.infer<typeof latencyAlarmSchema> => ({
  raised_at: koreanIso(row.raised_at.getTime()),
  cleared_at: row.cleared_at === null ? null : koreanIso(row.cleared_at.getTime()),
  p95: row.p95_ms,
  limit: row.limit_ms,
  window_minutes: row.window_minutes,
  turns: row.turns,
})

/** Adds the route, and the same of the last minutes to the metrics. */
export function addLatencyRoutes(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { database, settings, now } = deps
  const { limitMs, windowMinutes } = settings.latencyAlarm
  const recent = () => recentLatency(database, windowMinutes, now().getTime())

  router.declare('admin', latencyRoute, async (c) => {
    const query = c.req.valid('query')
    const untilMs = query.until === undefined ? now().getTime() : Date.parse(query.until)
    const fromMs = query.from === undefined ? untilMs - DEFAULT_MS : Date.parse(query.from)
    if (fromMs >= untilMs || untilMs - fromMs > LONGEST_MS[query.by])
      throw new ApiProblem('invalid_request', 'This range is none, or too long for its steps.')
    const range = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() }
    const { total, buckets } = await readLatency(database, range, query.by)
    const last = (await lastLatencyAlarms(database, LAST_ALARMS)).map(viewAlarm)
    const { turns, p95Ms } = await recent()
    const alarm = {
      limit: limitMs,
      window_minutes: windowMinutes,
      now: { turns, p95: p95Ms },
      open: last.find((one) => one.cleared_at === null) ?? null,
      last,
    }
    const dated = buckets.map((bucket) => ({ ...bucket, from: koreanIso(Date.parse(bucket.from)) }))
    const view = { total, buckets: dated, alarm, by: query.by }
    return c.json({ from: koreanIso(fromMs), until: koreanIso(untilMs), ...view }, 200)
  })

  metrics.answerWait(limitMs, recent)
}
