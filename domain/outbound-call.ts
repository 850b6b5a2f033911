/** Calls that we place: what each is for, what it needs to know, and what comes of it. */
import type { LegOutcome } from './call.ts'
import type { CallId, OrderNo } from './ids.ts'
import { koreanIso, parseIsoTime } from './korean-time.ts'
import type { OrderField, OrderFields } from './order.ts'
import type { IssueKind } from './ticket-states.ts'

/** What the vendor is called for. */
export type VendorTask =
  /** `again`: an earlier call settled nothing, and they may have written the order down, perhaps under another reference. */
  | { readonly kind: 'place'; readonly again?: true }
  /** Fields with what they shall say from now on. */
  | { readonly kind: 'edit'; readonly fields: Partial<Record<OrderField, string | null>> }
  | { readonly kind: 'cancel'; readonly reason: string }
  /** How far is it? */
  | { readonly kind: 'status' }

export interface VendorOrderBrief {
  readonly task: VendorTask
  readonly orderNo: OrderNo
  /** Ours: the vendor is asked for it before anything is ordered. */
  readonly reference: string
  /** The vendor's number, when it is known. */
  readonly erpOrderId: string | null
  readonly order: OrderFields
  /** Won, what the vendor gets. */
  readonly priceWon: number
}

export interface IssueAlarmBrief {
  readonly orderNo: OrderNo
  readonly kind: IssueKind
  /** One sentence, as it stands on the board. */
  readonly reason: string
}

export const VENDOR_CALL_STATUSES = ['placed', 'changed', 'cancelled', 'told', 'refused', 'unclear'] as const
/** `placed`: the vendor has the order, newly or already; `told`: its status was told; `unclear`: nothing is certain. */
export type VendorCallStatus = (typeof VENDOR_CALL_STATUSES)[number]

/** How an order stands, as vendors say it: the states of the vendor's own system. */
export const VENDOR_ORDER_STATES = ['접수', '제작중', '배송중', '완료', '취소'] as const
export type VendorOrderState = (typeof VENDOR_ORDER_STATES)[number]

export interface VendorCallResult {
  readonly status: VendorCallStatus
  /** The order had been there before this call. */
  readonly found: boolean
  /** The vendor's number as it was told and read back. */
  readonly erpOrderId: string | null
  /** How far the order is, where that was said. */
  readonly vendorStatus: VendorOrderState | null
  /** When it arrived, as it was told; ISO 8601. */
  readonly deliveredAt?: string
  /** The vendor's own words that decided it. */
  readonly words: string
}

export interface AlarmCallResult {
  readonly acknowledged: boolean
}

interface OutboundCallFrame {
  readonly callId: CallId
  /** National digits. */
  readonly calleeNumber: string
}

/** Start input of the workflow `outboundCall`. */
export type OutboundCallInput = OutboundCallFrame &
  (
    | { readonly flow: 'vendor_order'; readonly brief: VendorOrderBrief }
    | { readonly flow: 'issue_alarm'; readonly brief: IssueAlarmBrief }
  )

/** `Result` is null when nothing was settled: nobody answered, or they hung up. */
export interface OutboundCallResult<Result = VendorCallResult | AlarmCallResult> {
  readonly outcome: LegOutcome
  readonly answered: boolean
  readonly result: Result | null
}

const MAX_WORDS = 300
const ORDER_NUMBER = /^[A-Z0-9][A-Z0-9-]{1,39}$/

/** Upper case, without the blanks and full stops of dictation; null for what can be no number. */
export function vendorOrderNumber(told: unknown): string | null {
  if (typeof told !== 'string') return null
  const number = told
    .toUpperCase()
    .replace(/[\s.,]/g, '')
    .replace(/[–—~]/g, '-')
  return ORDER_NUMBER.test(number) ? number : null
}

/**
 * What the model reported of a vendor call. A report that lacks what its status needs is `unclear`: an order
 * counts as placed only with the vendor's number.
 */
export function readVendorCallReport(report: Readonly<Record<string, unknown>>): VendorCallResult {
  const claimed = VENDOR_CALL_STATUSES.find((status) => status === report.status) ?? 'unclear'
  const erpOrderId = vendorOrderNumber(report.order_number)
  const vendorStatus = VENDOR_ORDER_STATES.find((state) => state === report.vendor_status) ?? null
  const deliveredMs = typeof report.delivered_at === 'string' ? parseIsoTime(report.delivered_at) : null
  const lacking =
    (claimed === 'placed' && erpOrderId === null) || (claimed === 'told' && vendorStatus === null)
  return {
    status: lacking ? 'unclear' : claimed,
    found: report.already_there === true,
    erpOrderId,
    vendorStatus,
    ...(vendorStatus === '완료' && deliveredMs !== null ? { deliveredAt: koreanIso(deliveredMs) } : {}),
    words: typeof report.words === 'string' ? report.words.slice(0, MAX_WORDS) : '',
  }
}
