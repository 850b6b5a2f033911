/** Keys of programs, with the refusals of the real API. */
import type { ApiKeyView, NewApiKey, WebhookDelivery } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
}

const DAY_MINUTES = 1440

export class FakeApiKeys {
  keys: ApiKeyView[] = [
    {
      id: 2,
      name: '고객 관리 시스템',
      hint: 'dk_q8Zt1',
      scopes: ['outbound:read', 'outbound:write'],
      created_by: 'owner@example.com',
      created_at: inMinutes(-20 * DAY_MINUTES),
      expires_at: inMinutes(345 * DAY_MINUTES),
      last_used_at: inMinutes(-3),
      revoked_at: null,
      active: true,
    },
    {
      id: 1,
      name: '시험',
      hint: 'dk_07aKx',
      scopes: ['campaigns:read'],
      created_by: 'owner@example.com',
      created_at: inMinutes(-40 * DAY_MINUTES),
      expires_at: null,
      last_used_at: null,
      revoked_at: inMinutes(-30 * DAY_MINUTES),
      active: false,
    },
  ]

  deliveries: WebhookDelivery[] = [
    {
      id: 8,
      event: 'outbound.result',
      outbound_id: 'ob-0000a004',
      campaign_id: null,
      state: 'dead',
      tries: 5,
      created_at: inMinutes(-27),
      next_try_at: null,
      delivered_at: null,
      last_status: 503,
      last_error: 'HTTP 503',
    },
    {
      id: 9,
      event: 'outbound.result',
      outbound_id: 'ob-0000a001',
      campaign_id: null,
      state: 'delivered',
      tries: 1,
      created_at: inMinutes(-10),
      next_try_at: null,
      delivered_at: inMinutes(-10),
      last_status: 200,
      last_error: null,
    },
    {
      id: 10,
      event: 'campaign.completed',
      outbound_id: null,
      campaign_id: 'cp-0000c003',
      state: 'delivered',
      tries: 1,
      created_at: inMinutes(-12),
      next_try_at: null,
      delivered_at: inMinutes(-12),
      last_status: 200,
      last_error: null,
    },
  ]

  answerOfWebhook(method: string, id: number): Answer {
    if (method === 'GET')
      return { status: 200, body: { url: 'https://crm.example.com/daeri', deliveries: this.deliveries } }
    this.deliveries = this.deliveries.map((one) =>
      one.id === id ? { ...one, state: 'waiting', tries: 0, next_try_at: inMinutes(0) } : one,
    )
    return { status: 202, body: this.deliveries.find((one) => one.id === id) }
  }

  answer(method: string, id: number, body: unknown): Answer {
    if (method === 'GET') return { status: 200, body: { keys: this.keys } }
    if (method === 'DELETE') {
      const at = inMinutes(0)
      this.keys = this.keys.map((key) => (key.id === id ? { ...key, revoked_at: at, active: false } : key))
      return { status: 200, body: this.keys.find((key) => key.id === id) }
    }
    const { name, scopes, expires_at = null } = body as NewApiKey
    if (this.keys.some((key) => key.revoked_at === null && key.name === name))
      return {
        status: 409,
        type: 'application/problem+json',
        body: { title: 'Not possible now', status: 409, code: 'key_name_taken', detail: 'A sentence.' },
      }
    const key: ApiKeyView = {
      id: 3,
      name,
      hint: 'dk_AbCdE',
      scopes,
      created_by: 'owner@example.com',
      created_at: inMinutes(0),
      expires_at,
      last_used_at: null,
      revoked_at: null,
      active: true,
    }
    this.keys = [key, ...this.keys]
    return { status: 201, body: { key, secret: `dk_AbCdE${'x'.repeat(38)}` } }
  }
}
