/** Purchase orders at the vendor's ERP: placed once each, changed, followed to the door. */
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity'
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type { Database } from '../db/database.ts'
import {
  openPurchaseOrder,
  recordDelivery,
  recordPhoto,
  recordPurchaseOrder,
} from '../db/queries/purchase-orders.ts'
import type { OrderField } from '../domain/order.ts'
import { vendorStage } from '../domain/vendor-status.ts'
import type {
  DeliveryReport,
  FollowDeliveryInput,
  PurchaseOrderInput,
  VendorActivities,
  VendorOrderReference,
  VendorRefusal,
} from './activity-types.ts'
import type { FileStore } from './file-store.ts'
import { PartyError } from './http.ts'
import { downloadPhoto } from './photo.ts'
import type { ErpOrder, ErpOrderChange, ErpOrderRequest, VendorErpClient } from './vendor-erp-client.ts'

export interface VendorDependencies {
  readonly db: Database
  readonly erp: Pick<VendorErpClient, 'find' | 'place' | 'read' | 'change' | 'cancel' | 'photoRequest'>
  readonly photos: FileStore
}

const VENDOR = 'erp'

/** The vendor has no order of this number or reference; retrying will not help. */
class VendorOrderUnknownError extends Error {
  readonly retryable = false
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

/** 409 and 422 are the vendor's no; other refusals (wrong key …) are ours to mend and stay errors. */
function refusalOf(error: unknown): VendorRefusal | null {
  if (!(error instanceof PartyError) || (error.status !== 409 && error.status !== 422)) return null
  return { status: 'refused', code: error.code, reason: error.message }
}

export function createVendorActivities({ db, erp, photos }: VendorDependencies): VendorActivities {
  async function orderNumber({ erpOrderId, reference }: VendorOrderReference): Promise<string> {
    if (erpOrderId !== null) return erpOrderId
    const found = await erp.find(reference)
    if (found === null) throw new VendorOrderUnknownError(`외주업체에 ${reference} 발주가 없습니다.`)
    return found.order_id
  }

  async function readOrder(reference: VendorOrderReference): Promise<ErpOrder> {
    const order =
      reference.erpOrderId === null
        ? await erp.find(reference.reference)
        : await erp.read(reference.erpOrderId, cancellationSignal())
    if (order === null)
      throw new VendorOrderUnknownError(`외주업체에 ${reference.reference} 발주가 없습니다.`)
    return order
  }

  async function keepNews(input: FollowDeliveryInput, order: ErpOrder): Promise<DeliveryReport> {
    const { orderNo, reference } = input
    const report = reportOf(order)
    await recordPurchaseOrder(db, { reference, status: order.status, erpOrderId: order.order_id })
    if (report.departed) {
      await recordDelivery(db, {
        orderNo,
        reference,
        status: order.status,
        deliveredAt: report.delivered?.deliveredAt ?? null,
        photoUrl: report.delivered?.photoUrl ?? null,
      })
    }
    return report
  }

  return {
    async placePurchaseOrder(input) {
      const { orderNo, reference, replaces = null } = input
      await openPurchaseOrder(db, { orderNo, reference, vendor: VENDOR, replaces })
      try {
        const known = await erp.find(reference)
        const order = known ?? (await erp.place(requestOf(input)))
        const { order_id: erpOrderId, status } = order
        await recordPurchaseOrder(db, { reference, status, erpOrderId })
        return { status: 'placed', erpOrderId, found: known !== null }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === null) throw error
        await recordPurchaseOrder(db, { reference, status: 'refused', error: refusal.reason })
        return refusal
      }
    },

    async shareEdit({ fields, ...order }) {
      const change: Partial<Record<keyof ErpOrderChange, string>> = {}
      for (const [field, value] of Object.entries(fields) as [OrderField, string | null][]) {
        change[ERP_FIELDS[field]] = value ?? ''
      }
      try {
        await erp.change(await orderNumber(order), change)
        return { status: 'shared' }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === null) throw error
        return refusal
      }
    },

    async followDelivery(input) {
      let order: ErpOrder
      try {
        order = await readOrder(input)
      } catch (error) {
        throw outage(error, input.maxOutages)
      }
      heartbeat(0)
      if (order.status === input.knownStatus) {
        throw nothingNew(order.status)
      }
      return keepNews(input, order)
    },

    async cancelPurchaseOrder({ reason, mayBeUnknown, ...order }) {
      try {
        if (mayBeUnknown && (await erp.find(order.reference)) === null) return { status: 'cancelled' }
        const { status } = await erp.cancel(await orderNumber(order), reason)
        await recordPurchaseOrder(db, { reference: order.reference, status })
        return { status: 'cancelled' }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === null) throw error
        // A try whose answer was lost may have cancelled it.
        const now = await readOrder(order)
        if (vendorStage(now.status) !== 'cancelled') return refusal
        await recordPurchaseOrder(db, { reference: order.reference, status: now.status })
        return { status: 'cancelled' }
      }
    },

    async fetchPhoto({ orderNo, reference, photoUrl }) {
      const { url, headers } = erp.photoRequest(photoUrl)
      const photo = await downloadPhoto(url, headers)
      const photoKey = `${reference}.${photo.extension}`
      await photos.put(photoKey, photo.bytes)
      await recordPhoto(db, { orderNo, reference, photoKey })
      return { key: photoKey }
    },
  }
}

/** Waiting, not failing: Temporal logs and counts it as nothing. */
function nothingNew(status: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `아직 ${status} 상태입니다.`,
    type: 'NothingNew',
    category: ApplicationFailureCategory.BENIGN,
  })
}

/**
 * One poll without an answer is nothing; too many in a row need a person. The count lives in the heartbeat
 * details, which the next attempt gets.
 */
function outage(error: unknown, maxOutages: number): unknown {
  if (!(error instanceof PartyError) || !error.retryable) return error
  const before: unknown = activityInfo().heartbeatDetails
  const outages = (typeof before === 'number' ? before : 0) + 1
  heartbeat(outages)
  if (outages < maxOutages) return error
  return ApplicationFailure.nonRetryable(
    `외주업체 ERP가 ${outages}번 연속 응답하지 않았습니다.`,
    'VendorSilent',
  )
}

function reportOf(order: ErpOrder): DeliveryReport {
  const stage = vendorStage(order.status)
  const delivered = stage === 'delivered'
  return {
    status: order.status,
    departed: delivered || stage === 'departed',
    cancelled: stage === 'cancelled',
    ...(stage === null ? { unknown: true } : {}),
    delivered: delivered
      ? {
          deliveredAt: order.delivered_at ?? new Date().toISOString(),
          photoUrl: order.photo_url ?? null,
        }
      : null,
  }
}

function requestOf({ reference, order, priceWon }: PurchaseOrderInput): ErpOrderRequest {
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
