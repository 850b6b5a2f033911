/**
 * Texts of customers, by our own small contract with carriers (docs/inbound-sms.md). Written down first, then
 * given to the thread; 503 asks the carrier to come again, and doubled ones are one message.
 */
import { z } from '@hono/zod-openapi'
import { inboundTaken, keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import { normalizePhone } from '../../domain/phone-number.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiMetrics } from '../metrics.ts'
import type { ApiRouter } from '../routing.ts'
import { messageIdOf, smsThread } from './chat-addresses.ts'
import { createReception } from './reception.ts'
import { isBodySignature } from './signatures.ts'

/** A message id of ours names at most ten pictures. */
const MAX_ATTACHMENTS = 10
const MAX_TEXT = 4_000

const smsSchema = z.object({
  message_id: z.string().min(1).max(200),
  from: z.string().max(40),
  to: z.string().max(40),
  text: z.string(),
  received_at: z.string().max(60),
  attachments: z
    .array(
      z.object({
        id: z.string().max(200),
        url: z.url().max(2_000),
        content_type: z.string().max(200),
        name: z.string().max(300).optional(),
      }),
    )
    .default([]),
})

const PARTY = 'sms_inbound'

/** Adds the webhook. */
export function addSmsInbound(router: ApiRouter, deps: ApiDependencies, metrics: ApiMetrics): void {
  const { settings, database, chats, logger } = deps
  const { note, refuse, read } = createReception(logger, metrics)

  router.declarePlain('webhook', 'post', '/webhooks/sms-inbound', async (c) => {
    const body = await c.req.text()
    if (!isBodySignature(c.req.header('x-sms-signature'), body, settings.smsInbound.secret)) refuse(PARTY)
    const sms = read(PARTY, smsSchema, body)
    const number = normalizePhone(sms.from) ?? sms.from.replace(/\D/g, '')
    if (number === '') {
      // Nobody can be answered.
      note(PARTY, 'unknown')
      return c.json({ received: true })
    }
    const thread = smsThread(number, settings.dataKey)
    const messageId = messageIdOf(thread.threadId, sms.message_id)
    const arrived = {
      ...thread,
      messageId,
      toNumber: settings.company.phone,
      text: sms.text.slice(0, MAX_TEXT),
      receivedAt: receivedAt(sms.received_at, deps.now()),
      attachments: sms.attachments
        .slice(0, MAX_ATTACHMENTS)
        .map(({ url, name }) => ({ url, name: name ?? '' })),
    }
    const { message, taken } = await keepInboundMessage(database, settings.dataKey, arrived, null)
    if (!taken) {
      await chats.receive(thread, message)
      await inboundTaken(database, messageId)
    }
    note(PARTY, taken ? 'doubled' : 'passed_on', { threadId: thread.threadId })
    return c.json({ received: true })
  })
}

/** The carrier's clock counts, unless it tells nonsense or the future. */
function receivedAt(text: string, now: Date): Date {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) || at > now ? now : at
}
