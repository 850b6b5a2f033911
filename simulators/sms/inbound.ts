/**
 * Texts of people to the company, as our contract with the carrier has them: a signed webhook a text, its pictures
 * fetched from the carrier with the same secret as bearer.
 */
import { createHmac } from 'node:crypto'
import { Hono } from 'hono'
import { koreanIso } from '../../domain/korean-time.ts'
import type { MessagePicture } from '../live-events.ts'
import type { Picture } from '../pictures/store.ts'
import { WebhookSender } from '../webhook-sender.ts'
import type { WorldContext } from '../world-part.ts'
import type { Inbox, SentMessage } from './inbox.ts'

/** Under it the carrier hands out pictures. */
const PICTURES_PATH = '/carrier/pictures'

export interface TextToCompany {
  /** Digits only. */
  readonly from: string
  /** May be empty when there is a picture. */
  readonly text: string
  readonly pictures?: readonly Picture[]
}

export class InboundTexts {
  readonly #context: WorldContext
  readonly #inbox: Inbox
  readonly #webhooks: WebhookSender

  constructor(context: WorldContext, inbox: Inbox) {
    this.#context = context
    this.#inbox = inbox
    this.#webhooks = new WebhookSender(context, 'sms', 'sms-inbound')
  }

  start(): void {
    this.#webhooks.start()
  }

  stop(): void {
    this.#webhooks.stop()
  }

  send({ from, text, pictures = [] }: TextToCompany): SentMessage {
    const kept = pictures.map((picture) => this.#context.pictures.keep(picture))
    const message = this.#inbox.add({
      from,
      to: this.#context.settings.company.phone,
      text,
      type: kept.length > 0 ? 'MMS' : 'SMS',
      status: 'delivered',
      ...(kept.length > 0 ? { pictures: kept } : {}),
    })
    this.#tell(message, kept)
    return message
  }

  /** Pictures of texts, for who knows the secret. */
  routes(): Hono {
    const routes = new Hono()
    const { secret } = this.#context.settings.smsInbound
    routes.get(`${PICTURES_PATH}/:id`, (c) => {
      if (c.req.header('authorization') !== `Bearer ${secret}`) return c.json({ error: 'unauthorized' }, 401)
      const fault = this.#context.faults.take('sms', 'picture', ['refuse'])
      if (fault !== undefined) return c.json({ error: 'unavailable' }, (fault.status ?? 503) as 503)
      const picture = this.#context.pictures.read(c.req.param('id'))
      if (picture === undefined) return c.json({ error: 'not found' }, 404)
      return c.body(picture.bytes, 200, { 'content-type': picture.content_type })
    })
    return routes
  }

  #tell(message: SentMessage, pictures: readonly MessagePicture[]): void {
    const { id, from, to, text, at } = message
    const origin = this.#context.origin()
    const body = JSON.stringify({
      message_id: id,
      from,
      to,
      text,
      received_at: koreanIso(Date.parse(at)),
      attachments: pictures.map((picture) => ({
        ...picture,
        url: `${origin}${PICTURES_PATH}/${picture.id}`,
      })),
    })
    const mac = createHmac('sha256', this.#context.settings.smsInbound.secret).update(body).digest('hex')
    this.#webhooks.send({
      operation: 'inbound',
      path: '/webhooks/sms-inbound',
      headers: { 'X-Sms-Signature': `sha256=${mac}` },
      body,
    })
  }
}
