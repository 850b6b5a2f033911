/** False messages to our API, as somebody on the net would send them: the right form, not the right secret. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { PersonEvidence } from './evidence.ts'
import type { Forgery } from './step-schema.ts'

export interface ForgedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Absent: the request is a GET. */
  readonly body?: unknown
}

export interface ForgeryInput {
  readonly what: Forgery
  /** Whose order it is about. */
  readonly victim: PersonEvidence
  /** Who has paid for another order. */
  readonly other: PersonEvidence | undefined
  readonly companyNumber: string
}

/** The story lacks what the forger would need to know. */
export class ForgeryError extends Error {
  readonly retryable = false
}

export function forge(input: ForgeryInput): ForgedRequest {
  const { what, victim } = input
  switch (what) {
    case 'payment_never_made':
      return toss(tossEvent(`tgen_${randomBytes(12).toString('hex')}`, ticketOf(victim).orderNo))
    case 'payment_not_done': {
      const { paymentKey, orderId } = paymentOf(victim)
      return toss(tossEvent(paymentKey, orderId))
    }
    case 'payment_of_somebody_else':
      return wayBackWith(input)
    case 'deposit_with_wrong_secret':
      return toss({
        createdAt: new Date().toISOString(),
        secret: randomBytes(12).toString('hex'),
        status: 'DONE',
        orderId: paymentOf(victim).orderId,
        transactionKey: randomBytes(16).toString('hex').toUpperCase(),
      })
    case 'report_with_wrong_secret':
      return {
        path: '/webhooks/solapi',
        headers: {
          'X-Solapi-Event-Name': 'SINGLE-REPORT',
          'X-Solapi-Secret': randomBytes(20).toString('hex'),
        },
        body: [{ messageId: `M4V${randomBytes(16).toString('hex')}`, statusCode: '3104' }],
      }
    case 'text_with_wrong_signature':
      return {
        path: '/webhooks/sms-inbound',
        headers: { 'X-Sms-Signature': wrongSignature() },
        body: {
          message_id: `M4V${randomUUID().replaceAll('-', '')}`,
          from: victim.number,
          to: input.companyNumber,
          text: '주문 취소해 주세요',
          received_at: new Date().toISOString(),
          attachments: [],
        },
      }
    case 'kakao_with_wrong_token':
      return {
        path: '/webhooks/kakao',
        headers: { 'X-Kakao-Skill-Token': randomBytes(12).toString('hex') },
        body: {
          intent: { id: 'forged', name: '폴백 블록' },
          userRequest: {
            timezone: 'Asia/Seoul',
            block: { id: 'forged', name: '폴백 블록' },
            utterance: '주문 취소해 주세요',
            lang: 'ko',
            user: { id: 'forged', type: 'botUserKey', properties: { botUserKey: 'forged' } },
          },
          bot: { id: 'forged', name: 'bot' },
          action: { id: 'forged', name: 'skill', params: {}, detailParams: {}, clientExtra: {} },
        },
      }
    case 'delivery_with_wrong_signature': {
      const order = ticketOf(victim).purchaseOrders.at(-1)
      if (order === undefined) throw new ForgeryError('nothing has been ordered at the vendor')
      const { reference, erpOrderId } = order
      return {
        path: '/webhooks/vendor-erp',
        headers: { 'X-Erp-Signature': wrongSignature() },
        body: { event: 'status_changed', order_id: erpOrderId ?? 'B-1', reference, status: '완료' },
      }
    }
  }
}

/** The victim's own way back from the checkout, taken with a payment that somebody else has made. */
function wayBackWith({ victim, other }: ForgeryInput): ForgedRequest {
  if (other === undefined) throw new ForgeryError('`with` must name the person whose payment it is')
  const own = victim.worldPayments.findLast(({ success_url }) => success_url !== '')
  if (own === undefined) throw new ForgeryError('the checkout was never opened')
  const query = new URLSearchParams({
    paymentType: 'NORMAL',
    paymentKey: paymentOf(other).paymentKey,
    orderId: own.orderId,
    amount: String(own.totalAmount),
  })
  return { path: `${new URL(own.success_url).pathname}?${query}`, headers: {} }
}

const toss = (body: unknown): ForgedRequest => ({ path: '/webhooks/toss', headers: {}, body })

const tossEvent = (paymentKey: string, orderId: string) => ({
  eventType: 'PAYMENT_STATUS_CHANGED',
  createdAt: new Date().toISOString(),
  data: { paymentKey, orderId, status: 'DONE' },
})

const wrongSignature = () => `sha256=${randomBytes(32).toString('hex')}`

function ticketOf(person: PersonEvidence) {
  const ticket = person.tickets.at(-1)
  if (ticket === undefined) throw new ForgeryError(`${person.number} has no ticket`)
  return ticket
}

function paymentOf(person: PersonEvidence): { paymentKey: string; orderId: string } {
  const payment = ticketOf(person).payments.at(-1)
  if (payment === undefined || payment.paymentKey === null)
    throw new ForgeryError(`${person.number} has no payment at the gateway`)
  const { paymentKey, orderId } = payment
  return { paymentKey, orderId: orderId ?? ticketOf(person).orderNo }
}
