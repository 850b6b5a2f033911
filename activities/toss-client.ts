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
  /** Won that have not gone back. */
  readonly balanceAmount?: number
  /** Proves the deposit webhooks of a virtual account. */
  readonly secret?: string | null
  readonly virtualAccount?: TossVirtualAccount | null
  readonly cancels?:
    | readonly {
        readonly cancelAmount: number
        readonly canceledAt: string
        readonly refundReceiveAccount?: unknown
      }[]
    | null
  readonly failure?: { readonly code: string; readonly message: string } | null
}

/** `dueDate` comes in Korean time with or without its offset. */
export interface TossVirtualAccount {
  readonly accountNumber: string
  readonly bankCode: string
  readonly customerName: string
  readonly dueDate: string
}

/** Refusals by status that are none: an earlier try is still running, or the same may work a moment later. */
const NOT_YET = new Set(['IDEMPOTENT_REQUEST_PROCESSING', 'FORBIDDEN_CONSECUTIVE_REQUEST', 'PROVIDER_ERROR'])

export interface TossCancellation {
  /** Up to 200 characters. */
  readonly cancelReason: string
  /** Won. */
  readonly cancelAmount?: number
  readonly refundReceiveAccount?: {
    readonly bank: string
    readonly accountNumber: string
    readonly holderName: string
  }
}

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

  /** Issues a virtual account. @param account.dueDate Korean time without offset: "2026-11-22T10:00:00". */
  createVirtualAccount(
    account: {
      readonly amount: number
      readonly orderId: string
      readonly orderName: string
      readonly customerName: string
      readonly bank: string
      readonly dueDate: string
      readonly cashReceipt?: { readonly type: string; readonly registrationNumber: string }
    },
    idempotencyKey: string,
  ): Promise<TossPayment> {
    return this.#call('POST', '/v1/virtual-accounts', account, idempotencyKey)
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

  /** The newest payment of an order id of ours, a paid one before all. */
  readOrder(orderId: string): Promise<TossPayment> {
    return this.#call('GET', `/v1/payments/orders/${encodeURIComponent(orderId)}`)
  }

  /** Gives money back: all that is left, or `cancelAmount` of it. A paid virtual account needs where to. */
  cancel(paymentKey: string, cancellation: TossCancellation, idempotencyKey: string): Promise<TossPayment> {
    const path = `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`
    return this.#call('POST', path, cancellation, idempotencyKey)
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
