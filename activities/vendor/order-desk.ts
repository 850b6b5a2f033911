/** Placing, changing and cancelling through whichever door answers, and what is noted of it. */

import type { Database } from '../../db/database.ts'
import { openPurchaseOrder, recordPurchaseOrder } from '../../db/queries/purchase-orders.ts'
import type { IssueCause } from '../../domain/issue-cause.ts'
import type { OrderField } from '../../domain/order.ts'
import type { ChosenVendor, VendorDoorMethod, VendorFailure } from '../../domain/vendor.ts'
import type {
  PlaceResult,
  PurchaseOrderInput,
  VendorOrderReference,
  VendorOut,
  VendorRefusal,
} from '../activity-types.ts'
import { DoorError, type DoorOrder, type VendorDoor } from './door.ts'
import type { ErpOrder, ErpOrderChange, ErpOrderRequest } from './erp-client.ts'
import { doorFailure, refusalOf } from './failures.ts'

export type Doors = Readonly<Record<VendorDoorMethod, VendorDoor>>

/** The vendor has no order of this number or reference; retrying will not help. */
export class VendorOrderUnknownError extends Error {
  readonly retryable = false
  readonly issueCause: IssueCause
  constructor(message: string, code: 'vendor_order_unknown' | 'vendor_phone_only' = 'vendor_order_unknown') {
    super(message)
    this.name = 'VendorOrderUnknownError'
    this.issueCause = { code }
  }
}

const ERP_FIELDS: Readonly<Record<OrderField, keyof ErpOrderChange>> = {
  orderer: 'sender',
  recipient: 'recipient',
  message: 'ribbon_text',
  destination: 'hall',
  room: 'room',
  deliver_by: 'deliver_by',
  phone: 'phone',
}

export function changeOf(fields: Partial<Record<OrderField, string | null>>): ErpOrderChange {
  const change: Partial<Record<keyof ErpOrderChange, string>> = {}
  for (const [field, value] of Object.entries(fields) as [OrderField, string | null][]) {
    change[ERP_FIELDS[field]] = value ?? ''
  }
  return change
}

export function requestOf({ reference, order, priceWon }: PurchaseOrderInput): ErpOrderRequest {
  return {
    reference,
    product: '근조화환',
    recipient: order.recipient ?? '',
    sender: order.orderer ?? '',
    ribbon_text: order.message ?? '',
    hall: order.destination ?? '',
    room: order.room ?? '',
    deliver_by: order.deliver_by ?? '',
    phone: order.phone ?? '',
    price: priceWon,
  }
}

interface PlaceInput extends PurchaseOrderInput {
  readonly vendor: Pick<ChosenVendor, 'id' | 'name'>
  readonly doors: readonly VendorDoorMethod[]
}

/** One door after the other until one has the order, or the vendor says no. */
export async function placeThroughDoors(
  db: Database,
  doors: Doors,
  input: PlaceInput,
): Promise<PlaceResult | VendorOut> {
  const { orderNo, reference, vendor, priceWon: costWon, replaces = null } = input
  const { name, id: vendorId } = vendor
  await openPurchaseOrder(db, { orderNo, reference, vendor: name, vendorId, costWon, replaces })
  const failures: VendorFailure[] = []
  for (const method of input.doors) {
    try {
      return await placeThrough(db, doors[method], input)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal !== null) return await noteRefusal(db, reference, refusal)
      const failure = doorFailure(method, error)
      failures.push(failure)
      if (error instanceof DoorError && error.code === 'READ_BACK_DIFFERS')
        return { status: 'out', failures, stop: true }
    }
  }
  return { status: 'out', failures, stop: false }
}

async function placeThrough(db: Database, door: VendorDoor, input: PlaceInput): Promise<PlaceResult> {
  const { reference, priceWon: costWon } = input
  const known = await door.find(reference)
  // Before the vendor hears it: an answer that is lost must not leave the price of an earlier try.
  if (known === null) await recordPurchaseOrder(db, { reference, status: 'requested', costWon })
  const placed: DoorOrder =
    known === null ? await door.place(requestOf(input)) : { order: known, pictures: [] }
  return notePlaced(db, reference, placed, door.method, known !== null)
}

export async function notePlaced(
  db: Database,
  reference: string,
  { order, pictures }: DoorOrder,
  method: VendorDoorMethod,
  found: boolean,
): Promise<PlaceResult> {
  await recordPurchaseOrder(db, {
    reference,
    status: order.status,
    erpOrderId: order.order_id,
    // What was found may have come there another way.
    ...(found ? {} : { method }),
    evidence: pictures.map((key) => ({ kind: 'picture', key })),
  })
  const told = { erpOrderId: order.order_id, vendorStatus: order.status }
  return { status: 'placed', ...told, found, ...(found ? {} : { method }) }
}

export async function noteRefusal(
  db: Database,
  reference: string,
  refusal: VendorRefusal,
): Promise<VendorRefusal> {
  await recordPurchaseOrder(db, { reference, status: 'refused', error: refusal.reason })
  return refusal
}

/**
 * Through the first door that can do it. The vendor's no comes out as the refusal it is.
 * @throws the failure of the last door, or VendorOrderUnknownError.
 */
export async function throughFirstDoor<Result>(
  doors: readonly VendorDoor[],
  act: (door: VendorDoor) => Promise<Result>,
): Promise<Result> {
  let last: unknown = new VendorOrderUnknownError(
    '이 외주업체는 전화로만 연락할 수 있습니다.',
    'vendor_phone_only',
  )
  for (const door of doors) {
    try {
      return await act(door)
    } catch (error) {
      if (refusalOf(error) !== null || error instanceof VendorOrderUnknownError) throw error
      // One that may pass is told before one that can't: the step is tried again for it.
      if (!isPassing(last)) last = error
    }
  }
  throw last
}

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true

export async function findOrder(
  door: VendorDoor,
  { erpOrderId, reference }: VendorOrderReference,
  signal?: AbortSignal,
): Promise<ErpOrder> {
  const order = erpOrderId === null ? await door.find(reference) : await door.read(erpOrderId, signal)
  if (order === null) throw new VendorOrderUnknownError(`외주업체에 ${reference} 발주가 없습니다.`)
  return order
}

export async function orderNumber(door: VendorDoor, reference: VendorOrderReference): Promise<string> {
  if (reference.erpOrderId !== null) return reference.erpOrderId
  return (await findOrder(door, reference)).order_id
}
