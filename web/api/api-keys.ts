/** Keys of programs; for the owner. */
import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type {
  ApiKeyList,
  ApiKeyView,
  CreatedApiKey,
  NewApiKey,
  WebhookDelivery,
  WebhookDeliveryList,
} from './types.ts'

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'] as const,
  queryFn: ({ signal }) => request<ApiKeyList>('GET', '/api/api-keys', { signal }),
})

/** The answer has the key itself, this once. */
export const addApiKey = (wanted: NewApiKey): Promise<CreatedApiKey> =>
  request('POST', '/api/api-keys', { body: wanted })

/** It opens nothing from then on. */
export const revokeApiKey = (id: number): Promise<ApiKeyView> => request('DELETE', `/api/api-keys/${id}`)

/** What the webhook of results was told. */
export const webhookDeliveriesQuery = queryOptions({
  queryKey: ['webhook-deliveries'] as const,
  queryFn: ({ signal }) => request<WebhookDeliveryList>('GET', '/api/webhook-deliveries', { signal }),
})

export const resendDelivery = (id: number): Promise<WebhookDelivery> =>
  request('POST', `/api/webhook-deliveries/${id}/resend`, { body: {} })
