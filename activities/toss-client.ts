/** Toss Payments core API v1: create, confirm, read, cancel a payment. */
import { PARTIES } from '../domain/parties.ts'
import { callJson, type HttpRequest, PartyError } from './http.ts'

export type TossStatus =
  | 'READY'
  | 'IN_PROGRESS'
  | 'WAITING_FOR_DEPOSIT'
  | 'DONE'
  | 'CANCELED'
  | 'PARTIAL_CANCELED'
  | 'ABORTED'
  | 'EXPIRED'

/** The fields of a Payment object that we act on. */
export interface TossPayment {
  readonly paymentKey: string
  readonly orderId: string
  readonly status: TossStatus
  /** Won. */
  readonly totalAmount: number
  readonly method: string | null
  readonly approvedAt: string | null
  readonly checkout?: { readonly url: string } | null
  readonly failure?: { readonly code: string; readonly message: string } | null
}

/** Refusals by status that are none: an earlier try is still running, or the same may work a moment later. */
const NOT_YET = new Set(['IDEMPOTENT_REQUEST_PROCESSING', 'FORBIDDEN_CONSECUTIVE_REQUEST', 'PROVIDER_ERROR'])

export interface TossSettings {
  readonly apiUrl: string
  readonly secretKey: string
}

/** Each changing call takes an Idempotency-Key (up to 300 characters, valid for 15 days). */
export class TossClient {
  readonly #settings: TossSettings
  constructor(settings: TossSettings) {
    this.#settings = settings
  }

  create(
    payment: {
      readonly method: 'CARD'
      readonly amount: number
      readonly orderId: string
      readonly orderName: string
      readonly successUrl: string
      readonly failUrl: string
    },
    idempotencyKey: string,
  ): Promise<TossPayment> {
    return this.#call('POST', '/v1/payments', payment, idempotencyKey)
  }

  /** Takes the money; within ten minutes after the customer authenticated. */
  confirm(
    payment: { readonly paymentKey: string; readonly orderId: string; readonly amount: number },
    idempotencyKey: string,
  ): Promise<TossPayment> {
    return this.#call('POST', '/v1/payments/confirm', payment, idempotencyKey)
  }

  read(paymentKey: string): Promise<TossPayment> {
    return this.#call('GET', `/v1/payments/${encodeURIComponent(paymentKey)}`)
  }

  cancel(paymentKey: string, cancelReason: string, idempotencyKey: string): Promise<TossPayment> {
    const path = `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`
    return this.#call('POST', path, { cancelReason }, idempotencyKey)
  }

  async #call(
    method: HttpRequest['method'],
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<TossPayment> {
    const { apiUrl, secretKey } = this.#settings
    try {
      return await callJson<TossPayment>({
        party: PARTIES.payments,
        method,
        url: `${apiUrl}${path}`,
        headers: {
          authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`,
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body }),
      })
    } catch (error) {
      if (!(error instanceof PartyError) || !NOT_YET.has(error.code)) throw error
      const { party, status, code, message } = error
      throw new PartyError(party, status, code, message, { cause: error, retryable: true })
    }
  }
}
