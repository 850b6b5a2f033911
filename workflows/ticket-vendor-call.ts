/** Calls from a ticket to its vendor, and what is told by phone when no door of the vendor answers. */
import { executeChild, isCancellation, sleep, uuid4 } from '@temporalio/workflow'
import type {
  VendorActivities,
  VendorCallOutcome,
  VendorOrderReference,
  VendorRefusal,
} from '../activities/activity-types.ts'
import { makeCallId, outboundCallWorkflowId } from '../domain/ids.ts'
import type { OrderFields } from '../domain/order.ts'
import type { OutboundCallResult, VendorCallResult, VendorTask } from '../domain/outbound-call.ts'
import { type ChosenVendor, UNCLEAR_CALL } from '../domain/vendor.ts'
import type { outboundCall } from './outbound-call.ts'
import { CLEARS_CALLS, type TicketRun } from './ticket-run.ts'

/** Somebody waits on the phone: what was lost with a worker is begun anew after this. */
const CALL_TASK_TIMEOUT = '3s'

export interface VendorCallRequest {
  readonly task: VendorTask
  readonly reference: string
  readonly erpOrderId: string | null
}

/** One call; whatever becomes of it is a result. */
export async function callVendor(
  run: TicketRun,
  vendor: ChosenVendor,
  { task, reference, erpOrderId }: VendorCallRequest,
): Promise<VendorCallOutcome> {
  const { orderNo, order } = run.data
  if (vendor.phone === null) return noPhone()
  const callId = makeCallId(uuid4().replaceAll('-', ''))
  const call = await settled(
    executeChild<typeof outboundCall>('outboundCall', {
      workflowId: outboundCallWorkflowId(callId),
      workflowTaskTimeout: CALL_TASK_TIMEOUT,
      staticSummary: '외주업체에 거는 전화',
      args: [
        {
          callId,
          calleeNumber: vendor.phone,
          flow: 'vendor_order',
          brief: { task, orderNo, reference, erpOrderId, order, priceWon: vendor.costWon },
        },
      ],
    }),
  )
  const replaces = run.data.replacedOrders.at(-1)?.reference ?? null
  return run.activities.recordVendorCall({
    task: task.kind,
    orderNo,
    reference,
    replaces,
    vendor,
    callId,
    call,
  })
}

/** The flow of a vendor's call reports as vendors' calls do. */
async function settled(call: Promise<OutboundCallResult>): Promise<OutboundCallResult<VendorCallResult>> {
  try {
    const { outcome, answered, result } = await call
    return { outcome, answered, result: result !== null && 'status' in result ? result : null }
  } catch (error) {
    if (isCancellation(error)) throw error
    return { outcome: 'failed', answered: false, result: null }
  }
}

function noPhone(): VendorCallOutcome {
  const failure = {
    method: 'phone',
    code: 'NO_NUMBER',
    reason: '전화번호가 등록되어 있지 않습니다.',
    mayPass: false,
    pictures: [],
  } as const
  return { status: 'out', failures: [failure], stop: false }
}

/** Somebody answered, and what they did or wrote down is not known. */
export const isUnclear = (outcome: VendorCallOutcome): boolean =>
  outcome.status === 'out' &&
  outcome.failures.some(({ method, code }) => method === 'phone' && code === UNCLEAR_CALL)

/** What is asked again soon, the clerk still remembers. */
const CLEARING_CALL_AFTER_MS = 60_000

/** Before a call that clears up what the one before left open. */
export const untilClearingCall = (): Promise<void> =>
  sleep(CLEARING_CALL_AFTER_MS, { summary: '확실하지 않은 통화: 다시 걸어 확인할 때까지 대기' })

/** An edit reaches the vendor through a door, else by phone. */
export async function shareWithVendor(
  run: TicketRun,
  purchaseOrder: VendorOrderReference,
  fields: Partial<OrderFields>,
): Promise<{ readonly status: 'shared' } | VendorRefusal> {
  try {
    return await run.activities.shareEdit({ ...purchaseOrder, fields })
  } catch (error) {
    const outcome = await byPhone(run, error, { task: { kind: 'edit', fields }, ...purchaseOrder })
    if (outcome.status === 'changed') return { status: 'shared' }
    if (outcome.status === 'refused') return outcome
    throw error
  }
}

/** So does a cancellation. */
export async function cancelAtVendor(
  run: TicketRun,
  input: Parameters<VendorActivities['cancelPurchaseOrder']>[0],
): Promise<{ readonly status: 'cancelled' } | VendorRefusal> {
  try {
    return await run.activities.cancelPurchaseOrder(input)
  } catch (error) {
    const { reference, erpOrderId, reason } = input
    const outcome = await byPhone(run, error, { task: { kind: 'cancel', reason }, reference, erpOrderId })
    if (outcome.status === 'cancelled' || outcome.status === 'refused') return outcome
    throw error
  }
}

/** @throws the error of the doors where nobody can be called about it. */
async function byPhone(
  run: TicketRun,
  error: unknown,
  request: VendorCallRequest,
): Promise<VendorCallOutcome> {
  if (isCancellation(error) || !run.since(1, 'vendor-call')) throw error
  const vendor = await run.activities.chooseVendor({ reference: request.reference })
  if (!vendor.methods.includes('phone')) throw error
  const outcome = await callVendor(run, vendor, request)
  if (!run.isSince(CLEARS_CALLS) || !isUnclear(outcome)) return outcome
  // Told twice, an edit or a cancellation is the same one.
  await untilClearingCall()
  return callVendor(run, vendor, request)
}
