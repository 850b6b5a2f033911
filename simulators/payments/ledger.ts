/** All payments of the world; each change is kept, shown and told to the shop by webhook. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { RecordFile } from '../record-file.ts'
import { WebhookSender } from '../webhook-sender.ts'
import type { WorldContext } from '../world-part.ts'
import { atTime, type PaymentRecord, paymentBody, TossError } from './payment.ts'

export type NewPayment = Pick<
  PaymentRecord,
  'orderId' | 'orderName' | 'method' | 'amount' | 'successUrl' | 'failUrl'
>

export class PaymentLedger {
  readonly #context: WorldContext
  readonly #payments: RecordFile<PaymentRecord>
  readonly #webhooks: WebhookSender

  constructor(context: WorldContext) {
    this.#context = context
    this.#payments = new RecordFile(join(context.folder, 'payments.jsonl'))
    this.#webhooks = new WebhookSender(context, 'payments')
  }

  start(): void {
    this.#webhooks.start()
  }

  stop(): void {
    this.#webhooks.stop()
  }

  /** @throws TossError DUPLICATED_ORDER_ID when this order has been paid already. */
  create(input: NewPayment): PaymentRecord {
    const paid = this.#payments.find(
      (payment) => payment.orderId === input.orderId && payment.approvedAt !== null,
    )
    if (paid !== undefined) {
      throw new TossError(400, 'DUPLICATED_ORDER_ID', '이미 승인 및 취소가 진행된 중복된 주문번호 입니다.')
    }
    const payment: PaymentRecord = {
      ...input,
      id: `tgen_${randomBytes(12).toString('hex')}`,
      balance: input.amount,
      status: 'READY',
      requestedAt: this.#context.now(),
      authenticatedAt: null,
      approvedAt: null,
      lastTransactionKey: null,
      failure: null,
      cancels: [],
    }
    this.#payments.put(payment)
    this.#publish(payment)
    return payment
  }

  /** @throws TossError NOT_FOUND_PAYMENT. */
  get(paymentKey: string): PaymentRecord {
    const payment = this.#payments.get(paymentKey)
    if (payment === undefined)
      throw new TossError(404, 'NOT_FOUND_PAYMENT', '존재하지 않는 결제 정보 입니다.')
    return this.#aged(payment)
  }

  /** The newest payment of an order, a paid one before all. @throws TossError NOT_FOUND_PAYMENT. */
  ofOrder(orderId: string): PaymentRecord {
    const payments = this.list().filter((payment) => payment.orderId === orderId)
    const payment = payments.find((candidate) => candidate.approvedAt !== null) ?? payments.at(-1)
    if (payment === undefined)
      throw new TossError(404, 'NOT_FOUND_PAYMENT', '존재하지 않는 결제 정보 입니다.')
    return payment
  }

  list(): PaymentRecord[] {
    return this.#payments.all().map((payment) => this.#aged(payment))
  }

  /** Stores a change of `get(paymentKey)`; an unchanged status is not told again. */
  change(paymentKey: string, apply: (payment: PaymentRecord) => PaymentRecord): PaymentRecord {
    const before = this.get(paymentKey)
    const after = apply(before)
    if (after === before) return after
    this.#payments.put(after)
    this.#publish(after)
    this.#tell(after)
    return after
  }

  body(payment: PaymentRecord): object {
    return paymentBody(payment, this.#context.origin())
  }

  #aged(payment: PaymentRecord): PaymentRecord {
    const aged = atTime(payment, this.#context.now())
    if (aged === payment) return payment
    this.#payments.put(aged)
    this.#publish(aged)
    this.#tell(aged)
    return aged
  }

  #publish(payment: PaymentRecord): void {
    this.#context.live.publish({ type: 'payment', payment: this.body(payment) })
  }

  /** Unsigned, as Toss sends it. */
  #tell(payment: PaymentRecord): void {
    const createdAt = new Date(this.#context.now()).toISOString()
    const body = { eventType: 'PAYMENT_STATUS_CHANGED', createdAt, data: this.body(payment) }
    this.#webhooks.send({
      operation: 'webhook',
      path: '/webhooks/toss',
      headers: {},
      body: JSON.stringify(body),
    })
  }
}
