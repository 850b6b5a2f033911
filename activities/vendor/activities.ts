/** Purchase orders at the vendor: placed once each, changed, followed to the door, through whichever way is open. */
import { activityInfo, Context, cancellationSignal, heartbeat } from '@temporalio/activity'
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type { Database } from '../../db/database.ts'
import { recordPhoto, recordPurchaseOrder } from '../../db/queries/purchase-orders.ts'
import { failureText, leadingDoors } from '../../domain/vendor.ts'
import { vendorStage } from '../../domain/vendor-status.ts'
import type { VendorActivities, VendorOrderReference } from '../activity-types.ts'
import type { FileStore } from '../file-store.ts'
import { PartyError } from '../http.ts'
import { downloadPhoto } from '../photo.ts'
import { recordVendorCall } from './call-record.ts'
import { chooseVendor, doorsOf, type VendorSettings } from './choice.ts'
import { keepNews } from './delivery-news.ts'
import type { VendorDoor } from './door.ts'
import type { ErpOrder, VendorErpClient } from './erp-client.ts'
import { outOfReach, refusalOf } from './failures.ts'
import {
  changeOf,
  type Doors,
  findOrder,
  notePlaced,
  orderNumber,
  placeThroughDoors,
  throughFirstDoor,
} from './order-desk.ts'

export interface VendorDependencies {
  readonly db: Database
  readonly settings: VendorSettings
  readonly doors: Doors
  readonly erp: Pick<VendorErpClient, 'photoRequest'>
  readonly photos: FileStore
}

/** A browser takes its time; a worker that is lost is noticed all the same. */
const HEARTBEAT_MS = 3_000

export function createVendorActivities({
  db,
  settings,
  doors,
  erp,
  photos,
}: VendorDependencies): VendorActivities {
  /** The doors to the vendor that has the order. */
  const openDoors = async (reference: string): Promise<VendorDoor[]> =>
    (await doorsOf(db, settings, reference)).map((method) => doors[method])

  const readOrder = async (order: VendorOrderReference, signal?: AbortSignal): Promise<ErpOrder> =>
    throughFirstDoor(await openDoors(order.reference), (door) => findOrder(door, order, signal))

  return {
    chooseVendor: ({ reference }) => chooseVendor(db, settings, reference),

    async placePurchaseOrder(input) {
      const vendor = await chooseVendor(db, settings, input.reference)
      const placed = await placeThroughDoors(db, doors, { ...input, vendor, doors: ['api'] })
      if (placed.status === 'out') throw outOfReach(placed.failures)
      return placed
    },

    tryVendor: (input) =>
      beating(async () => {
        const { orderNo, reference, order, attempts, replaces = null } = input
        const vendor = await chooseVendor(db, settings, reference)
        const ways = input.doors ?? leadingDoors(vendor.methods)
        const outcome = await placeThroughDoors(db, doors, {
          orderNo,
          reference,
          order,
          priceWon: vendor.costWon,
          replaces,
          vendor,
          doors: ways,
        })
        const isOut = outcome.status === 'out' && !outcome.stop
        const mayPass = isOut && outcome.failures.some((failure) => failure.mayPass)
        if (!mayPass || activityInfo().attempt >= attempts) return { vendor, outcome }
        throw stillOut(failureText(outcome.failures))
      }),

    findAtVendor: (input) =>
      beating(async () => {
        for (const method of input.doors) {
          try {
            const order = await doors[method].find(input.reference)
            if (order === null) return { status: 'none' }
            return await notePlaced(db, input.reference, { order, pictures: [] }, method, true)
          } catch {
            // The next door may answer.
          }
        }
        return null
      }),

    recordVendorCall: (input) => beating(() => recordVendorCall(db, doors, input)),

    async shareEdit({ fields, ...order }) {
      try {
        await throughFirstDoor(await openDoors(order.reference), async (door) =>
          door.edit(await orderNumber(door, order), changeOf(fields)),
        )
        return { status: 'shared' }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === null) throw error
        return refusal
      }
    },

    async followDelivery(input) {
      const open = await openDoors(input.reference)
      if (open.length === 0) {
        if (input.asksByPhone !== true) throw nothingNew(input.knownStatus ?? '접수')
        return { askByPhone: await chooseVendor(db, settings, input.reference) }
      }
      let order: ErpOrder
      try {
        order = await readOrder(input, cancellationSignal())
      } catch (error) {
        throw outage(error, input.maxOutages)
      }
      heartbeat(0)
      if (order.status === input.knownStatus) {
        throw nothingNew(order.status)
      }
      return keepNews(db, input, order)
    },

    async cancelPurchaseOrder({ reason, mayBeUnknown, ...order }) {
      const open = await openDoors(order.reference)
      try {
        const cancelled = await throughFirstDoor(open, async (door) => {
          if (mayBeUnknown && (await door.find(order.reference)) === null) return null
          return door.cancel(await orderNumber(door, order), reason)
        })
        if (cancelled !== null)
          await recordPurchaseOrder(db, { reference: order.reference, status: cancelled.order.status })
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

/** Work that may take a while, with a sign of life. */
async function beating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current()
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** The next round comes: waiting, not failing. */
function stillOut(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'VendorStillOut',
    category: ApplicationFailureCategory.BENIGN,
  })
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
