/** The steps of a ticket: each calls the outside world once and says how the ticket changes by it. */
import { CancellationScope, condition } from '@temporalio/workflow'
import type { PaymentReading, PaymentReference } from '../activities/activity-types.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { MessageKind } from '../domain/notification.ts'
import type { OrderField } from '../domain/order.ts'
import { nextMove, type TicketStep } from '../domain/ticket.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, byVendor, type Change, type TicketRun } from './ticket-run.ts'

/** A carrier that has not reported by then is believed to have delivered. */
const DELIVERY_REPORT_LIMIT_MS = 30_000
const unchanged: Change = (ticket) => ticket

/** One a step; the names say what each does. */
export const STEPS: Readonly<Record<TicketStep, (run: TicketRun) => Promise<Change>>> = {
  send_payment_link: sendPaymentLink,
  confirm_payment: confirmPayment,
  read_payment: readPayment,
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
}

const inSeconds = (seconds: number): string => koreanIso(Date.now() + seconds * 1000)

// --- texts ---------------------------------------------------------------------------------------------

/** @param name tells texts of one kind apart; the kind itself where a ticket sends only one. */
export async function send(run: TicketRun, kind: MessageKind, name: string = kind): Promise<string> {
  const { data } = run
  const key = run.key(name)
  const to = data.order.phone ?? data.customerPhone
  if (to === '') giveUp('문자를 보낼 번호를 모릅니다.', { code: 'no_phone' })
  run.sendingKey = key
  try {
    const { messageId } = await run.activities.sendMessage({
      orderNo: data.orderNo,
      kind,
      key,
      to,
      order: data.order,
      amountWon: data.amountWon,
      editWindowSeconds: run.input.policy.editWindowSeconds,
      paymentExpirySeconds: run.input.policy.paymentExpirySeconds,
      deliveredAt: data.deliveredAt,
      hasPhoto: data.photoKey !== null,
    })
    run.change((ticket) => ticket.messageSent({ ...bySystem(), kind, key, messageId }))
  } finally {
    run.sendingKey = null
  }
  return key
}

/** Sends a text and waits for the carrier's report, so that "notified" means the customer's phone has it. */
async function sendAndHear(run: TicketRun, kind: MessageKind): Promise<Change> {
  const key = await send(run, kind)
  await run.project()
  const report = () => run.data.messages.find((message) => message.key === key)?.report ?? null
  await condition(() => report() !== null, DELIVERY_REPORT_LIMIT_MS, { summary: '문자 수신 확인 대기' })
  if (report() === 'failed') {
    giveUp('통신사가 문자를 전달하지 못했습니다.', { code: 'text_undelivered' })
  }
  return (ticket) => ticket.customerNotified()
}

async function sendPaymentLink(run: TicketRun): Promise<Change> {
  await send(run, 'payment_link')
  const expiresAt = inSeconds(run.input.policy.paymentExpirySeconds)
  return (ticket) => ticket.paymentLinkSent({ ...bySystem(), expiresAt })
}

async function sendConfirmation(run: TicketRun): Promise<Change> {
  await send(run, 'confirmation')
  const endsAt = inSeconds(run.input.policy.editWindowSeconds)
  return (ticket) => ticket.confirmationSent({ ...bySystem(), endsAt })
}

function sendDelivered(run: TicketRun): Promise<Change> {
  return sendAndHear(run, 'delivered')
}

async function sendCancelled(run: TicketRun): Promise<Change> {
  // Nobody to tell: the caller withheld the number and hung up.
  if ((run.data.order.phone ?? run.data.customerPhone) === '') return (ticket) => ticket.customerNotified()
  const expired = run.data.closing?.cause === 'payment_expired'
  const kind = run.data.payment !== null ? 'refunded' : expired ? 'payment_expired' : 'cancelled'
  return sendAndHear(run, kind)
}

// --- money ---------------------------------------------------------------------------------------------

/** What names one payment of this order to the gateway. */
export function paymentReference(
  run: TicketRun,
  paymentKey: string,
): PaymentReference & { readonly key: string } {
  const opened = run.data.openedPayments.find((payment) => payment.paymentKey === paymentKey)
  if (opened === undefined) giveUp('이 주문의 결제가 아닙니다.', { code: 'payment_unknown' })
  const { orderNo, amountWon } = run.data
  const key = run.key(`charge:${paymentKey}`)
  return { orderNo, paymentKey, gatewayOrderId: opened.gatewayOrderId, amountWon, key }
}

function received(
  paymentKey: string,
  reading: Extract<PaymentReading, { status: 'paid' }>,
  amountWon: number,
) {
  return { paymentKey, amountWon, method: reading.method, paidAt: reading.paidAt }
}

async function confirmPayment(run: TicketRun): Promise<Change> {
  const paymentKey = run.data.paymentToConfirm ?? ''
  const reference = paymentReference(run, paymentKey)
  const reading = await run.activities.confirmPayment(reference)
  switch (reading.status) {
    case 'paid':
      return (ticket) => ticket.paid(received(paymentKey, reading, reference.amountWon), byCustomer())
    case 'refused': {
      const { code, reason } = reading
      run.lastRefusal = { paymentKey, reason }
      return (ticket) => ticket.paymentRefused({ ...bySystem(), paymentKey, code, reason })
    }
    case 'taken_back':
      run.lastRefusal = { paymentKey, reason: reading.reason }
      return (ticket) =>
        ticket.paymentRefused({ ...bySystem(), paymentKey, code: 'CANCELED', reason: reading.reason })
    case 'open':
      return giveUp('결제가 승인되지 않고 대기 상태로 남아 있습니다.', { code: 'payment_unsettled' })
  }
}

const byCustomer = () => ({ ...bySystem(), actor: 'customer' })

/** A webhook spoke of a payment; only what the gateway itself says counts. */
async function readPayment(run: TicketRun): Promise<Change> {
  const paymentKey = run.data.paymentToRead ?? ''
  const reference = paymentReference(run, paymentKey)
  const reading = await run.activities.readPayment(reference)
  // Also when the ticket is being closed: money that came in then has to go back.
  if (reading.status === 'paid' && run.data.payment === null && run.data.subState === 'awaiting_payment') {
    return (ticket) => ticket.paid(received(paymentKey, reading, reference.amountWon), byCustomer())
  }
  if (reading.status === 'refused' && run.data.payment?.paymentKey !== paymentKey) {
    const { code, reason } = reading
    return (ticket) => ticket.paymentRefused({ ...bySystem(), paymentKey, code, reason })
  }
  if (reading.status !== 'paid' && run.data.payment?.paymentKey === paymentKey) {
    return (ticket) =>
      ticket.paymentRead().raiseIssue({
        ...bySystem(),
        kind: 'admin_required',
        reason: '결제가 끝난 뒤 결제사에서 취소되었습니다.',
        step: 'check_payment',
        cause: { code: 'payment_taken_back' },
      })
  }
  return (ticket) => ticket.paymentRead()
}

/** Right before the vendor is told: is the money still there? */
async function checkPayment(run: TicketRun): Promise<Change> {
  const paymentKey = run.data.payment?.paymentKey ?? null
  if (paymentKey !== null) {
    const reading = await run.activities.readPayment(paymentReference(run, paymentKey))
    if (reading.status !== 'paid') {
      giveUp('결제가 더 이상 완료 상태가 아닙니다.', { code: 'payment_gone' })
    }
  }
  return (ticket) => ticket.paymentChecked()
}

async function refund(run: TicketRun): Promise<Change> {
  const { payment, closing, orderNo } = run.data
  if (payment === null) return unchanged
  if (payment.paymentKey === null) {
    giveUp('사람이 확인한 결제라 자동으로 환불할 수 없습니다.', { code: 'refund_by_hand' })
  }
  await run.activities.refundPayment({
    orderNo,
    paymentKey: payment.paymentKey,
    key: run.key('refund'),
    amountWon: payment.amountWon,
    reason: closing?.reason ?? '',
  })
  return (ticket) => ticket.refunded(bySystem())
}

// --- vendor --------------------------------------------------------------------------------------------

async function placePurchaseOrder(run: TicketRun): Promise<Change> {
  run.change((ticket) => ticket.purchaseOrderSent())
  const { orderNo, order, costWon } = run.data
  const reference = run.ticket.nextReference
  const placed = await run.activities.placePurchaseOrder({ orderNo, reference, order, priceWon: costWon })
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
  const shared = await run.activities.shareEdit({ ...purchaseOrder, fields })
  if (shared.status === 'shared') return (ticket) => ticket.editShared({ ...bySystem(), fields })
  run.editRefusals += 1
  const { code, reason } = shared
  return (ticket) => ticket.editRefused({ ...byVendor(), code, reason })
}

/** Until the vendor has news, a webhook brings some, or something else is to be done first. */
async function followDelivery(run: TicketRun): Promise<Change> {
  const { purchaseOrder, vendorStatus, orderNo } = run.data
  if (purchaseOrder === null) return unchanged
  run.vendorHasNews = false
  const scope = new CancellationScope()
  const report = scope.run(() =>
    run.activities.followDelivery({
      ...purchaseOrder,
      orderNo,
      knownStatus: vendorStatus,
      maxOutages: run.input.policy.stepMaxAttempts,
    }),
  )
  const interrupted = scope.run(() =>
    condition(() => run.vendorHasNews || nextMove(run.data) !== 'follow_delivery').then(() => null),
  )
  try {
    const news = await Promise.race([report, interrupted])
    if (news === null) return unchanged
    const { status, departed, delivered, cancelled } = news
    if (cancelled) giveUp('외주업체가 발주를 취소했습니다.', { code: 'vendor_cancelled' })
    return (ticket) => {
      const reported = ticket.vendorReported({ ...byVendor(), status, departed })
      return delivered === null ? reported : reported.delivered({ ...byVendor(), ...delivered })
    }
  } finally {
    scope.cancel()
    await Promise.allSettled([report, interrupted])
  }
}

async function cancelPurchaseOrder(run: TicketRun): Promise<Change> {
  const { purchaseOrder, purchaseOrderSent, closing } = run.data
  const atVendor = purchaseOrder ?? purchaseOrderSent
  if (atVendor === null) return unchanged
  const { reference } = atVendor
  const answer = await run.activities.cancelPurchaseOrder({
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

async function fetchPhoto(run: TicketRun): Promise<Change> {
  const { orderNo, purchaseOrder, photoUrl } = run.data
  if (photoUrl === null || purchaseOrder === null) return (ticket) => ticket.photoFetched(null)
  const { key } = await run.activities.fetchPhoto({ orderNo, reference: purchaseOrder.reference, photoUrl })
  return (ticket) => ticket.photoFetched(key)
}
