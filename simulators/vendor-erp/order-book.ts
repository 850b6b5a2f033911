/** The vendor's orders: kept over restarts, made and delivered as time goes by, reported by webhook. */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { DEFAULT_SLOW_MS } from '../faults.ts'
import { RecordFile } from '../record-file.ts'
import { WebhookSender } from '../webhook-sender.ts'
import type { WorldContext } from '../world-part.ts'
import {
  advance,
  cancelOrder,
  edit,
  newOrder,
  nextStatus,
  orderBody,
  VendorError,
  type VendorOrder,
  type VendorOrderFields,
} from './order.ts'

export class OrderBook {
  readonly #context: WorldContext
  readonly #orders: RecordFile<VendorOrder>
  readonly #webhooks: WebhookSender
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #stopped = false

  constructor(context: WorldContext) {
    this.#context = context
    this.#orders = new RecordFile(join(context.folder, 'vendor-orders.jsonl'))
    this.#webhooks = new WebhookSender(context, 'vendor_erp')
  }

  start(): void {
    this.#webhooks.start()
    for (const order of this.#orders.all()) this.#schedule(order)
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#webhooks.stop()
  }

  /** Places an order, once per reference. */
  place(
    reference: string,
    fields: VendorOrderFields,
  ): { readonly order: VendorOrder; readonly isNew: boolean } {
    const existing = this.ofReference(reference)[0]
    if (existing !== undefined) return { order: existing, isNew: false }
    const number = this.#orders.all().length + 1
    const day = this.#at().slice(2, 10).replaceAll('-', '')
    const id = `B${day}-${String(number).padStart(4, '0')}`
    const order = this.#store(newOrder(id, reference, fields, this.#at()))
    this.#schedule(order)
    return { order, isNew: true }
  }

  list(): VendorOrder[] {
    return this.#orders.all()
  }

  ofReference(reference: string): VendorOrder[] {
    return this.#orders.all().filter((order) => order.reference === reference)
  }

  /** Orders whose own number or reference holds the words. */
  search(words: string): VendorOrder[] {
    return this.#orders
      .all()
      .filter(({ id, reference }) => [id, reference].some((text) => text.includes(words)))
  }

  /** @throws VendorError 404. */
  get(id: string): VendorOrder {
    const order = this.#orders.get(id)
    if (order === undefined) throw new VendorError(404, 'NOT_FOUND', '주문을 찾을 수 없습니다.')
    return order
  }

  /** @throws VendorError 404, 409. */
  edit(id: string, changes: Partial<VendorOrderFields>): VendorOrder {
    return this.#store(edit(this.get(id), changes))
  }

  /** @throws VendorError 404, 409. */
  cancel(id: string): VendorOrder {
    const before = this.get(id)
    return this.#changeStatus(before, cancelOrder(before, this.#at()))
  }

  /** The vendor gives the order up, whatever its status. @throws VendorError 404. */
  refuse(id: string): VendorOrder {
    const before = this.get(id)
    if (nextStatus(before.status) === undefined) return before
    const entry = { status: '취소', at: this.#at() } as const
    return this.#changeStatus(before, { ...before, status: '취소', history: [...before.history, entry] })
  }

  /** One step on. @throws VendorError 404. */
  advance(id: string): VendorOrder {
    const before = this.get(id)
    return this.#changeStatus(before, advance(before, this.#at()))
  }

  /** Production stops, or goes on; a hand can still move the order. @throws VendorError 404. */
  hold(id: string, held: boolean): VendorOrder {
    const order = this.#store({ ...this.get(id), held })
    this.#schedule(order)
    return order
  }

  /** As the vendor's API shows it. */
  body(order: VendorOrder): object {
    return orderBody(order, this.#context.origin())
  }

  /** As the world shows it. */
  worldBody(order: VendorOrder): object {
    return { ...this.body(order), held: order.held === true }
  }

  #changeStatus(before: VendorOrder, after: VendorOrder): VendorOrder {
    if (after.status === before.status) return after
    this.#store(after)
    this.#tell(after)
    this.#schedule(after)
    return after
  }

  #store(order: VendorOrder): VendorOrder {
    this.#orders.put(order)
    this.#context.live.publish({ type: 'vendor_order', order: this.worldBody(order) })
    return order
  }

  /** The next step comes by itself; a `slow` fault delays it, a `drop` fault leaves it to a hand. */
  #schedule(order: VendorOrder): void {
    clearTimeout(this.#timers.get(order.id))
    this.#timers.delete(order.id)
    if (this.#stopped || order.held === true || nextStatus(order.status) === undefined) return
    const fault = this.#context.faults.take('vendor_erp', 'progress', ['slow', 'drop'])
    if (fault?.kind === 'drop') return
    const delayMs = fault === undefined ? 0 : (fault.delay_ms ?? DEFAULT_SLOW_MS)
    const timer = setTimeout(() => this.advance(order.id), this.#context.pace.erpStepMs + delayMs)
    this.#timers.set(order.id, timer)
  }

  #tell(order: VendorOrder): void {
    const { id, reference, status } = order
    const body = JSON.stringify({ event: 'status_changed', order_id: id, reference, status, at: this.#at() })
    const mac = createHmac('sha256', this.#context.settings.vendorErp.webhookSecret)
      .update(body)
      .digest('hex')
    this.#webhooks.send({
      operation: 'webhook',
      path: '/webhooks/vendor-erp',
      headers: { 'X-Erp-Signature': `sha256=${mac}` },
      body,
    })
  }

  #at(): string {
    return `${new Date(this.#context.now() + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`
  }
}
