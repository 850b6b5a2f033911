/** What follows from what a ticket knows of its money. */
import { refundableWon, type TicketData } from './ticket-data.ts'
import type { MoneyToReturn, ReturnReason, SurplusPayment, VirtualAccount } from './ticket-money-data.ts'

/** Method of a payment that came to the company's own account. */
export const BANK_TRANSFER = 'bank_transfer'
/** Toss Payments' word for a payment by virtual account. */
const VIRTUAL_ACCOUNT_METHODS: ReadonlySet<string> = new Set(['가상계좌', 'VIRTUAL_ACCOUNT'])

export const isVirtualAccount = (method: string): boolean => VIRTUAL_ACCOUNT_METHODS.has(method)

/** The virtual account that still takes money; null without one. */
export function openAccount(
  ticket: Pick<TicketData, 'openedPayments' | 'payment'>,
): (TicketData['openedPayments'][number] & { readonly virtualAccount: VirtualAccount }) | null {
  for (const opened of ticket.openedPayments.toReversed()) {
    const { virtualAccount, refused, paymentKey } = opened
    if (virtualAccount === undefined || refused === true) continue
    if (ticket.payment?.paymentKey !== paymentKey) return { ...opened, virtualAccount }
  }
  return null
}

/** Won on the company's account for this order. */
export const depositedWon = (ticket: Pick<TicketData, 'deposits'>): number =>
  ticket.deposits.reduce((sum, { amountWon }) => sum + amountWon, 0)

/** Won that the customer still has to transfer. */
export const missingWon = (ticket: Pick<TicketData, 'deposits' | 'amountWon'>): number =>
  Math.max(0, ticket.amountWon - depositedWon(ticket))

/** All money that a person has to send back; follows from the facts alone, so that none is lost or counted twice. */
export function moneyToReturn(ticket: TicketData): MoneyToReturn[] {
  return [...depositsToReturn(ticket), ...surplusToReturn(ticket), ...transfersToRefund(ticket)]
}

/** The vendor is settled, or was never asked: the payment of an order that is called off goes back. */
export function isRefundDue(ticket: TicketData): boolean {
  const { closing, outcome, payment, refunded, fallenPayment, subState } = ticket
  if (closing === null || outcome !== null || payment === null || refunded || fallenPayment !== null)
    return false
  const maybeAtVendor = ticket.purchaseOrder !== null || ticket.purchaseOrderSent !== null
  return !maybeAtVendor || subState === 'delivered' || ticket.purchaseOrderCancelled
}

const REFUND = 'refund:'
const PART_REFUND = 'part-refund:'

/** The ticket itself tells its customer of it. */
export const isRefundOfOrder = (key: string): boolean => key.startsWith(REFUND) || key.startsWith(PART_REFUND)
export const isPartRefund = (key: string): boolean => key.startsWith(PART_REFUND)

/** Nobody can send money from the company's own account but a person. */
function transfersToRefund(ticket: TicketData): MoneyToReturn[] {
  const { payment, partRefunds, orderNo } = ticket
  if (payment?.method !== BANK_TRANSFER) return []
  const source = 'bank_transfer'
  const parts = partRefunds.flatMap(({ done, amountWon }, index) =>
    done
      ? []
      : [{ key: `${PART_REFUND}${orderNo}:${index + 1}`, amountWon, source, reason: 'amends' } as const],
  )
  const whole = isRefundDue(ticket) ? refundableWon(ticket) : 0
  return whole === 0
    ? parts
    : [...parts, { key: `${REFUND}${orderNo}`, amountWon: whole, source, reason: 'order_closed' }]
}

/** Won of one deposit that the order does not need, also while the rest of it has not been taken yet. */
export function returnedOfDeposit(ticket: TicketData, depositId: string): number {
  const { payment, closing, amountWon, openedAt } = ticket
  const willPay = payment === null && closing === null && missingWon(ticket) === 0
  const paidByIt = { paymentKey: null, amountWon, method: BANK_TRANSFER, paidAt: openedAt }
  const due = depositsToReturn(willPay ? { ...ticket, payment: paidByIt } : ticket)
  return due.find(({ key }) => key === `deposit:${depositId}`)?.amountWon ?? 0
}

/** Came through a bank: it goes back to an account that the customer names. */
export const isBankPayment = ({ payment }: Pick<TicketData, 'payment'>): boolean =>
  payment !== null && (payment.method === BANK_TRANSFER || isVirtualAccount(payment.method))

/** Won that have to go back to a bank account that nobody has named yet. */
export function wonToUnknownAccount(ticket: TicketData): number {
  const { refundAccount, payment, partRefunds } = ticket
  if (refundAccount !== null) return 0
  const byHand = moneyToReturn(ticket).filter(({ source }) => source !== 'card')
  // The gateway sends back what came by a virtual account, once it knows where to.
  const atGateway = payment !== null && isVirtualAccount(payment.method)
  const whole = atGateway && isRefundDue(ticket) ? refundableWon(ticket) : 0
  const parts = partRefunds.reduce((sum, { done, amountWon }) => sum + (done ? 0 : amountWon), 0)
  return byHand.reduce((sum, { amountWon }) => sum + amountWon, whole + (atGateway ? parts : 0))
}

function depositsToReturn(ticket: TicketData): MoneyToReturn[] {
  const { payment, closing, amountWon } = ticket
  const byTransfer = payment?.method === BANK_TRANSFER
  if (!byTransfer && payment === null && closing === null) return []
  // What the order used was paid by the deposits that came first.
  const usedWon = byTransfer ? amountWon : 0
  const reason: ReturnReason = byTransfer ? 'over' : payment === null ? 'order_closed' : 'paid_twice'
  let sumWon = 0
  return ticket.deposits.flatMap((deposit) => {
    const beforeWon = Math.max(0, sumWon - usedWon)
    sumWon += deposit.amountWon
    const overWon = Math.max(0, sumWon - usedWon) - beforeWon
    if (overWon === 0) return []
    const twice = byTransfer && overWon === deposit.amountWon
    return [
      {
        key: `deposit:${deposit.id}`,
        amountWon: overWon,
        source: 'bank_transfer',
        reason: twice ? 'paid_twice' : reason,
      } as const,
    ]
  })
}

function surplusToReturn(ticket: TicketData): MoneyToReturn[] {
  return ticket.surplus.flatMap(({ paymentKey, amountWon, method, state }) =>
    state === 'returned' || (state === 'to_return' && canReturn(ticket, method))
      ? []
      : [
          {
            key: `payment:${paymentKey}`,
            amountWon,
            source: isVirtualAccount(method) ? 'virtual_account' : 'card',
            reason: ticket.payment === null ? 'order_closed' : 'paid_twice',
          } as const,
        ],
  )
}

/** The gateway gives it back by itself: a card always, a virtual account once it is known where to. */
const canReturn = (ticket: Pick<TicketData, 'refundAccount'>, method: string): boolean =>
  !isVirtualAccount(method) || ticket.refundAccount !== null

/** The next payment that the ticket itself gives back through the gateway. */
export const surplusInReach = (ticket: TicketData): SurplusPayment | undefined =>
  ticket.surplus.find(({ state, method }) => state === 'to_return' && canReturn(ticket, method))
