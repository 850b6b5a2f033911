import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { reminderSeconds } from '../../domain/payment-time.ts'
import { type Deed, nextMove, Ticket, TicketRuleError, ticketState } from '../../domain/ticket.ts'
import {
  BANK_TRANSFER,
  depositedWon,
  isRefundOfOrder,
  moneyToReturn,
  returnedOfDeposit,
} from '../../domain/ticket-money.ts'
import { ORDER, POLICY } from './order-fixture.ts'

const orderNo = makeOrderNo('261121', [0, 0.3, 0.6, 0.9])
const deedAt = (second: number, actor = 'system'): Deed => ({
  actor,
  at: koreanIso(Date.parse('2026-11-21T00:00:00Z') + second * 1000),
})
const deed = deedAt(1)

const awaiting = () =>
  Ticket.open({ orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY }, deed)
    .setFields({ ...deed, fields: ORDER, evidence: {}, channel: 'phone', callId: null })
    .confirmByCustomer({ ...deed, callId: null })
    .paymentLinkSent({ ...deed, expiresAt: deedAt(86_400).at })
const deposit = (id: string, amountWon: number) => ({
  ...deed,
  deposit: { id, amountWon, receivedAt: deed.at },
})
const card = { paymentKey: 'pk', amountWon: 80_000, method: '카드', paidAt: deed.at }
const byAccount = { paymentKey: 'va', amountWon: 80_000, method: '가상계좌', paidAt: deed.at }
const account = {
  paymentKey: 'va',
  gatewayOrderId: `${orderNo}-V1`,
  virtualAccount: {
    bankCode: '06',
    accountNumber: '12345678901',
    holder: '김철수',
    dueAt: deedAt(86_400).at,
  } as const,
}
const opened = () =>
  awaiting()
    .accountOpened({ ...deed, ...account })
    .accountTold()

describe('transfers to our own account', () => {
  test('exactly the amount pays the order', () => {
    const ticket = awaiting().depositReceived(deposit('b1', 80_000))
    expect(nextMove(ticket.data)).toBe('take_deposits')
    const paid = ticket.depositsTaken(deed)
    expect(paid.data.payment).toMatchObject({ method: BANK_TRANSFER, amountWon: 80_000, paymentKey: null })
    expect(paid.data.subState).toBe('paid')
    expect(moneyToReturn(paid.data)).toEqual([])
  })

  test('a part waits for the rest, and the customer hears once what is missing', () => {
    const part = awaiting().depositReceived(deposit('b1', 30_000))
    expect(nextMove(part.data)).toBe('send_deposit_part')
    const told = part.partTold()
    expect(nextMove(told.data)).toBe('await_payment')
    const all = told.depositReceived(deposit('b2', 50_000))
    expect(nextMove(all.data)).toBe('take_deposits')
  })

  test('the same row of the bank counts once', () => {
    const once = awaiting().depositReceived(deposit('b1', 30_000))
    expect(once.depositReceived(deposit('b1', 30_000))).toBe(once)
  })

  test('what is too much goes back', () => {
    const ticket = awaiting().depositReceived(deposit('b1', 30_000)).depositReceived(deposit('b2', 70_000))
    expect(returnedOfDeposit(ticket.data, 'b2')).toBe(20_000)
    const paid = ticket.depositsTaken(deed)
    expect(moneyToReturn(paid.data)).toEqual([
      { key: 'deposit:b2', amountWon: 20_000, source: 'bank_transfer', reason: 'over' },
    ])
    expect(paid.events.filter(({ kind }) => kind === 'money_to_return')).toHaveLength(1)
  })

  test('a second transfer of a paid order goes back whole', () => {
    const paid = awaiting().depositReceived(deposit('b1', 80_000)).depositsTaken(deed)
    const again = paid.depositReceived(deposit('b2', 80_000))
    expect(moneyToReturn(again.data)).toEqual([
      { key: 'deposit:b2', amountWon: 80_000, source: 'bank_transfer', reason: 'paid_twice' },
    ])
  })

  test('a part goes back when the order is paid by card, or called off', () => {
    const part = awaiting().depositReceived(deposit('b1', 30_000))
    expect(moneyToReturn(part.paid(card, deed).data)).toMatchObject([
      { amountWon: 30_000, reason: 'paid_twice' },
    ])
    const off = part.cancel({ ...deed, cause: 'payment_expired', reason: '' })
    expect(moneyToReturn(off.data)).toMatchObject([{ amountWon: 30_000, reason: 'order_closed' }])
  })

  test('what is no money is refused', () => {
    for (const amount of [0, -1, 0.5, Number.NaN]) {
      expect(() => awaiting().depositReceived(deposit('b1', amount))).toThrow(TicketRuleError)
    }
  })

  test('a card that was about to be confirmed is read, not charged, once transfers reach the amount', () => {
    const both = awaiting()
      .paymentOpened({ paymentKey: 'pk', gatewayOrderId: 'P1', checkoutUrl: 'http://x', openedAt: deed.at })
      .requestConfirmation('pk')
      .depositReceived(deposit('b1', 80_000))
    expect(nextMove(both.data)).toBe('take_deposits')
    const taken = both.depositsTaken(deed)
    expect(taken.data.paymentToConfirm).toBeNull()
    expect(nextMove(taken.data)).toBe('read_payment')
    const found = taken.surplusFound({ ...deed, ...card })
    expect(found.data.paymentToRead).toBeNull()
    const told = found.confirmationSent({ ...deed, endsAt: deed.at })
    expect(nextMove(told.data)).toBe('return_surplus')
    expect(moneyToReturn(told.data)).toEqual([])
  })
})

describe('a virtual account', () => {
  test('is told to the customer once and closed when the order is paid another way', () => {
    const issued = awaiting().accountOpened({ ...deed, ...account })
    expect(nextMove(issued.data)).toBe('send_account')
    const told = issued.accountTold()
    expect(nextMove(told.data)).toBe('await_payment')
    const paid = told.paid(card, deed).confirmationSent({ ...deed, endsAt: deed.at })
    expect(nextMove(paid.data)).toBe('close_virtual_account')
    expect(nextMove(paid.accountClosed().data)).toBe('await_edit_window')
  })

  test('that was paid is not closed', () => {
    const paid = opened()
      .paid(byAccount, deed)
      .confirmationSent({ ...deed, endsAt: deed.at })
    expect(nextMove(paid.data)).toBe('await_edit_window')
  })

  test('is read a last time before the order is given up, and closed with it', () => {
    const last = opened().lookAgain()
    expect(nextMove(last.data)).toBe('read_payment')
    const off = last.paymentRead().cancel({ ...deed, cause: 'payment_expired', reason: '' })
    expect(nextMove(off.data)).toBe('close_virtual_account')
    expect(nextMove(off.accountClosed().data)).toBe('send_cancelled')
  })

  test('paid after the order was called off needs an account to go back to', () => {
    const off = opened()
      .cancel({ ...deed, cause: 'requested', reason: '' })
      .paid(byAccount, deed)
    expect(nextMove(off.data)).toBe('refund')
    const asked = off.raiseIssue({ ...deed, kind: 'admin_required', reason: '', step: 'refund' })
    expect(asked.data.issue?.actions).toEqual(['set_refund_account', 'retry_step', 'complete_by_hand'])
    const known = asked.refundAccountSet({
      ...deed,
      account: { bankCode: '88', accountNumber: '110123456789', holder: '김철수' },
    })
    expect(known.data.issue).toBeNull()
    expect(nextMove(known.data)).toBe('refund')
  })
})

describe('a deposit that falls back to waiting', () => {
  const fallen = () =>
    opened()
      .paid(byAccount, deed)
      .confirmationSent({ ...deed, endsAt: deed.at })
      .queuePaymentReading('va')
      .paymentFellBack({ ...deed, reason: '입금이 취소되었습니다.' })

  test('is an Issue that resolves itself when the money is back', () => {
    const ticket = fallen()
    expect(ticketState(ticket.data)).toBe('issue')
    expect(nextMove(ticket.data)).toBe('await_person')
    const news = ticket.queuePaymentReading('va')
    expect(nextMove(news.data)).toBe('reread_fallen_payment')
    const back = news.paymentCameBack(deed)
    expect(ticketState(back.data)).toBe('in_progress')
    expect(nextMove(back.data)).toBe('await_edit_window')
    expect(back.data.fallenPayment).toBeNull()
  })

  test('leaves an Issue of another kind alone', () => {
    const other = fallen()
      .resolveIssue({ ...deed, action: 'retry_step', note: '' })
      .raiseIssue({ ...deed, kind: 'complaint', reason: '', step: null })
    expect(nextMove(other.queuePaymentReading('va').data)).toBe('await_person')
    expect(other.paymentCameBack(deed).data.issue?.kind).toBe('complaint')
  })

  test('is nothing to give back when the order is called off', () => {
    const off = fallen().resolveIssue({ ...deed, action: 'refund_and_close', note: '그만' })
    expect(nextMove(off.data)).toBe('close_virtual_account')
    const closed = off.accountClosed()
    expect(closed.data.payment).toBeNull()
    expect(nextMove(closed.data)).toBe('send_cancelled')
    expect(closed.customerNotified().finish(deed).data.outcome).toBe('cancelled')
  })
})

test('no webhook is lost while another is being read', () => {
  const ticket = opened().queuePaymentReading('a').queuePaymentReading('va').queuePaymentReading('a')
  expect([ticket.data.paymentToRead, ...ticket.data.alsoToRead]).toEqual(['a', 'va', 'a'])
  expect(ticket.queuePaymentReading('va').data.alsoToRead).toEqual(['va', 'a'])
  const next = ticket.paymentRead()
  expect([next.data.paymentToRead, ...next.data.alsoToRead]).toEqual(['va', 'a'])
})

/** Money that reaches the order, in any order and as often as the outside likes. */
type Happening =
  | { readonly kind: 'deposit'; readonly id: string; readonly amountWon: number }
  | { readonly kind: 'card' | 'account' }
  | { readonly kind: 'move' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'issue' }
  | { readonly kind: 'refund_account' }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Happening>({ kind: 'move' }) },
  fc.record({
    kind: fc.constant('deposit' as const),
    id: fc.constantFrom('b1', 'b2', 'b3', 'b4'),
    amountWon: fc.constantFrom(10_000, 40_000, 80_000, 100_000),
  }),
  fc.constantFrom<Happening>(
    { kind: 'card' },
    { kind: 'account' },
    { kind: 'cancel' },
    { kind: 'issue' },
    { kind: 'refund_account' },
  ),
)

/** The gateway holds a payment of this key: the ticket takes it up as it does after reading it. */
function read(ticket: Ticket, payment: typeof card): Ticket {
  const { data } = ticket
  if (data.payment?.paymentKey === payment.paymentKey) return ticket
  if (data.payment === null && data.subState === 'awaiting_payment') return ticket.paid(payment, deed)
  return ticket.surplusFound({ ...deed, ...payment })
}

function happen(ticket: Ticket, what: Happening, back: Map<string, number>): Ticket {
  try {
    switch (what.kind) {
      case 'deposit':
        return ticket.depositReceived(deposit(what.id, what.amountWon))
      case 'card':
        return ticket.data.issue === null ? read(ticket, card) : ticket
      case 'account':
        return ticket.data.issue === null ? read(ticket, byAccount) : ticket
      case 'cancel':
        return ticket.data.issue === null
          ? ticket.cancel({ ...deed, cause: 'requested', reason: '' })
          : ticket
      case 'issue':
        return ticket.data.issue === null
          ? ticket.raiseIssue({ ...deed, kind: 'complaint', reason: '', step: null })
          : ticket.resolveIssue({ ...deed, action: 'retry_step', note: '' })
      case 'refund_account':
        return ticket.refundAccountSet({
          ...deed,
          account: { bankCode: '88', accountNumber: '110123456789', holder: '김철수' },
        })
      case 'move':
        return move(ticket, back)
    }
  } catch (error) {
    if (error instanceof TicketRuleError) return ticket
    throw error
  }
}

/** The moves of money, made as if the outside did what was asked; `back` counts what it gave back. */
function move(ticket: Ticket, back: Map<string, number>): Ticket {
  switch (nextMove(ticket.data)) {
    case 'take_deposits':
      return ticket.depositsTaken(deed)
    case 'send_deposit_part':
      return ticket.partTold()
    case 'send_confirmation':
      return ticket.confirmationSent({ ...deed, endsAt: deed.at })
    case 'return_surplus': {
      const found = ticket.data.surplus.find(({ state }) => state === 'to_return')
      if (found === undefined) throw new Error('nothing to return')
      back.set(found.paymentKey, (back.get(found.paymentKey) ?? 0) + found.amountWon)
      return ticket.surplusSettled({ ...deed, paymentKey: found.paymentKey, state: 'returned' })
    }
    case 'refund': {
      const { payment } = ticket.data
      if (payment === null) throw new Error('nothing to refund')
      const key = payment.paymentKey ?? 'transfers'
      back.set(key, (back.get(key) ?? 0) + payment.amountWon)
      return ticket.refunded(deed)
    }
    case 'send_cancelled':
      return ticket.customerNotified()
    case 'finish':
      return ticket.finish(deed)
    default:
      return ticket
  }
}

describe('where money goes back to', () => {
  const asking = () =>
    Ticket.open(
      {
        orderNo,
        channel: 'phone',
        callId: null,
        customerPhone: '01012345678',
        policy: POLICY,
        asksForAccount: true,
      },
      deed,
    )
      .setFields({ ...deed, fields: ORDER, evidence: {}, channel: 'phone', callId: null })
      .confirmByCustomer({ ...deed, callId: null })
      .paymentLinkSent({ ...deed, expiresAt: deedAt(86_400).at })
  const asked = (ticket: Ticket) => ticket.data.notices.filter(({ kind }) => kind === 'refund_account')
  const off = { ...deed, cause: 'requested', reason: '고객 요청' } as const

  test('is asked once, of transfers and virtual accounts, and not of cards', () => {
    const over = asking().depositReceived(deposit('b1', 100_000)).depositsTaken(deed)
    expect(asked(over)).toMatchObject([{ amountWon: 20_000 }])
    expect(asked(over.cancel(off))).toHaveLength(1)
    const byBank = asking()
      .accountOpened({ ...deed, ...account })
      .paid(byAccount, deed)
      .cancel(off)
    expect(asked(byBank)).toMatchObject([{ amountWon: 80_000 }])
    expect(moneyToReturn(byBank.data)).toEqual([])
    expect(asked(asking().paid(card, deed).cancel(off))).toEqual([])
  })

  test('is not asked where it is known, nor by tickets of before', () => {
    const refundAccount = { bankCode: '88', accountNumber: '110123456789', holder: '김철수' } as const
    const known = asking().refundAccountSet({ ...deed, account: refundAccount })
    expect(asked(known.depositReceived(deposit('b1', 100_000)).depositsTaken(deed))).toEqual([])
    expect(asked(awaiting().depositReceived(deposit('b1', 30_000)).cancel(off))).toEqual([])
  })

  test('is asked once the vendor is settled: until then the money may not go back at all', () => {
    const ordered = asking()
      .depositReceived(deposit('b1', 80_000))
      .depositsTaken(deed)
      .purchaseOrderSent()
      .cancel(off)
    expect(asked(ordered)).toEqual([])
    expect(moneyToReturn(ordered.data)).toEqual([])
    const settled = ordered.purchaseOrderCancelled()
    expect(asked(settled)).toMatchObject([{ amountWon: 80_000 }])
    expect(moneyToReturn(settled.data)).toMatchObject([{ key: `refund:${orderNo}`, amountWon: 80_000 }])
    expect(moneyToReturn(settled.refunded(deed).data)).toEqual([])
  })
})

describe('money is conserved', () => {
  test('whatever comes in, in any order: each won is kept once, gives back once, or waits for a person', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const back = new Map<string, number>()
        let ticket = awaiting()
        for (const what of happenings) {
          const before = ticket.data
          ticket = happen(ticket, what, back)
          // What has to go back is never forgotten or made less while the ticket goes on.
          const due = new Map(moneyToReturn(ticket.data).map(({ key, amountWon }) => [key, amountWon]))
          for (const { key, amountWon, source } of moneyToReturn(before)) {
            const inReach = source !== 'bank_transfer' && !due.has(key)
            const isRefunded = isRefundOfOrder(key) && ticket.data.refunded
            if (!inReach && !isRefunded) expect(due.get(key)).toBe(amountWon)
          }
        }
        const { data } = ticket
        const inWon =
          depositedWon(data) +
          data.surplus.reduce((sum, { amountWon }) => sum + amountWon, 0) +
          (data.payment !== null && data.payment.method !== BANK_TRANSFER ? data.payment.amountWon : 0)
        const backWon = [...back.values()].reduce((sum, won) => sum + won, 0)
        const dueWon = moneyToReturn(data).reduce((sum, { amountWon }) => sum + amountWon, 0)
        const inReachWon = data.surplus
          .filter(({ paymentKey, state }) => state === 'to_return' && !dueKeys(ticket).has(paymentKey))
          .reduce((sum, { amountWon }) => sum + amountWon, 0)
        // The refund of a transfer waits for a person: it is due, and kept no more.
        const waits = moneyToReturn(data).some(({ key }) => isRefundOfOrder(key))
        const keptWon = data.payment === null || data.refunded || waits ? 0 : data.payment.amountWon
        const waitingWon = data.payment === null && data.closing === null ? depositedWon(data) : 0
        expect(inWon).toBe(keptWon + backWon + dueWon + inReachWon + waitingWon)
        expect(keptWon).toBeLessThanOrEqual(data.amountWon)
        for (const won of back.values()) expect(won).toBe(80_000)
        expect(ticket.events.filter(({ kind }) => kind === 'paid').length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })
})

const dueKeys = (ticket: Ticket) =>
  new Set(moneyToReturn(ticket.data).map(({ key }) => key.replace(/^payment:/, '')))

test('customers are reminded when a quarter of their time is left, unless the policy says otherwise', () => {
  expect(reminderSeconds(POLICY, 86_400)).toBe(21_600)
  expect(reminderSeconds({ ...POLICY, paymentReminderSeconds: 3600 }, 86_400)).toBe(3600)
})
