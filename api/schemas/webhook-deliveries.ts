/** What another program was told of results, as it goes over the wire. */
import { z } from '@hono/zod-openapi'
import { WEBHOOK_EVENTS } from '../../domain/result-webhook.ts'

export const webhookDeliverySchema = z
  .object({
    id: z.number().int(),
    event: z.enum(Object.values(WEBHOOK_EVENTS)),
    outbound_id: z.string().nullable().describe('of a result; null: of a campaign'),
    campaign_id: z.string().nullable(),
    state: z
      .enum(['waiting', 'delivered', 'dead'])
      .describe('dead: nobody took it, and it is not tried again'),
    tries: z.number().int(),
    created_at: z.string(),
    next_try_at: z.string().nullable(),
    delivered_at: z.string().nullable(),
    last_status: z.number().int().nullable(),
    last_error: z.string().nullable(),
  })
  .openapi('WebhookDelivery')

export const webhookDeliveryListSchema = z
  .object({
    url: z.string().nullable().describe('where results are told; null: nowhere'),
    deliveries: z.array(webhookDeliverySchema),
  })
  .openapi('WebhookDeliveryList')

export type WebhookDeliveryView = z.infer<typeof webhookDeliverySchema>
export type WebhookDeliveryList = z.infer<typeof webhookDeliveryListSchema>
