/** What a call to the vendor came to: checked through a door where one answers, and noted. */
import type { Database } from '../../db/database.ts'
import {
  isNumberOfAnother,
  openPurchaseOrder,
  recordPurchaseOrder,
} from '../../db/queries/purchase-orders.ts'
import type { LegOutcome } from '../../domain/call.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { VendorCallResult } from '../../domain/outbound-call.ts'
import { isDoor, UNCLEAR_CALL, type VendorFailure } from '../../domain/vendor.ts'
import type { DeliveryReport, VendorCallInput, VendorCallOutcome, VendorOut } from '../activity-types.ts'
import { keepNews } from './delivery-news.ts'
import type { ErpOrder } from './erp-client.ts'
import { type Doors, noteRefusal } from './order-desk.ts'

/** Why nobody was reached; a call that was answered but settled nothing is `unclear`. */
const UNANSWERED: Readonly<Record<LegOutcome, string>> = {
  completed_by_remote: '통화가 연결되지 않았습니다.',
  completed_by_us: '통화가 연결되지 않았습니다.',
  no_answer: '전화를 받지 않았습니다.',
  busy: '통화 중이었습니다.',
  rejected: '전화를 거절했습니다.',
  cancelled: '연결되기 전에 끊었습니다.',
  no_media: '소리가 들리지 않아 끊겼습니다.',
  failed: '전화를 걸 수 없었습니다.',
}

/** Vendors are asked often enough to hear of an arrival within this. */
const LONGEST_AGO_MS = 48 * 3_600_000

export async function recordVendorCall(
  db: Database,
  doors: Doors,
  input: VendorCallInput,
): Promise<VendorCallOutcome> {
  const { orderNo, reference, vendor, call } = input
  const { replaces = null } = input
  const { name, id: vendorId, costWon } = vendor
  await openPurchaseOrder(db, { orderNo, reference, vendor: name, vendorId, costWon, replaces })
  // Whatever was said: an order that a door shows is there, under the number it shows.
  const seen = input.task === 'place' ? await lookUp(db, doors, input) : null
  if (seen !== null) return notePlacedByCall(db, input, seen.order_id, seen.status)
  const { result } = call
  if (!call.answered || result === null) return out(input, call.answered ? 'unclear' : call.outcome)
  switch (result.status) {
    case 'placed':
      if (input.task !== 'place' || result.erpOrderId === null) return out(input, 'unclear')
      // The clerk looked up by name, or one of us misheard: it is the number of another order.
      if (await isAnothers(db, input, result.erpOrderId)) return out(input, 'unclear')
      return notePlacedByCall(db, input, result.erpOrderId, '접수')
    case 'changed':
      return input.task === 'edit' ? { status: 'changed' } : out(input, 'unclear')
    case 'cancelled':
      if (input.task !== 'cancel') return out(input, 'unclear')
      await recordPurchaseOrder(db, { reference, status: '취소' })
      return { status: 'cancelled' }
    case 'refused':
      return refused(db, input, result)
    case 'told':
      if (input.task !== 'status' || result.vendorStatus === null) return out(input, 'unclear')
      return { status: 'told', report: await noteTold(db, input, result) }
    case 'unclear':
      return out(input, 'unclear')
  }
}

async function refused(
  db: Database,
  { task, reference }: VendorCallInput,
  { words }: VendorCallResult,
): Promise<VendorCallOutcome> {
  const refusal = {
    status: 'refused',
    code: words === '' ? 'REFUSED_WITHOUT_REASON' : 'REFUSED_BY_PHONE',
    reason: words === '' ? '외주업체가 전화로 거절했습니다.' : words,
  } as const
  return task === 'place' ? noteRefusal(db, reference, refusal) : refusal
}

/** A time that can't be, or none: it has arrived by now. */
function noteTold(db: Database, input: VendorCallInput, told: VendorCallResult): Promise<DeliveryReport> {
  const now = Date.now()
  const toldMs = Date.parse(told.deliveredAt ?? '')
  const isPossible = toldMs <= now && toldMs > now - LONGEST_AGO_MS
  return keepNews(db, input, {
    status: told.vendorStatus ?? '',
    delivered_at: koreanIso(isPossible ? toldMs : now),
  })
}

async function notePlacedByCall(
  db: Database,
  { reference, callId, call, vendor: { costWon } }: VendorCallInput,
  erpOrderId: string,
  status: string,
): Promise<VendorCallOutcome> {
  const found = call.result?.found ?? false
  await recordPurchaseOrder(db, {
    reference,
    status,
    erpOrderId,
    ...(found ? {} : { method: 'phone' as const, costWon }),
    evidence: [{ kind: 'call', callId }],
  })
  return { status: 'placed', erpOrderId, found, ...(found ? {} : { method: 'phone' }) }
}

const isAnothers = (db: Database, { reference, vendor }: VendorCallInput, erpOrderId: string) =>
  isNumberOfAnother(db, { reference, vendorId: vendor.id, erpOrderId })

/** Null: no door shows it, or none answers. The clerk may have misheard our reference: the number helps then. */
async function lookUp(db: Database, doors: Doors, input: VendorCallInput): Promise<ErpOrder | null> {
  const { vendor, reference, call } = input
  for (const method of vendor.methods.filter(isDoor)) {
    try {
      const found = await doors[method].find(reference)
      if (found !== null) return found
      const told = call.result?.erpOrderId ?? null
      return told === null || (await isAnothers(db, input, told)) ? null : await doors[method].read(told)
    } catch {
      // The next door may answer; what was said on the phone counts otherwise.
    }
  }
  return null
}

function out({ callId }: VendorCallInput, why: LegOutcome | 'unclear'): VendorOut {
  const failure: VendorFailure = {
    method: 'phone',
    code: why === 'unclear' ? UNCLEAR_CALL : why.toUpperCase(),
    reason: why === 'unclear' ? '통화했으나 확실한 답을 듣지 못했습니다.' : UNANSWERED[why],
    mayPass: true,
    pictures: [],
    callId,
  }
  return { status: 'out', failures: [failure], stop: false }
}
