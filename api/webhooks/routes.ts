/**
 * What payment gateway, message carrier and vendor tell us. A webhook is only a hint: its order's workflow
 * reads again at the source before it acts. Doubled ones are harmless; 200 ends the sender's retries, 503
 * asks for one.
 */
import { z } from '@hono/zod-openapi'
import type { SignalDefinition } from '@temporalio/common'
import { bodyLimit } from 'hono/body-limit'
import { sql } from 'kysely'
import { parseOrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { deliveryChanged, messageReported, paymentChanged } from '../../workflows/ticket-messages.ts'
import type { ApiDependencies } from '../context.ts'
import { EVENTS_CHANNEL, type Notification } from '../events/listener.ts'
import type { ApiMetrics } from '../metrics.ts'
import { parseJson } from '../parse-json.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { equalInConstantTime, isSolapiSecret, isVendorSignature } from './signatures.ts'

const MAX_BODY_BYTES = 1024 * 1024

/** PAYMENT_STATUS_CHANGED of Toss is not signed; DEPOSIT_CALLBACK carries the secret of its virtual account. */
const tossSchema = z.union([
  z.object({
    eventType: z.literal('PAYMENT_STATUS_CHANGED'),
    data: z.object({ paymentKey: z.string().min(1).max(200) }),
  }),
  z.object({ secret: z.string().min(1), orderId: z.string().min(1).max(64), status: z.string() }),
])

const solapiSchema = z.array(
  z.object({
    messageId: z.string().min(1),
    statusCode: z.string(),
    statusMessage: z.string().optional(),
    dateReported: z.string().optional(),
  }),
)
const SOLAPI_DELIVERED = '4000'
/** Accepted, and on its way to the carrier: not an end yet. */
const SOLAPI_UNDERWAY = new Set(['2000', '3000'])

const vendorSchema = z.object({ order_id: z.string().min(1), reference: z.string().min(1) })

type Outcome = 'passed_on' | 'unknown' | 'closed' | 'forged' | 'garbage'

/** Adds the three webhooks. */
export function addWebhooks(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { settings, database, tickets, logger } = deps
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES })

  const note = (party: string, outcome: Outcome, fields: Record<string, unknown> = {}) => {
    metrics.webhooks.inc({ party, outcome })
    logger[outcome === 'passed_on' ? 'debug' : 'info']({ party, outcome, ...fields }, 'webhook')
  }
  const refuse = (party: string): never => {
    note(party, 'forged')
    throw new ApiProblem('bad_signature', 'The signature does not match.')
  }
  const read = <Schema extends z.ZodType>(party: string, schema: Schema, body: string): z.infer<Schema> => {
    const parsed = schema.safeParse(parseJson(body))
    if (parsed.success) return parsed.data
    note(party, 'garbage')
    throw new ApiProblem('malformed_request', 'This webhook is not of a known form.')
  }
  /** Passes the hint on; a ticket that has ended needs it no more. */
  const signal = async <Input>(
    party: string,
    orderNo: string,
    definition: SignalDefinition<[Input]>,
    input: Input,
  ) => {
    try {
      await tickets.signal(parseOrderNo(orderNo), definition, input)
      note(party, 'passed_on', { orderNo })
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem !== 'refused') throw error
      note(party, 'closed', { orderNo })
    }
  }

  router.declarePlain('webhook', 'post', '/webhooks/toss', limit, async (c) => {
    const event = read('payments', tossSchema, await c.req.text())
    let query = database
      .selectFrom('payments')
      .innerJoin('orders', 'orders.id', 'payments.order_id')
      .select(['orders.order_no', 'payments.payment_key', 'payments.pg_response'])
    query =
      'data' in event
        ? query.where('payments.payment_key', '=', event.data.paymentKey)
        : query.where(sql<boolean>`payments.pg_response->>'orderId' = ${event.orderId}`)
    const payment = await query.orderBy('payments.id', 'desc').executeTakeFirst()
    if (payment?.payment_key === undefined || payment.payment_key === null) {
      note('payments', 'unknown')
      return c.json({ received: true })
    }
    if (!('data' in event) && !isSecretOf(payment.pg_response, event.secret)) refuse('payments')
    await signal('payments', payment.order_no, paymentChanged, { paymentKey: payment.payment_key })
    return c.json({ received: true })
  })

  router.declarePlain('webhook', 'post', '/webhooks/solapi', limit, async (c) => {
    const body = await c.req.text()
    if (!isSolapiSecret(c.req.header('x-solapi-secret'), settings.solapi.webhookSecret)) refuse('sms')
    const reports = read('sms', solapiSchema, body)
    for (const report of reports) {
      if (SOLAPI_UNDERWAY.has(report.statusCode)) continue
      const delivered = report.statusCode === SOLAPI_DELIVERED
      const message = await noteReport(report.messageId, delivered, report.statusMessage)
      if (message === undefined) {
        // The report may be faster than our own note of the sending: the carrier asks again.
        note('sms', 'unknown', { messageId: report.messageId })
        throw new ApiProblem('not_found', 'This message is not known (yet).')
      }
      if (message.order_no === null) continue
      await signal('sms', message.order_no, messageReported, {
        messageKey: message.idempotency_key,
        status: delivered ? 'delivered' : 'failed',
        at: reportedAt(report.dateReported, deps.now()),
        ...(delivered ? {} : { reason: `${report.statusCode} ${report.statusMessage ?? ''}`.trim() }),
      })
    }
    return c.json({ received: true })
  })

  /** Writes how a message ended; an end that was noted before stays. */
  async function noteReport(providerId: string, delivered: boolean, statusMessage: string | undefined) {
    const message = await database
      .selectFrom('messages')
      .leftJoin('orders', 'orders.id', 'messages.order_id')
      .where('provider_id', '=', providerId)
      .select(['messages.id', 'messages.status', 'messages.idempotency_key', 'orders.order_no'])
      .executeTakeFirst()
    if (message === undefined || message.status === 'delivered' || message.status === 'failed') return message
    await database.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('messages')
        .set(
          delivered
            ? { status: 'delivered', delivered_at: sql`now()` }
            : { status: 'failed', error: statusMessage ?? 'failed' },
        )
        .where('id', '=', message.id)
        .execute()
      if (message.order_no === null) return
      const notification: Notification = { type: 'ticket', order_no: message.order_no }
      await sql`select pg_notify(${EVENTS_CHANNEL}, ${JSON.stringify(notification)})`.execute(transaction)
    })
    return message
  }

  router.declarePlain('webhook', 'post', '/webhooks/vendor-erp', limit, async (c) => {
    const body = await c.req.text()
    const signature = c.req.header('x-erp-signature')
    if (!isVendorSignature(signature, body, settings.vendorErp.webhookSecret)) refuse('vendor_erp')
    const event = read('vendor_erp', vendorSchema, body)
    const order = await database
      .selectFrom('purchase_orders')
      .innerJoin('orders', 'orders.id', 'purchase_orders.order_id')
      .where((eb) =>
        eb.or([
          eb('purchase_orders.erp_order_id', '=', event.order_id),
          eb('purchase_orders.reference', '=', event.reference),
        ]),
      )
      .select('orders.order_no')
      .executeTakeFirst()
    if (order === undefined) {
      note('vendor_erp', 'unknown', { reference: event.reference })
      return c.json({ received: true })
    }
    await signal('vendor_erp', order.order_no, deliveryChanged, { erpOrderId: event.order_id })
    return c.json({ received: true })
  })
}

const responseSchema = z.object({ secret: z.string() })

/** Whether the secret is the one that the gateway gave with this virtual account. */
function isSecretOf(response: unknown, given: string): boolean {
  const parsed = responseSchema.safeParse(response)
  return parsed.success && equalInConstantTime(given, parsed.data.secret)
}

function reportedAt(text: string | undefined, now: Date): string {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return koreanIso(Number.isNaN(at) ? now.getTime() : at)
}
