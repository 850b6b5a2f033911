/** The steps of a ticket's money: each asks the gateway once and says how the ticket changes by it. */
import { isCancellation } from '@temporalio/workflow'
import type {
  CreateVirtualAccountInput,
  PaymentReading,
  PaymentReference,
} from '../activities/activity-types.ts'
import { type BankCode, maskAccount, type RefundAccount } from '../domain/banks.ts'
import type { IssueCause } from '../domain/issue-cause.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { type Deed, openAccount, type ReceivedPayment, refundableWon } from '../domain/ticket.ts'
import { BANK_TRANSFER, isVirtualAccount, surplusInReach } from '../domain/ticket-money.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, type Change, type TicketRun, unchanged } from './ticket-run.ts'
import { timeToPay } from './ticket-text-steps.ts'

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

export async function confirmPayment(run: TicketRun): Promise<Change> {
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

/** Now, in the name of the customer. */
export const byCustomer = (): Deed => ({ ...bySystem(), actor: 'customer' })

/** A webhook spoke of a payment; only what the gateway itself says counts. */
export async function readPayment(run: TicketRun): Promise<Change> {
  const paymentKey = run.data.paymentToRead ?? ''
  const reference = paymentReference(run, paymentKey)
  return changeByReading(run, reference, await run.activities.readPayment(reference))
}

function changeByReading(run: TicketRun, reference: PaymentReference, reading: PaymentReading): Change {
  const { paymentKey, amountWon } = reference
  const counts = run.data.payment?.paymentKey === paymentKey
  switch (reading.status) {
    case 'paid': {
      const payment = received(paymentKey, reading, amountWon)
      // Also when the ticket is being closed: money that came in then has to go back.
      if (run.data.payment === null && run.data.subState === 'awaiting_payment') {
        return (ticket) => ticket.paid(payment, byCustomer())
      }
      if (counts) {
        return (ticket) =>
          ticket.data.fallenPayment === null ? ticket.paymentRead() : ticket.paymentCameBack(bySystem())
      }
      return (ticket) => ticket.surplusFound({ ...byCustomer(), ...payment })
    }
    case 'open':
      return (ticket) =>
        counts ? ticket.paymentFellBack({ ...bySystem(), ...fellBack(run) }) : ticket.paymentRead()
    case 'refused':
      if (!counts) {
        const { code, reason } = reading
        return (ticket) => ticket.paymentRefused({ ...bySystem(), paymentKey, code, reason })
      }
      return takenBack(counts)
    case 'taken_back':
      return takenBack(counts)
  }
}

function takenBack(counts: boolean): Change {
  if (!counts) return (ticket) => ticket.paymentRead()
  return (ticket) =>
    ticket.paymentRead().raiseIssue({
      ...bySystem(),
      kind: 'admin_required',
      reason: '결제가 끝난 뒤 결제사에서 취소되었습니다.',
      step: 'check_payment',
      cause: { code: 'payment_taken_back' },
    })
}

const fellBack = ({ data }: TicketRun): { readonly reason: string; readonly cause: IssueCause } =>
  data.purchaseOrder === null && data.purchaseOrderSent === null
    ? {
        reason: '입금이 취소되어 다시 입금 대기 상태입니다. 다시 입금되면 스스로 이어서 진행합니다.',
        cause: { code: 'deposit_fell_back' },
      }
    : {
        reason: '발주한 뒤에 입금이 취소되었습니다. 고객에게 확인하고 진행 여부를 정해 주세요.',
        cause: { code: 'deposit_fell_back_late' },
      }

/** The Issue of a payment that fell back is open, and a webhook spoke of it: perhaps the money is back. */
export async function rereadFallenPayment(run: TicketRun): Promise<void> {
  const paymentKey = run.data.paymentToRead ?? ''
  const isBack = await run.activities.readPayment(paymentReference(run, paymentKey)).then(
    ({ status }) => status === 'paid' && run.data.payment?.paymentKey === paymentKey,
    (error: unknown) => {
      if (isCancellation(error)) throw error
      // The gateway is away; the reconciliation will tell.
      return false
    },
  )
  run.change((ticket) => (isBack ? ticket.paymentCameBack(bySystem()) : ticket.paymentRead()))
}

/** Right before the vendor is told: is the money still there? */
export async function checkPayment(run: TicketRun): Promise<Change> {
  const paymentKey = run.data.payment?.paymentKey ?? null
  if (paymentKey === null) return (ticket) => ticket.paymentChecked()
  const reading = await run.activities.readPayment(paymentReference(run, paymentKey))
  if (reading.status === 'open') {
    return (ticket) => ticket.paymentFellBack({ ...bySystem(), ...fellBack(run) })
  }
  if (reading.status !== 'paid') giveUp('결제가 더 이상 완료 상태가 아닙니다.', { code: 'payment_gone' })
  return (ticket) =>
    (ticket.data.fallenPayment === null ? ticket : ticket.paymentCameBack(bySystem())).paymentChecked()
}

// --- virtual accounts ----------------------------------------------------------------------------------

/** One account at a time: asked for twice at once it is the same request to the gateway. */
export async function issueAccount(
  run: TicketRun,
  bankCode: BankCode,
  about: Pick<CreateVirtualAccountInput, 'cashReceipt' | 'insteadOf'>,
): Promise<Change> {
  const { orderNo, amountWon, order, openedPayments, paymentExpiresAt } = run.data
  const issued = openedPayments.filter(({ virtualAccount }) => virtualAccount !== undefined).length
  const gatewayOrderId = `${orderNo}-V${issued + 1}`
  const created = await run.activities.createVirtualAccount({
    orderNo,
    gatewayOrderId,
    key: run.key(gatewayOrderId),
    amountWon,
    bankCode,
    customerName: order.orderer ?? '',
    dueAt: paymentExpiresAt ?? koreanIso(Date.now() + timeToPay(run) * 1000),
    ...about,
  })
  return (ticket) => ticket.accountOpened({ ...byCustomer(), ...created, gatewayOrderId })
}

/**
 * The order may be paid for longer than its account takes money, and no bank moves that: the customer gets another
 * account of the same bank. Where there is none, any other way to pay is still open.
 */
export async function renewAccount(run: TicketRun): Promise<Change> {
  const account = openAccount(run.data)
  if (account === null) return unchanged
  const { paymentKey, virtualAccount } = account
  const reference = paymentReference(run, paymentKey)
  try {
    const reading = await run.activities.closeVirtualAccount(reference)
    if (reading.status === 'paid') return changeByReading(run, reference, reading)
    const about = { cashReceipt: null, insteadOf: paymentKey }
    const opened = await issueAccount(run, virtualAccount.bankCode, about)
    return (ticket) => opened(ticket.accountClosed())
  } catch (error) {
    if (isCancellation(error)) throw error
    return (ticket) => ticket.accountNotRenewed()
  }
}

// --- ways to pay that are not needed any more -----------------------------------------------------------

/**
 * The order is paid another way, or called off: the open account shall take no more money. When the order is
 * paid, nothing waits for this: what still comes in is found by webhook and reconciliation.
 */
export async function closeVirtualAccount(run: TicketRun): Promise<Change> {
  const paymentKey = openAccount(run.data)?.paymentKey ?? run.data.payment?.paymentKey ?? ''
  const reference = paymentReference(run, paymentKey)
  try {
    const reading = await run.activities.closeVirtualAccount(reference)
    if (reading.status !== 'paid') return (ticket) => ticket.accountClosed()
    const change = changeByReading(run, reference, reading)
    return (ticket) => {
      const paid = change(ticket)
      return openAccount(paid.data)?.paymentKey === paymentKey ? paid.accountClosed() : paid
    }
  } catch (error) {
    if (isCancellation(error) || run.data.closing !== null) throw error
    return (ticket) => ticket.accountClosed()
  }
}

/** What the gateway took although the order did not need it goes back; what it keeps, a person returns. */
export async function returnSurplus(run: TicketRun): Promise<Change> {
  const found = surplusInReach(run.data)
  if (found === undefined) return unchanged
  const { paymentKey, amountWon } = found
  const { orderNo, refundAccount } = run.data
  try {
    await run.activities.refundPayment({
      orderNo,
      paymentKey,
      key: run.key(`return:${paymentKey}`),
      amountWon,
      reason: '이중 결제',
      ...(refundAccount === null ? {} : { refundAccount }),
    })
    return (ticket) => ticket.surplusSettled({ ...bySystem(), paymentKey, state: 'returned' })
  } catch (error) {
    if (isCancellation(error)) throw error
    return (ticket) => ticket.surplusSettled({ ...bySystem(), paymentKey, state: 'by_hand' })
  }
}

export async function refund(run: TicketRun): Promise<Change> {
  const { payment, closing, orderNo, refundAccount } = run.data
  if (payment === null) return unchanged
  await run.activities.refundPayment({
    orderNo,
    paymentKey: mustGoBackByItself(payment, refundAccount),
    key: run.key('refund'),
    amountWon: refundableWon(run.data),
    reason: closing?.reason ?? '',
    ...(refundAccount === null ? {} : { refundAccount }),
  })
  return (ticket) => ticket.refunded(bySystem())
}

/** Amends while the order goes on: the number of the part refund keeps one from being another. */
export async function refundPart(run: TicketRun): Promise<Change> {
  const { payment, partRefunds, orderNo, refundAccount } = run.data
  const index = partRefunds.findIndex(({ done }) => !done)
  const part = partRefunds[index]
  if (payment === null || part === undefined) return unchanged
  await run.activities.refundPayment({
    orderNo,
    paymentKey: mustGoBackByItself(payment, refundAccount),
    key: run.key(`part-refund:${index + 1}`),
    amountWon: part.amountWon,
    part: true,
    reason: '부분 환불',
    ...(refundAccount === null ? {} : { refundAccount }),
  })
  return (ticket) => ticket.partRefunded(bySystem())
}

/** The gateway's key of money that it can give back; anything else is up to a person. */
function mustGoBackByItself(payment: ReceivedPayment, refundAccount: RefundAccount | null): string {
  if (payment.method === BANK_TRANSFER) transferByHand(refundAccount)
  if (payment.paymentKey === null) {
    giveUp('사람이 확인한 결제라 자동으로 환불할 수 없습니다.', { code: 'refund_by_hand' })
  }
  if (isVirtualAccount(payment.method) && refundAccount === null) {
    giveUp('가상계좌로 받은 돈이라 고객의 환불 계좌가 필요합니다.', { code: 'refund_account_missing' })
  }
  return payment.paymentKey
}

/** Nobody can send money from the company's own account but a person. */
function transferByHand(account: RefundAccount | null): never {
  if (account === null) {
    giveUp('회사 계좌로 받은 돈이라 직접 송금해야 합니다. 고객의 환불 계좌를 입력해 주세요.', {
      code: 'transfer_account_missing',
    })
  }
  const masked = maskAccount(account)
  const how = "계좌번호는 입금 확인 화면의 '돌려줄 돈'에서 보시고, 송금한 뒤 증빙과 함께 완료해 주세요."
  giveUp(`회사 계좌로 받은 돈이라 직접 송금해야 합니다 (${masked}). ${how}`, {
    code: 'transfer_by_hand',
    params: { detail: masked },
  })
}
