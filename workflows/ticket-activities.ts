/** How the steps of a ticket reach their activities: limits, retries and the line Temporal's screens show. */
import { proxyActivities } from '@temporalio/workflow'
import type { MessageActivities, PaymentActivities, VendorActivities } from '../activities/activity-types.ts'
import type { OrderPolicy } from '../domain/order-policy.ts'

export type TicketStepActivities = ReturnType<typeof createTicketActivities>

/** However long a step is tried, the next try is never further away, unless the first one already is. */
const MAX_RETRY_INTERVAL_MS = 300_000

/** @param policy decides how often and how long a failing step is tried. */
export function createTicketActivities(policy: OrderPolicy) {
  const initialInterval = policy.stepRetrySeconds * 1000
  const retry = {
    maximumAttempts: policy.stepMaxAttempts,
    initialInterval,
    backoffCoefficient: 2,
    maximumInterval: Math.max(MAX_RETRY_INTERVAL_MS, initialInterval),
  }
  const step = (summary: string) => ({ startToCloseTimeout: '30s', retry, summary }) as const
  const messages = proxyActivities<MessageActivities>(step('문자 발송'))
  const payments = proxyActivities<PaymentActivities>(step('결제'))
  const vendor = proxyActivities<VendorActivities>(step('외주업체 ERP'))
  // A customer looks at this page: no long back-off, they can open the link again.
  const checkout = proxyActivities<PaymentActivities>({
    startToCloseTimeout: '10s',
    retry: { maximumAttempts: 3, initialInterval: '500ms' },
    summary: '결제 페이지 열기',
  })
  const poll = proxyActivities<VendorActivities>({
    startToCloseTimeout: '30s',
    // "Nothing new" is a failed attempt: the server waits for the next one and the history does not grow.
    retry: { initialInterval: policy.vendorPollSeconds * 1000, backoffCoefficient: 1 },
    summary: '배송 상태 확인',
  })
  return {
    sendMessage: messages.sendMessage,
    createPayment: checkout.createPayment,
    confirmPayment: payments.confirmPayment,
    readPayment: payments.readPayment,
    refundPayment: payments.refundPayment,
    placePurchaseOrder: vendor.placePurchaseOrder,
    shareEdit: vendor.shareEdit,
    cancelPurchaseOrder: vendor.cancelPurchaseOrder,
    fetchPhoto: vendor.fetchPhoto,
    followDelivery: poll.followDelivery,
  }
}
