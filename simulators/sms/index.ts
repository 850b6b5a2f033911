/** Stand-in of Solapi (`/solapi/messages/v4/…`) and the SMS inboxes of the people (`/world/api/sms`). */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { faultyOperation } from '../faulty-operation.ts'
import { WebhookSender } from '../webhook-sender.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { SolapiAuthorization } from './authorization.ts'
import { InboundTexts, type TextToCompany } from './inbound.ts'
import { Inbox, type SentMessage } from './inbox.ts'
import { listBody, listQuerySchema } from './listing.ts'
import {
  ACCEPTED,
  ATA_REFUSED,
  type CheckedMessage,
  checkMessage,
  DELIVERED,
  fallbackOf,
  groupInfo,
  MMS_REFUSED,
  sendRequestSchema,
  UNREACHABLE,
} from './sending.ts'
import { UploadRefusedError, Uploads } from './uploads.ts'

const STATUS_MESSAGES: Readonly<Record<string, string>> = {
  [DELIVERED]: '수신완료',
  [UNREACHABLE]: '결번',
  [MMS_REFUSED]: '단말기 미지원(이미지)',
  [ATA_REFUSED]: '카카오톡 미사용자 또는 채널 차단',
}

/** The carrier as people use it. */
export interface SmsPart extends WorldPart {
  /** A person texts the company. */
  readonly sendText: (text: TextToCompany) => SentMessage
}

interface AcceptedMessage extends CheckedMessage {
  readonly messageId: string
}

export function createSms(context: WorldContext): SmsPart {
  const service = new SmsService(context)
  const inbound = new InboundTexts(context, service.inbox)
  const routes = new Hono()
  routes.post('/solapi/messages/v4/send-many/detail', faulty(context, 'send'), (c) => service.send(c))
  routes.get('/solapi/messages/v4/list', faulty(context, 'list'), (c) => service.list(c))
  routes.post('/solapi/storage/v1/files', faulty(context, 'upload'), (c) => service.upload(c))
  routes.route('/', inbound.routes())
  routes.get('/world/api/sms', (c) => c.json({ messages: service.inbox.list(digits(c.req.query('number'))) }))
  return {
    routes,
    sendText: (text) => inbound.send(text),
    start: async () => {
      service.start()
      inbound.start()
    },
    stop: async () => {
      service.stop()
      inbound.stop()
    },
  }
}

function faulty(context: WorldContext, operation: string): MiddlewareHandler {
  return faultyOperation({
    faults: context.faults,
    service: 'sms',
    operation,
    refuse: (c, status = 500) =>
      errorBody(c, status, 'InternalError', '일시적인 오류입니다. 잠시 후 다시 시도해 주세요.'),
  })
}

class SmsService {
  readonly inbox: Inbox
  readonly #context: WorldContext
  readonly #authorization: SolapiAuthorization
  readonly #webhooks: WebhookSender
  readonly #uploads: Uploads
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(context: WorldContext) {
    this.#context = context
    this.inbox = new Inbox(context)
    this.#authorization = new SolapiAuthorization(context.settings.solapi, context.now)
    this.#webhooks = new WebhookSender(context, 'sms')
    this.#uploads = new Uploads(context)
  }

  start(): void {
    this.#webhooks.start()
    // Accepted before a restart, not yet delivered.
    for (const message of this.inbox.list()) if (message.status === 'accepted') this.#deliverLater(message)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#webhooks.stop()
  }

  async send(c: Context): Promise<Response> {
    const refused = this.#authorization.check(c.req.header('authorization'))
    if (refused !== undefined) return errorBody(c, refused.status, refused.errorCode, refused.errorMessage)
    const parsed = sendRequestSchema.safeParse(await readJson(c))
    if (!parsed.success) {
      return errorBody(c, 400, 'ValidationError', parsed.error.issues[0]?.message ?? 'invalid body')
    }
    const groupId = `G4V${randomUUID().replaceAll('-', '')}`
    const checked = this.#check(parsed.data.messages, parsed.data.allowDuplicates === true)
    for (const message of checked) if (message.statusCode === ACCEPTED) this.#accept(message, groupId)
    const failed = checked.filter((message) => message.statusCode !== ACCEPTED)
    return c.json({
      failedMessageList: failed.map((message) => ({
        to: message.to,
        from: message.from,
        type: message.type,
        country: '82',
        messageId: message.messageId,
        statusCode: message.statusCode,
        statusMessage: message.statusMessage,
        accountId: 'STANDIN',
        ...(message.customFields === undefined ? {} : { customFields: message.customFields }),
      })),
      groupInfo: groupInfo(groupId, new Date(this.#context.now()).toISOString(), checked),
      ...(parsed.data.showMessageList === true ? { messageList: checked.map(listItem) } : {}),
    })
  }

  async list(c: Context): Promise<Response> {
    const refused = this.#authorization.check(c.req.header('authorization'))
    if (refused !== undefined) return errorBody(c, refused.status, refused.errorCode, refused.errorMessage)
    const query = listQuerySchema.safeParse(c.req.query())
    if (!query.success)
      return errorBody(c, 400, 'ValidationError', query.error.issues[0]?.message ?? 'invalid query')
    const sent = this.inbox.list().filter(({ groupId }) => groupId !== undefined)
    return c.json(listBody(sent, query.data))
  }

  /** `POST /storage/v1/files`. */
  async upload(c: Context): Promise<Response> {
    const refused = this.#authorization.check(c.req.header('authorization'))
    if (refused !== undefined) return errorBody(c, refused.status, refused.errorCode, refused.errorMessage)
    try {
      return c.json(await this.#uploads.keep(await readJson(c)))
    } catch (error) {
      if (error instanceof UploadRefusedError) return errorBody(c, 400, error.code, error.message)
      throw error
    }
  }

  #check(messages: readonly unknown[], allowDuplicates: boolean): AcceptedMessage[] {
    const seen = new Set<string>()
    const account = {
      senders: [this.#context.settings.company.phone],
      pictureOf: (imageId: string) => this.#uploads.get(imageId),
    }
    return messages.map((raw) => {
      const message = checkMessage(raw, account)
      const isDuplicate = seen.has(message.to)
      seen.add(message.to)
      const messageId = `M4V${randomBytes(16).toString('hex')}`
      if (isDuplicate && !allowDuplicates && message.statusCode === ACCEPTED) {
        return { ...message, messageId, statusCode: '1052', statusMessage: '중복된 수신번호입니다.' }
      }
      return { ...message, messageId }
    })
  }

  #accept(message: AcceptedMessage, groupId: string): void {
    const { messageId: id, to, from, type, customFields, picture, alimTalk } = message
    const kept = this.inbox.add({
      id,
      to,
      from,
      text: alimTalk?.text ?? message.text,
      type,
      status: 'accepted',
      groupId,
      ...(customFields === undefined ? {} : { customFields }),
      ...(picture === undefined ? {} : { pictures: [picture] }),
      ...(alimTalk === undefined || alimTalk.buttons.length === 0 ? {} : { buttons: alimTalk.buttons }),
      ...(alimTalk?.fallsBack === true ? { fallback: fallbackOf(message) } : {}),
    })
    this.#deliverLater(kept)
  }

  #deliverLater(message: SentMessage): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#deliver(message)
    }, this.#context.pace.smsDeliveryMs)
    this.#timers.add(timer)
  }

  #deliver(message: SentMessage): void {
    const { faults, people } = this.#context
    const { to, type } = message
    const strikes = (operation: string) => faults.take('sms', operation, ['refuse']) !== undefined
    if (type === 'ATA' && (people.get(to)?.kakaotalk === false || strikes('ata'))) this.#replace(message)
    else if (type === 'MMS' && strikes('mms')) this.#end(message, MMS_REFUSED)
    else this.#end(message, strikes('deliver') ? UNREACHABLE : DELIVERED)
  }

  /** Kakao could not deliver: a text goes out instead, under the same message id and without the buttons. */
  #replace(message: SentMessage): void {
    const { buttons: _buttons, fallback, ...rest } = message
    if (fallback === undefined) this.#end(message, ATA_REFUSED)
    else this.#deliverLater(this.inbox.put({ ...rest, ...fallback, replaced: true }))
  }

  #end(message: SentMessage, statusCode: string): void {
    const ended = this.inbox.put({ ...message, status: statusCode === DELIVERED ? 'delivered' : 'failed' })
    this.#report(ended, statusCode)
  }

  /** Webhook `SINGLE-REPORT`: a JSON array of messages. */
  #report(message: SentMessage, statusCode: string): void {
    const at = new Date(this.#context.now()).toISOString()
    const { id, groupId, type, to, from, customFields, replaced } = message
    const report = {
      messageId: id,
      groupId,
      type,
      to,
      from,
      country: '82',
      statusCode,
      statusMessage: STATUS_MESSAGES[statusCode],
      dateProcessed: at,
      dateReported: at,
      dateReceived: at,
      networkName: type === 'ATA' ? 'KAKAO' : 'SKT',
      ...(replaced === true ? { replacement: true } : {}),
      ...(customFields === undefined ? {} : { customFields }),
    }
    const secret = createHash('sha1').update(this.#context.settings.solapi.webhookSecret).digest('hex')
    this.#webhooks.send({
      operation: 'report',
      path: '/webhooks/solapi',
      headers: { 'X-Solapi-Event-Name': 'SINGLE-REPORT', 'X-Solapi-Secret': secret },
      body: JSON.stringify([report]),
    })
  }
}

function listItem({ messageId, statusCode, statusMessage, customFields }: AcceptedMessage): object {
  return { messageId, statusCode, statusMessage, ...(customFields === undefined ? {} : { customFields }) }
}

function errorBody(c: Context, status: number, errorCode: string, errorMessage: string): Response {
  return c.json({ errorCode, errorMessage }, status as 400)
}

function digits(number: string | undefined): string | undefined {
  return number === undefined ? undefined : number.replaceAll(/\D/g, '')
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json()
  } catch {
    return undefined
  }
}
