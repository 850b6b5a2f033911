/** The steps of a ticket: each calls the outside world once and says how the ticket changes by it. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow'
import type { SendMessageInput } from '../activities/activity-types.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { MessageKind } from '../domain/notification.ts'
import type { OrderField } from '../domain/order.ts'
import { nextMove, openAccount, type TicketData, type TicketStep } from '../domain/ticket.ts'
import { depositedWon } from '../domain/ticket-money.ts'
import { giveUp } from './step-failure.ts'
import {
  checkPayment,
  closeVirtualAccount,
  confirmPayment,
  readPayment,
  refund,
  returnSurplus,
} from './ticket-money-steps.ts'
import { bySystem, byVendor, type Change, type TicketRun } from './ticket-run.ts'

/** A carrier that has not reported by then is believed to have delivered. */
const DELIVERY_REPORT_LIMIT_MS = 30_000
const unchanged: Change = (ticket) => ticket

/** One a step; the names say what each does. */
export const STEPS: Readonly<Record<TicketStep, (run: TicketRun) => Promise<Change>>> = {
  send_payment_link: sendPaymentLink,
  confirm_payment: confirmPayment,
  read_payment: readPayment,
  send_account: sendAccount,
  send_deposit_part: sendDepositPart,
  send_reminder: sendReminder,
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
      ...paymentFacts(data),
    })
    run.change((ticket) => ticket.messageSent({ ...bySystem(), kind, key, messageId }))
  } finally {
    run.sendingKey = null
  }
  return key
}

/** What texts tell of a payment that is still to come. */
function paymentFacts(data: TicketData): Pick<SendMessageInput, 'account' | 'payUntil' | 'receivedWon'> {
  const receivedWon = depositedWon(data)
  const facts = receivedWon === 0 ? {} : { receivedWon }
  if (data.payment !== null || data.paymentExpiresAt === null) return facts
  const account = openAccount(data)?.virtualAccount
  return { ...facts, payUntil: data.paymentExpiresAt, ...(account === undefined ? {} : { account }) }
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

async function sendAccount(run: TicketRun): Promise<Change> {
  await send(run, 'virtual_account', openAccount(run.data)?.gatewayOrderId)
  return (ticket) => ticket.accountTold()
}

async function sendDepositPart(run: TicketRun): Promise<Change> {
  await send(run, 'deposit_part', `deposit_part:${depositedWon(run.data)}`)
  return (ticket) => ticket.partTold()
}

/** A reminder that can't be sent is no reason to stop an order. */
async function sendReminder(run: TicketRun): Promise<Change> {
  try {
    await send(run, 'payment_reminder')
  } catch (error) {
    if (isCancellation(error)) throw error
  }
  return (ticket) => ticket.reminded()
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
