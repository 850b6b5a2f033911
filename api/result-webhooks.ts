/** Tells another program what requested calls brought and how campaigns end: signed, tried again, put aside where nobody takes it. */
import { createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import { settleWebhook, takeDueWebhooks, type WebhookDeliveryRow } from '../db/queries/webhook-deliveries.ts'
import {
  parseWebhookKind,
  signedWebhookText,
  WEBHOOK_EVENTS,
  WEBHOOK_HEADERS,
} from '../domain/result-webhook.ts'
import type { ApiDependencies } from './dependencies.ts'
import { readTurns } from './queries/calls.ts'
import { findCampaign } from './queries/campaigns.ts'
import { findOutbound } from './queries/outbound.ts'
import { viewCampaigns } from './views/campaigns.ts'
import { viewOutbound, viewOutboundResult } from './views/outbound.ts'
import { createViewContext, shownTime } from './views/view-context.ts'

const LOOK_EVERY_MS = 2_000
const BATCH = 20
/** The other side has to take it in this time. */
const ANSWER_LIMIT_MS = 10_000
/** One batch is surely over then. */
const LEASE_MS = ANSWER_LIMIT_MS + 20_000
const ERROR_LENGTH = 200

type Deps = Pick<ApiDependencies, 'database' | 'settings' | 'now'> & {
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

/** Does nothing where no address is set. */
export function sendResultWebhooks(deps: Deps): { readonly stop: () => Promise<void> } {
  if (deps.settings.outbound.webhook === null) return { stop: async () => {} }
  let running: Promise<unknown> = Promise.resolve()
  let stopped = false
  const timer = setInterval(() => {
    running = running.then(() => (stopped ? undefined : sendOnce(deps)))
  }, LOOK_EVERY_MS)
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** Tells what is due. @returns how many were taken up. Never fails: what can't be told now stays. */
export async function sendOnce(deps: Deps): Promise<number> {
  const { database, settings, logger, now } = deps
  const { webhook } = settings.outbound
  if (webhook === null) return 0
  try {
    const due = await takeDueWebhooks(database, { at: now(), leaseMs: LEASE_MS, limit: BATCH })
    await Promise.all(due.map((delivery) => sendOne(deps, webhook, delivery)))
    return due.length
  } catch (error) {
    logger.warn({ err: error }, 'results wait to be told')
    return 0
  }
}

async function sendOne(
  { database, settings, now, logger }: Deps,
  webhook: NonNullable<Deps['settings']['outbound']['webhook']>,
  delivery: WebhookDeliveryRow,
): Promise<void> {
  const body = await (parseWebhookKind(delivery.kind) === 'outbound_result'
    ? resultOf(database, settings, delivery)
    : campaignOf(database, now(), delivery))
  // Whoever asked for its deletion has nothing more told of it.
  const { status, error } =
    body === null ? { status: null, error: null } : await post(webhook, delivery, JSON.stringify(body), now())
  if (error !== null)
    logger.info({ delivery: delivery.id, tries: delivery.tries, status }, 'a result was not taken')
  await settleWebhook(database, { id: delivery.id, tries: delivery.tries, at: now(), status, error })
}

const headOf = (delivery: WebhookDeliveryRow) => ({
  type: WEBHOOK_EVENTS[parseWebhookKind(delivery.kind)],
  delivery_id: deliveryId(delivery),
  created_at: shownTime(delivery.created_at),
})

/** As it stands now: calls under way at its end may be over meanwhile. */
async function campaignOf(
  database: Deps['database'],
  now: Date,
  delivery: WebhookDeliveryRow,
): Promise<object | null> {
  const row = await findCampaign(database, delivery.subject_id)
  if (row === undefined) return null
  const [campaign] = await viewCampaigns(database, [row], now.getTime())
  return { ...headOf(delivery), campaign }
}

async function resultOf(
  database: Deps['database'],
  settings: Deps['settings'],
  delivery: WebhookDeliveryRow,
): Promise<object | null> {
  const view = createViewContext(settings)
  const row = await findOutbound(database, delivery.subject_id)
  if (row === undefined) return null
  const turns = row.call_id === null ? [] : await readTurns(database, [row.call_id])
  const { metadata, failure_reason, attempt_count } = viewOutbound(row, view)
  return {
    ...headOf(delivery),
    result: viewOutboundResult(row, turns, view),
    failure_reason,
    attempt_count,
    metadata,
  }
}

const deliveryId = ({ id, subject_id }: WebhookDeliveryRow): string => `${subject_id}-${id}`

/** `t=…,v1=…`. @param at the moment of sending. */
export function webhookSignature(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000)
  const hex = createHmac('sha256', secret).update(signedWebhookText(seconds, body)).digest('hex')
  return `t=${seconds},v1=${hex}`
}

async function post(
  { url, secret }: { readonly url: string; readonly secret: string },
  delivery: WebhookDeliveryRow,
  body: string,
  at: Date,
): Promise<{ readonly status: number | null; readonly error: string | null }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      // What leads elsewhere is not what the owner has set.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'daeri-webhook/1',
        [WEBHOOK_HEADERS.event]: WEBHOOK_EVENTS[parseWebhookKind(delivery.kind)],
        [WEBHOOK_HEADERS.delivery]: deliveryId(delivery),
        [WEBHOOK_HEADERS.signature]: webhookSignature(secret, body, at),
      },
    })
    await response.body?.cancel()
    const isTaken = response.status >= 200 && response.status < 300
    return { status: response.status, error: isTaken ? null : `HTTP ${response.status}` }
  } catch (error) {
    return { status: null, error: reasonOf(error).slice(0, ERROR_LENGTH) }
  }
}

/** What the network says, which fetch puts into the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
