/** The steps of a ticket: each calls the outside world once and says how the ticket changes by it. */
import type { OrderField } from '../domain/order.ts'
import { giveUp } from './step-failure.ts'
import { fetchPhoto, followDelivery } from './ticket-delivery-steps.ts'
import {
  checkPayment,
  closeVirtualAccount,
  confirmPayment,
  readPayment,
  refund,
  refundPart,
  renewAccount,
  returnSurplus,
} from './ticket-money-steps.ts'
import { orderFromVendor } from './ticket-ordering.ts'
import { bySystem, byVendor, type Change, type Steps, type TicketRun, unchanged } from './ticket-run.ts'
import { tellMerge } from './ticket-same-order.ts'
import {
  sendAccount,
  sendCancelled,
  sendConfirmation,
  sendDelivered,
  sendDepositPart,
  sendNotice,
  sendPaymentLink,
  sendReminder,
} from './ticket-text-steps.ts'
import { cancelAtVendor, shareWithVendor } from './ticket-vendor-call.ts'

/** One a step; the names say what each does. */
export const STEPS: Steps = {
  send_payment_link: sendPaymentLink,
  confirm_payment: confirmPayment,
  read_payment: readPayment,
  send_account: sendAccount,
  send_deposit_part: sendDepositPart,
  send_reminder: sendReminder,
  renew_account: renewAccount,
  close_virtual_account: closeVirtualAccount,
  return_surplus: returnSurplus,
  send_confirmation: sendConfirmation,
  check_payment: checkPayment,
  place_purchase_order: placePurchaseOrder,
  share_edit: shareEdit,
  follow_delivery: followDelivery,
  fetch_photo: fetchPhoto,
  send_delivered: sendDelivered,
  cancel_purchase_order: cancelPurchaseOrder,
  refund: refund,
  send_cancelled: sendCancelled,
  refund_part: refundPart,
  send_notice: sendNotice,
  tell_merge: tellMerge,
}

// --- vendor --------------------------------------------------------------------------------------------

async function placePurchaseOrder(run: TicketRun): Promise<Change> {
  run.change((ticket) => ticket.purchaseOrderSent())
  if (run.since(1, 'vendor-choice')) return orderFromVendor(run)
  const { orderNo, order, costWon, replacedOrders } = run.data
  const reference = run.ticket.nextReference
  const replaces = replacedOrders.at(-1)?.reference ?? null
  const placed = await run.activities.placePurchaseOrder({
    orderNo,
    reference,
    order,
    priceWon: costWon,
    replaces,
  })
  if (placed.status === 'placed') {
    const { erpOrderId, found } = placed
    return (ticket) => ticket.purchaseOrderPlaced({ ...bySystem(), reference, erpOrderId, found, order })
  }
  const { code, reason } = placed
  run.change((ticket) => ticket.purchaseOrderRefused({ ...byVendor(), reference, code, reason }))
  return giveUp(`외주업체가 거절했습니다. ${reason} (${code})`, {
    code: 'vendor_refused',
    params: { code, detail: reason },
  })
}

async function shareEdit(run: TicketRun): Promise<Change> {
  const { purchaseOrder, unshared, order } = run.data
  if (purchaseOrder === null) return unchanged
  const changed = Object.keys(unshared) as OrderField[]
  const fields = Object.fromEntries(changed.map((field) => [field, order[field]]))
  const { reference, erpOrderId } = purchaseOrder
  const shared = await shareWithVendor(run, { reference, erpOrderId }, fields)
  if (shared.status === 'shared') return (ticket) => ticket.editShared({ ...bySystem(), fields })
  run.editRefusals += 1
  const { code, reason } = shared
  return (ticket) => ticket.editRefused({ ...byVendor(), code, reason })
}

async function cancelPurchaseOrder(run: TicketRun): Promise<Change> {
  const { purchaseOrder, purchaseOrderSent, closing } = run.data
  const atVendor = purchaseOrder ?? purchaseOrderSent
  if (atVendor === null) return unchanged
  const { reference } = atVendor
  const answer = await cancelAtVendor(run, {
    reference,
    erpOrderId: purchaseOrder?.erpOrderId ?? null,
    mayBeUnknown: purchaseOrder === null,
    reason: closing?.reason ?? '',
  })
  if (answer.status === 'refused') {
    giveUp(`외주업체가 발주 취소를 거절했습니다. ${answer.reason} (${answer.code})`, {
      code: 'vendor_refused_cancel',
      params: { code: answer.code, detail: answer.reason },
    })
  }
  return (ticket) => ticket.purchaseOrderCancelled()
}
