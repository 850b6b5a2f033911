/** What the vendor says of an order, read from a door or heard on the phone: noted, and what it means. */
import type { Database } from '../../db/database.ts'
import { recordDelivery, recordPurchaseOrder } from '../../db/queries/purchase-orders.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { vendorStage } from '../../domain/vendor-status.ts'
import type { DeliveryReport } from '../activity-types.ts'
import type { ErpOrder } from './erp-client.ts'

type VendorWord = Pick<ErpOrder, 'status' | 'delivered_at' | 'photo_url'> & {
  /** Absent where only the status was told. */
  readonly order_id?: string
}

export async function keepNews(
  db: Database,
  { orderNo, reference }: { readonly orderNo: OrderNo; readonly reference: string },
  word: VendorWord,
): Promise<DeliveryReport> {
  const report = reportOf(word)
  const { status, order_id: erpOrderId } = word
  await recordPurchaseOrder(db, { reference, status, ...(erpOrderId === undefined ? {} : { erpOrderId }) })
  if (report.departed) {
    await recordDelivery(db, {
      orderNo,
      reference,
      status,
      deliveredAt: report.delivered?.deliveredAt ?? null,
      photoUrl: report.delivered?.photoUrl ?? null,
    })
  }
  return report
}

function reportOf({ status, delivered_at, photo_url }: VendorWord): DeliveryReport {
  const stage = vendorStage(status)
  const delivered = stage === 'delivered'
  return {
    status,
    departed: delivered || stage === 'departed',
    cancelled: stage === 'cancelled',
    ...(stage === null ? { unknown: true } : {}),
    delivered: delivered
      ? { deliveredAt: delivered_at ?? new Date().toISOString(), photoUrl: photo_url ?? null }
      : null,
  }
}
