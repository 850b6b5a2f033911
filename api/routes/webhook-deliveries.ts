/** What another program was told of results; what nobody took is told again. */
import { createRoute, z } from '@hono/zod-openapi'
import { listWebhooks, resendWebhook, type WebhookDeliveryRow } from '../../db/queries/webhook-deliveries.ts'
import { parseWebhookKind, WEBHOOK_EVENTS } from '../../domain/result-webhook.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type WebhookDeliveryView,
  webhookDeliveryListSchema,
  webhookDeliverySchema,
} from '../schemas/webhook-deliveries.ts'
import { shownTime, shownTimeOrNull } from '../views/view-context.ts'
import { json, problems } from './responses.ts'

const tags = ['Outbound calls']
const SHOWN = 100

const listRoute = createRoute({
  method: 'get',
  path: '/api/webhook-deliveries',
  tags,
  summary: `What the webhook of results was told: those that nobody took first, then the newest, at most ${SHOWN}`,
  responses: {
    200: json(webhookDeliveryListSchema, 'The deliveries'),
    ...problems('unauthenticated', 'forbidden'),
  },
})
const resendRoute = createRoute({
  method: 'post',
  path: '/api/webhook-deliveries/{delivery_id}/resend',
  tags,
  summary: 'Tell it again, at once',
  request: {
    params: z.object({
      delivery_id: z.coerce
        .number()
        .int()
        .min(1)
        .max(2_147_483_647)
        .openapi({ param: { name: 'delivery_id', in: 'path' } }),
    }),
  },
  responses: {
    202: json(webhookDeliverySchema, 'It is due now'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of webhook deliveries. */
export function addWebhookDeliveryRoutes(
  router: ApiRouter,
  { database, settings, signIn, now }: ApiDependencies,
): void {
  router.declare('admin', listRoute, async (c) => {
    const rows = await listWebhooks(database, SHOWN)
    return c.json({ url: settings.outbound.webhook?.url ?? null, deliveries: rows.map(viewDelivery) }, 200)
  })
  router.declare('admin', resendRoute, async (c) => {
    const row = await resendWebhook(database, c.req.valid('param').delivery_id, now())
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such delivery.')
    await signIn.writeAudit({
      actor: c.get('person').email,
      action: 'webhook_resend',
      orderId: null,
      reason: row.subject_id,
    })
    return c.json(viewDelivery(row), 202)
  })
}

const viewDelivery = (row: WebhookDeliveryRow): WebhookDeliveryView => ({
  id: row.id,
  event: WEBHOOK_EVENTS[parseWebhookKind(row.kind)],
  outbound_id: row.kind === 'outbound_result' ? row.subject_id : null,
  campaign_id: row.kind === 'outbound_result' ? null : row.subject_id,
  state: row.state as WebhookDeliveryView['state'],
  tries: row.tries,
  created_at: shownTime(row.created_at),
  next_try_at: row.state === 'waiting' ? shownTime(row.next_try_at) : null,
  delivered_at: shownTimeOrNull(row.delivered_at),
  last_status: row.last_status,
  last_error: row.last_error,
})
