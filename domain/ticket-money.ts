/** What follows from what a ticket knows of its money. */
import type { TicketData } from './ticket-data.ts'
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
  return [...depositsToReturn(ticket), ...surplusToReturn(ticket)]
}

/** Won of one deposit that the order does not need, also while the rest of it has not been taken yet. */
export function returnedOfDeposit(ticket: TicketData, depositId: string): number {
  const { payment, closing, amountWon, openedAt } = ticket
  const willPay = payment === null && closing === null && missingWon(ticket) === 0
  const paidByIt = { paymentKey: null, amountWon, method: BANK_TRANSFER, paidAt: openedAt }
  const due = depositsToReturn(willPay ? { ...ticket, payment: paidByIt } : ticket)
  return due.find(({ key }) => key === `deposit:${depositId}`)?.amountWon ?? 0
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
