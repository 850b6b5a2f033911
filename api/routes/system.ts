/** The system about itself: what is real, where things are, whether it is well. */
import { readFileSync } from 'node:fs'
import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'kysely'
import { koreanIso } from '../../domain/korean-time.ts'
import { formatPhone } from '../../domain/phone-number.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiMetrics } from '../metrics.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { partyNameSchema, systemSchema } from '../schemas/system.ts'
import { temporalUiLink } from '../views/view-context.ts'
import { json, problems } from './responses.ts'

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')))

/** Version of Daeri, of package.json. */
export const VERSION = manifest.version

const systemRoute = createRoute({
  method: 'get',
  path: '/api/system',
  tags: ['System'],
  summary: 'Which outside parties are real, versions, addresses, time limits',
  responses: { 200: json(systemSchema, 'The system'), ...problems('unauthenticated') },
})

const readinessSchema = z.object({ database: z.boolean(), workflow_engine: z.boolean() }).openapi('Readiness')

const liveRoute = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['System'],
  summary: 'The process lives',
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'It does') },
})

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['System'],
  summary:
    'The process can serve: the database answers (orders can be read while the workflow engine is away)',
  responses: {
    200: json(readinessSchema, 'It can'),
    503: json(readinessSchema, 'It can not'),
  },
})

/** Adds /api/system, /healthz, /readyz and /metrics. */
export function addSystemRoutes(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { settings, database, tickets, now } = deps
  const world = `http://${settings.host}:${settings.ports.world}/`

  router.declare('signed_in', systemRoute, async (c) =>
    c.json(
      {
        version: VERSION,
        node_version: process.version,
        company: { name: settings.company.name, phone: formatPhone(settings.company.phone) },
        parties: partyNameSchema.options.map((name) => ({ name, stand_in: settings.standIns[name] })),
        links: {
          temporal_ui: c.get('person').role === 'admin' ? temporalUiLink(settings) : null,
          outside_world: settings.simulators ? world : null,
          api_docs: '/api/docs',
        },
        edit_window_seconds: settings.order.editWindowSeconds,
        payment_expiry_seconds: settings.order.paymentExpirySeconds,
        price: settings.order.priceWon,
        workflow_engine_reachable: await tickets.isReachable(),
        now: koreanIso(now().getTime()),
      },
      200,
    ),
  )

  router.declare('public', liveRoute, (c) => c.json({ status: 'ok' as const }, 200))

  router.declare('public', readyRoute, async (c) => {
    const [databaseAnswers, engineAnswers] = await Promise.all([
      sql`select 1`.execute(database).then(
        () => true,
        () => false,
      ),
      tickets.isReachable(),
    ])
    const readiness = { database: databaseAnswers, workflow_engine: engineAnswers }
    return databaseAnswers ? c.json(readiness, 200) : c.json(readiness, 503)
  })

  router.declarePlain('internal', 'get', '/metrics', async (c) => {
    const text = await metrics.registry.metrics().catch(() => null)
    if (text === null) throw new ApiProblem('internal_error', 'The figures could not be gathered.')
    return c.text(text, 200, { 'content-type': metrics.registry.contentType })
  })
}
