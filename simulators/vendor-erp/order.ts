/** An order in the vendor's ERP and what may still be done to it. Pure: time comes in as an argument. */

const STATUSES = ['접수', '제작중', '배송중', '완료'] as const
export type VendorStatus = (typeof STATUSES)[number] | '취소'

/** Written as the vendor's API names them. */
export interface VendorOrderFields {
  readonly product: string
  readonly recipient: string
  readonly sender: string
  readonly ribbon_text: string
  readonly hall: string
  readonly room: string
  readonly deliver_by: string
  readonly phone: string
  /** Won. */
  readonly price: number
}

export interface VendorOrder extends VendorOrderFields {
  /** order_id. */
  readonly id: string
  /** The customer's own key: an order is placed once per reference. */
  readonly reference: string
  readonly status: VendorStatus
  readonly history: readonly { readonly status: VendorStatus; readonly at: string }[]
  readonly delivered_at: string | null
  /** The workshop has laid it aside; not told by the API. */
  readonly held?: boolean
}

/** What the vendor answers with `{error:{code,message}}`. */
export class VendorError extends Error {
  readonly retryable = false
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** @param at ISO 8601. */
export function newOrder(id: string, reference: string, fields: VendorOrderFields, at: string): VendorOrder {
  return { ...fields, id, reference, status: '접수', history: [{ status: '접수', at }], delivered_at: null }
}

/** The status that follows; undefined for an order that is over. */
export function nextStatus(status: VendorStatus): VendorStatus | undefined {
  return status === '취소' ? undefined : STATUSES[STATUSES.indexOf(status) + 1]
}

export function advance(order: VendorOrder, at: string): VendorOrder {
  const status = nextStatus(order.status)
  if (status === undefined) return order
  return {
    ...order,
    status,
    history: [...order.history, { status, at }],
    delivered_at: status === '완료' ? at : order.delivered_at,
  }
}

/** @throws VendorError 409 once the wreath is made. */
export function edit(order: VendorOrder, changes: Partial<VendorOrderFields>): VendorOrder {
  if (order.status !== '접수') {
    throw new VendorError(409, 'ALREADY_MADE', `이미 ${order.status} 상태라 수정할 수 없습니다.`)
  }
  return { ...order, ...changes }
}

/** @throws VendorError 409 once the wreath is made. */
export function cancelOrder(order: VendorOrder, at: string): VendorOrder {
  if (order.status === '취소') return order
  if (order.status !== '접수') {
    throw new VendorError(409, 'ALREADY_MADE', `이미 ${order.status} 상태라 취소할 수 없습니다.`)
  }
  return { ...order, status: '취소', history: [...order.history, { status: '취소', at }] }
}

/** As the API shows it. @param origin address of this world, for the photo. */
export function orderBody(order: VendorOrder, origin: string): object {
  const { id, held: _held, ...fields } = order
  return {
    order_id: id,
    ...fields,
    photo_url: order.status === '완료' ? `${origin}/vendor-erp/photos/${id}.png` : null,
  }
}
