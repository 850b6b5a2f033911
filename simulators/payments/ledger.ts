/** All payments of the world; each change is kept, shown and told to the shop by webhook. */
import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { RecordFile } from '../record-file.ts'
import { WebhookSender } from '../webhook-sender.ts'
import type { WorldContext } from '../world-part.ts'
import { atTime, paymentBody } from './payment.ts'
import type { PaymentRecord, VirtualAccount } from './payment-record.ts'
import { TossError } from './toss-error.ts'

export type NewPayment = Pick<
  PaymentRecord,
  'orderId' | 'orderName' | 'method' | 'amount' | 'successUrl' | 'failUrl'
>
export type NewVirtualAccount = Pick<PaymentRecord, 'orderId' | 'orderName' | 'amount'> &
  Pick<VirtualAccount, 'customerName' | 'bankCode' | 'dueAt' | 'cashReceipt'>

/** The longest wait a timer can hold, ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

export class PaymentLedger {
  readonly #context: WorldContext
  readonly #payments: RecordFile<PaymentRecord>
  readonly #webhooks: WebhookSender
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(context: WorldContext) {
    this.#context = context
    this.#payments = new RecordFile(join(context.folder, 'payments.jsonl'))
    // Kept before there were virtual accounts.
    for (const payment of this.#payments.all())
      if (payment.virtualAccount === undefined)
        this.#payments.put({ ...payment, virtualAccount: null, secret: null })
    this.#webhooks = new WebhookSender(context, 'payments')
  }

  start(): void {
    this.#webhooks.start()
    for (const payment of this.#payments.all()) this.#watchDueDate(payment)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#webhooks.stop()
  }

  /** @throws TossError DUPLICATED_ORDER_ID when this order has been paid already. */
  create(input: NewPayment): PaymentRecord {
    return this.#add({ ...input, status: 'READY', virtualAccount: null, secret: null })
  }

  /** @throws TossError DUPLICATED_ORDER_ID as `create`. */
  issue({ customerName, bankCode, dueAt, cashReceipt, ...input }: NewVirtualAccount): PaymentRecord {
    const accountNumber = `79${String(randomInt(1_000_000_000_000)).padStart(12, '0')}`
    const payment = this.#add({
      ...input,
      method: 'VIRTUAL_ACCOUNT',
      successUrl: '',
      failUrl: '',
      status: 'WAITING_FOR_DEPOSIT',
      virtualAccount: { accountNumber, bankCode, customerName, dueAt, depositor: null, cashReceipt },
      secret: `ps_${randomBytes(16).toString('hex')}`,
    })
    this.#watchDueDate(payment)
    return payment
  }

  #add(input: NewPayment & Pick<PaymentRecord, 'status' | 'virtualAccount' | 'secret'>): PaymentRecord {
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

  /** A virtual account by its number, or the newest one of an order (its number begins the order id), an open one before all. */
  virtualAccount(wanted: {
    readonly account?: string | undefined
    readonly order?: string | undefined
  }): PaymentRecord {
    const digits = wanted.account?.replaceAll(/\D/g, '')
    const fitting = this.list().filter(
      ({ virtualAccount, orderId }) =>
        virtualAccount !== null &&
        (digits === undefined || virtualAccount.accountNumber === digits) &&
        (wanted.order === undefined || orderId.startsWith(wanted.order)),
    )
    const payment = fitting.findLast(({ status }) => status === 'WAITING_FOR_DEPOSIT') ?? fitting.at(-1)
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

  /** A change that the bank has brought: the shop is told by a deposit callback. @throws DepositRefusedError. */
  deposit(paymentKey: string, apply: (payment: PaymentRecord) => PaymentRecord): PaymentRecord {
    const after = apply(this.get(paymentKey))
    this.#payments.put(after)
    this.#publish(after)
    this.#tellDeposit(after)
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

  /** Flat, with the secret that only the shop and Toss know. */
  #tellDeposit({ secret, status, orderId, lastTransactionKey }: PaymentRecord): void {
    const createdAt = new Date(this.#context.now()).toISOString()
    this.#webhooks.send({
      operation: 'deposit_callback',
      path: '/webhooks/toss',
      headers: {},
      body: JSON.stringify({ createdAt, secret, status, orderId, transactionKey: lastTransactionKey }),
    })
  }

  /** The shop hears of an account that nobody has paid into, also when it does not ask. */
  #watchDueDate(payment: PaymentRecord): void {
    if (payment.status !== 'WAITING_FOR_DEPOSIT') return
    const leftMs = (payment.virtualAccount?.dueAt ?? 0) - this.#context.now() + 1
    const look = () => {
      this.#timers.delete(timer)
      this.#watchDueDate(this.get(payment.id))
    }
    const timer = setTimeout(look, Math.min(Math.max(leftMs, 0), MAX_TIMER_MS))
    this.#timers.add(timer)
  }
}
