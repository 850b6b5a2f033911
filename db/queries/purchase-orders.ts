/** Purchase orders at the vendor and the deliveries that follow from them. */
import { sql } from 'kysely'
import type { OrderNo } from '../../domain/ids.ts'
import type { PurchaseOrderEvidence, VendorMethod } from '../../domain/vendor.ts'
import type { Database } from '../database.ts'
import { notifyScreens } from './notify.ts'
import { orderIdOf } from './order-ids.ts'

/** Before the vendor is called: says that an order is about to be placed. */
export async function openPurchaseOrder(
  db: Database,
  order: {
    readonly orderNo: OrderNo
    readonly reference: string
    readonly vendor: string
    /** Reference of the one it is placed instead of. */
    readonly replaces: string | null
    /** Of `vendors`; absent where the ticket chose none. */
    readonly vendorId?: number
    /** Won, what the vendor gets. */
    readonly costWon: number
  },
): Promise<void> {
  await db
    .insertInto('purchase_orders')
    .values({
      order_id: await orderIdOf(db, order.orderNo),
      reference: order.reference,
      vendor: order.vendor,
      vendor_id: order.vendorId ?? null,
      cost: order.costWon,
      status: 'requested',
      replaces_id: await idOfReference(db, order.replaces),
    })
    .onConflict((conflict) => conflict.column('reference').doNothing())
    .execute()
}

async function idOfReference(db: Database, reference: string | null): Promise<number | null> {
  if (reference === null) return null
  const row = await db
    .selectFrom('purchase_orders')
    .select('id')
    .where('reference', '=', reference)
    .executeTakeFirst()
  return row?.id ?? null
}

/** After the call, and whenever the vendor tells a new status. */
export async function recordPurchaseOrder(
  db: Database,
  order: {
    readonly reference: string
    readonly status: string
    readonly erpOrderId?: string
    readonly error?: string | null
    /** How the order came to the vendor. */
    readonly method?: VendorMethod
    /** Won; only of an order that this try brings there. */
    readonly costWon?: number
    /** Added to what is there. */
    readonly evidence?: readonly PurchaseOrderEvidence[]
  },
): Promise<void> {
  await db
    .updateTable('purchase_orders')
    .set({
      status: order.status,
      error: order.error ?? null,
      ...(order.erpOrderId === undefined ? {} : { erp_order_id: order.erpOrderId }),
      ...(order.method === undefined ? {} : { method: order.method }),
      ...(order.costWon === undefined ? {} : { cost: order.costWon }),
      ...(order.evidence === undefined || order.evidence.length === 0
        ? {}
        : { evidence: sql`evidence || ${JSON.stringify(order.evidence)}::jsonb` }),
    })
    .where('reference', '=', order.reference)
    .execute()
}

/** Whether this number of the vendor's is that of another order of ours. */
export async function isNumberOfAnother(
  db: Database,
  {
    reference,
    vendorId,
    erpOrderId,
  }: Readonly<Record<'reference' | 'erpOrderId', string>> & { vendorId: number },
): Promise<boolean> {
  const other = await db
    .selectFrom('purchase_orders')
    .select('id')
    .where('erp_order_id', '=', erpOrderId)
    .where('reference', '!=', reference)
    .where(({ eb, or }) => or([eb('vendor_id', '=', vendorId), eb('vendor_id', 'is', null)]))
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

export interface DeliveryRecord {
  readonly orderNo: OrderNo
  readonly reference: string
  readonly status: string
  readonly deliveredAt: string | null
  readonly photoUrl: string | null
}

/** What the vendor says of the delivery; one row a purchase order. */
export async function recordDelivery(db: Database, delivery: DeliveryRecord): Promise<void> {
  const orderId = await orderIdOf(db, delivery.orderNo)
  const purchaseOrder = await db
    .selectFrom('purchase_orders')
    .select('id')
    .where('reference', '=', delivery.reference)
    .executeTakeFirst()
  const changing = {
    status: delivery.status,
    delivered_at: delivery.deliveredAt,
    photo_url: delivery.photoUrl,
    updated_at: new Date(),
  }
  await db
    .insertInto('deliveries')
    .values({ ...changing, order_id: orderId, purchase_order_id: purchaseOrder?.id ?? null })
    .onConflict((conflict) => conflict.column('purchase_order_id').doUpdateSet(changing))
    .execute()
}

/** Our copy of the photo lies under this key. */
export async function recordPhoto(
  db: Database,
  photo: { readonly orderNo: OrderNo; readonly reference: string; readonly photoKey: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('deliveries')
      .set({ photo_key: photo.photoKey, updated_at: new Date() })
      .where('purchase_order_id', 'in', (eb) =>
        eb.selectFrom('purchase_orders').select('id').where('reference', '=', photo.reference),
      )
      .execute()
    await notifyScreens(trx, { type: 'ticket_changed', order_no: photo.orderNo })
  })
}
