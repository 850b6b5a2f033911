/**
 * What payment gateway, message carrier and vendor tell us. A webhook is only a hint: its order's workflow
 * reads again at the source before it acts. Doubled ones are harmless; 200 ends the sender's retries, 503
 * asks for one.
 */
import { z } from '@hono/zod-openapi'
import type { SignalDefinition } from '@temporalio/common'
import { sql } from 'kysely'
import { decryptNullable } from '../../db/encryption.ts'
import { recordDeliveryReport } from '../../db/queries/messages.ts'
import { parseOrderNo, type ThreadId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { deliveryChanged, messageReported, paymentChanged } from '../../workflows/ticket-messages.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiMetrics } from '../metrics.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { createReception } from './reception.ts'
import { equalInConstantTime, isBodySignature, isSolapiSecret } from './signatures.ts'

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
    dateReported: z.string().nullish(),
    /** What we sent along: our own key of the message. */
    customFields: z.object({ key: z.string().optional() }).nullish(),
  }),
)
const SOLAPI_DELIVERED = '4000'
/** Accepted, and on its way to the carrier: not an end yet. */
const SOLAPI_UNDERWAY = new Set(['2000', '3000'])

const vendorSchema = z.object({ order_id: z.string().min(1), reference: z.string().min(1) })

/** Adds the three webhooks. */
export function addWebhooks(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { settings, database, tickets, chats, logger } = deps

  const { note, refuse, read } = createReception(logger, metrics)
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

  router.declarePlain('webhook', 'post', '/webhooks/toss', async (c) => {
    const event = read('payments', tossSchema, await c.req.text())
    let query = database
      .selectFrom('payments')
      .innerJoin('orders', 'orders.id', 'payments.order_id')
      .select(['orders.order_no', 'payments.payment_key', 'payments.deposit_secret'])
    query =
      'data' in event
        ? query.where('payments.payment_key', '=', event.data.paymentKey)
        : query.where(sql<boolean>`payments.pg_response->>'orderId' = ${event.orderId}`)
    const payment = await query.orderBy('payments.id', 'desc').executeTakeFirst()
    if (payment?.payment_key === undefined || payment.payment_key === null) {
      note('payments', 'unknown')
      return c.json({ received: true })
    }
    if (!('data' in event)) {
      const secret = decryptNullable(payment.deposit_secret, settings.dataKey)
      if (secret === null || !equalInConstantTime(event.secret, secret)) refuse('payments')
    }
    await signal('payments', payment.order_no, paymentChanged, { paymentKey: payment.payment_key })
    return c.json({ received: true })
  })

  /** A conversation that has ended meanwhile answers nobody any more. */
  const passToThread = async (threadId: ThreadId, key: string) => {
    try {
      await chats.textFailed(threadId, key)
      note('sms', 'passed_on', { threadId })
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem !== 'refused') throw error
      note('sms', 'closed', { threadId })
    }
  }

  /** Keeps how a text ended and tells its ticket; a report that is told again changes nothing. */
  const passReportOn = async (report: z.infer<typeof solapiSchema>[number]) => {
    const delivered = report.statusCode === SOLAPI_DELIVERED
    const at = reportedAt(report.dateReported, deps.now())
    const end = {
      status: delivered ? ('delivered' as const) : ('failed' as const),
      ...(delivered ? {} : { reason: `${report.statusCode} ${report.statusMessage ?? ''}`.trim() }),
    }
    const key = report.customFields?.key
    const message = await recordDeliveryReport(database, {
      ...end,
      providerId: report.messageId,
      ...(key === undefined ? {} : { key }),
      at,
    })
    if (message === null) {
      // The report may be faster than our own note of the sending: the carrier tells again.
      note('sms', 'unknown', { messageId: report.messageId })
      throw new ApiProblem('not_found', 'This message is not known (yet).')
    }
    if (message.threadId !== null) return passToThread(message.threadId, message.key)
    if (message.orderNo === null) return
    const input = { ...end, messageKey: message.key, at: koreanIso(at.getTime()) }
    await signal('sms', message.orderNo, messageReported, input)
  }

  router.declarePlain('webhook', 'post', '/webhooks/solapi', async (c) => {
    const body = await c.req.text()
    if (!isSolapiSecret(c.req.header('x-solapi-secret'), settings.solapi.webhookSecret)) refuse('sms')
    const reports = read('sms', solapiSchema, body)
    for (const report of reports) {
      if (!SOLAPI_UNDERWAY.has(report.statusCode)) await passReportOn(report)
    }
    return c.json({ received: true })
  })

  router.declarePlain('webhook', 'post', '/webhooks/vendor-erp', async (c) => {
    const body = await c.req.text()
    const signature = c.req.header('x-erp-signature')
    if (!isBodySignature(signature, body, settings.vendorErp.webhookSecret)) refuse('vendor_erp')
    const event = read('vendor_erp', vendorSchema, body)
    // Two vendors may use one number; whoever is told too much reads from the vendor that nothing is new.
    const orders = await database
      .selectFrom('purchase_orders')
      .innerJoin('orders', 'orders.id', 'purchase_orders.order_id')
      .where((eb) =>
        eb.or([
          eb('purchase_orders.erp_order_id', '=', event.order_id),
          eb('purchase_orders.reference', '=', event.reference),
        ]),
      )
      .select('orders.order_no')
      .distinct()
      .execute()
    if (orders.length === 0) note('vendor_erp', 'unknown', { reference: event.reference })
    for (const { order_no: orderNo } of orders)
      await signal('vendor_erp', orderNo, deliveryChanged, { erpOrderId: event.order_id })
    return c.json({ received: true })
  })
}

function reportedAt(text: string | null | undefined, now: Date): Date {
  const at = new Date(text ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? now : at
}
