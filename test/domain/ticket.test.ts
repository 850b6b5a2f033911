import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OrderFields } from '../../domain/order.ts'
import {
  allowedActions,
  type Deed,
  type IssueAction,
  NEXT_SUB_STATE,
  nextMove,
  STATE_OF,
  SUB_STATES,
  Ticket,
  TicketRuleError,
  ticketState,
} from '../../domain/ticket.ts'
import { surplusInReach } from '../../domain/ticket-money.ts'
import { ORDER, POLICY } from './order-fixture.ts'

const orderNo = makeOrderNo('261121', [0, 0.3, 0.6, 0.9])
const deedAt = (second: number, actor = 'system'): Deed => ({
  actor,
  at: koreanIso(Date.parse('2026-11-21T00:00:00Z') + second * 1000),
})
const opened = () =>
  Ticket.open(
    { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY },
    deedAt(0),
  )

const told = (fields: Partial<OrderFields>, second = 1) => ({
  ...deedAt(second, 'customer'),
  fields,
  evidence: {},
  channel: 'phone' as const,
  callId: null,
})
const payment = (second: number) => ({
  paymentKey: 'pk',
  amountWon: 80_000,
  method: '카드',
  paidAt: deedAt(second).at,
})

/** Makes the next move as if it had gone well. */
function advance(ticket: Ticket, second: number): Ticket {
  const deed = deedAt(second)
  switch (nextMove(ticket.data)) {
    case 'await_order':
      return ticket.setFields(told(ORDER, second)).confirmByCustomer({ ...deed, callId: null })
    case 'send_payment_link':
      return ticket.paymentLinkSent({ ...deed, expiresAt: deed.at })
    case 'await_payment':
      return ticket.requestConfirmation('pk')
    case 'confirm_payment':
      return ticket.paid(payment(second), deed)
    case 'read_payment':
      return ticket.paymentRead()
    case 'reread_fallen_payment':
      return ticket.paymentRead()
    case 'take_deposits':
      return ticket.depositsTaken(deed)
    case 'send_account':
      return ticket.accountTold()
    case 'send_deposit_part':
      return ticket.partTold()
    case 'send_reminder':
      return ticket.reminded()
    case 'close_virtual_account':
      return ticket.accountClosed()
    case 'return_surplus':
      return ticket.surplusSettled({
        ...deed,
        paymentKey: surplusInReach(ticket.data)?.paymentKey ?? '',
        state: 'returned',
      })
    case 'send_confirmation':
      return ticket.confirmationSent({ ...deed, endsAt: deed.at })
    case 'await_edit_window':
      return ticket.editWindowClosed(deed)
    case 'check_payment':
      return ticket.paymentChecked()
    case 'place_purchase_order': {
      const reference = ticket.nextReference
      return ticket.purchaseOrderPlaced({
        ...deed,
        reference,
        erpOrderId: 'E1',
        found: false,
        order: ticket.data.order,
      })
    }
    case 'share_edit':
      return ticket.editShared({ ...deed, fields: ticket.data.order })
    case 'follow_delivery':
      return ticket.delivered({ ...deed, deliveredAt: deed.at, photoUrl: 'http://vendor/photo.jpg' })
    case 'fetch_photo':
      return ticket.photoFetched('photo.jpg')
    case 'send_delivered':
    case 'send_cancelled':
      return ticket.customerNotified()
    case 'cancel_purchase_order':
      return ticket.purchaseOrderCancelled()
    case 'refund':
      return ticket.refunded(deed)
    case 'await_person':
      return ticket.resolveIssue({ ...deed, actor: 'owner@example.com', action: 'retry_step', note: '' })
    case 'finish':
      return ticket.finish(deed)
    case 'finished':
      return ticket
  }
}

type Disturbance =
  | { readonly kind: 'advance' }
  | { readonly kind: 'edit'; readonly room: string }
  | { readonly kind: 'issue'; readonly byStep: boolean }
  | { readonly kind: 'resolve'; readonly action: IssueAction; readonly note: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'paid' }
  | { readonly kind: 'webhook' }
  | { readonly kind: 'departed' }
  | { readonly kind: 'refuse_edit' }
  | { readonly kind: 'confirm' }

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Disturbance>({ kind: 'advance' }) },
  fc.record({ kind: fc.constant('edit' as const), room: fc.constantFrom('1', '2', '3') }),
  fc.record({ kind: fc.constant('issue' as const), byStep: fc.boolean() }),
  fc.record({
    kind: fc.constant('resolve' as const),
    action: fc.constantFrom<IssueAction>('retry_step', 'complete_by_hand', 'refund_and_close'),
    note: fc.constantFrom('', 'ERP-1', '전화로 확인했습니다'),
  }),
  fc.constantFrom<Disturbance>(
    { kind: 'cancel' },
    { kind: 'paid' },
    { kind: 'webhook' },
    { kind: 'departed' },
    { kind: 'refuse_edit' },
    { kind: 'confirm' },
  ),
)

/** Does what is asked; a refusal by the rules leaves the ticket as it was. */
function disturb(ticket: Ticket, what: Disturbance, second: number): Ticket {
  const deed = deedAt(second, 'owner@example.com')
  try {
    switch (what.kind) {
      case 'advance':
        return advance(ticket, second)
      case 'edit':
        return ticket.setFields(told({ room: what.room }, second))
      case 'issue': {
        const move = nextMove(ticket.data)
        const isStep = what.byStep && !move.startsWith('await') && !move.startsWith('finish')
        const step = isStep ? (move as 'refund') : null
        return ticket.raiseIssue({ ...deed, kind: 'admin_required', reason: 'test', step })
      }
      case 'resolve':
        return ticket.resolveIssue({ ...deed, action: what.action, note: what.note })
      case 'cancel':
        return ticket.data.issue === null
          ? ticket.cancel({ ...deed, cause: 'requested', reason: 'test' })
          : ticket
      case 'paid':
        return ticket.data.issue === null && SUB_STATES.indexOf(ticket.data.subState) >= 1
          ? ticket.paid(payment(second), deed)
          : ticket
      case 'webhook':
        return ticket.requestPaymentReading('pk')
      case 'departed':
        return ticket.data.issue === null && ticket.data.purchaseOrder !== null
          ? ticket.vendorReported({ ...deed, status: '배송중', departed: true })
          : ticket
      case 'refuse_edit':
        return nextMove(ticket.data) === 'share_edit'
          ? ticket.editRefused({ ...deed, code: 'MADE', reason: 'made' })
          : ticket
      case 'confirm':
        return ticket.confirmByCustomer({ ...deed, callId: null })
    }
  } catch (error) {
    if (error instanceof TicketRuleError) return ticket
    throw error
  }
}

const historyOf = (script: readonly Disturbance[]): Ticket[] => {
  const history = [opened()]
  for (const [i, what] of script.entries()) {
    const last = history.at(-1)
    if (last !== undefined) history.push(disturb(last, what, i + 1))
  }
  return history
}
const scripts = fc.array(disturbance, { maxLength: 60 })
const pairs = (history: readonly Ticket[]) =>
  history.slice(1).map((after, i) => ({ before: history[i] ?? after, after }))

describe('whatever happens to a ticket', () => {
  test('sub-states follow one another along the table; an Issue gives back the one it left', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        for (const event of historyOf(script).at(-1)?.events ?? []) {
          if (event.kind !== 'state_changed') continue
          const { from_state, from_sub_state, state, sub_state } = event.data
          if (state === 'done' || state === 'issue' || from_state === 'issue') {
            expect(sub_state).toBe(from_sub_state)
          } else {
            expect(sub_state).toBe(NEXT_SUB_STATE[from_sub_state])
          }
          if (state !== 'done' && state !== 'issue') expect(state).toBe(STATE_OF[sub_state])
          expect(from_state).not.toBe('done')
        }
      }),
    )
  })

  test('versions grow by one with each change and events are numbered without gaps', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const history = historyOf(script)
        for (const { before, after } of pairs(history)) {
          if (after === before) continue
          expect(after.data.version).toBeGreaterThan(before.data.version)
        }
        const events = history.at(-1)?.events ?? []
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
        expect(history.at(-1)?.data.eventCount).toBe(events.length)
      }),
    )
  })

  test('done is final', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        for (const { before, after } of pairs(historyOf(script))) {
          if (before.data.outcome === null) continue
          expect(after.data).toEqual(before.data)
          expect(allowedActions(after.data)).toEqual([])
        }
      }),
    )
  })

  test('the purchase order comes after the money, delivery only from the vendor or a person', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { data } = historyOf(script).at(-1) ?? opened()
        if (data.purchaseOrder !== null) expect(data.payment).not.toBeNull()
        if (data.outcome === 'delivered') {
          expect(data.deliveredAt).not.toBeNull()
          expect(data.deliveredNoticeSent).toBe(true)
        }
        if (data.outcome === 'refunded') expect(data.refunded).toBe(true)
        if (data.outcome === 'cancelled') expect(data.payment).toBeNull()
      }),
    )
  })

  test('it always reaches Done once nothing disturbs it any more', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        let ticket = historyOf(script).at(-1) ?? opened()
        for (let i = 0; i < 40 && ticket.data.outcome === null; i++) ticket = advance(ticket, 100 + i)
        expect(ticketState(ticket.data)).toBe('done')
      }),
    )
  })

  test('what it says may be done is accepted, what it does not say is refused', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ticket = historyOf(script).at(-1) ?? opened()
        const deed = deedAt(999, 'owner@example.com')
        const actions = allowedActions(ticket.data)
        const edit = () => ticket.setFields(told({ room: 'other' }, 999))
        if (actions.includes('edit_order')) expect(edit().data.order.room).toBe('other')
        else expect(edit).toThrow(TicketRuleError)
        for (const action of ['retry_step', 'complete_by_hand', 'refund_and_close'] as const) {
          const resolve = () => ticket.resolveIssue({ ...deed, action, note: 'ERP-9' })
          if (actions.includes(action)) expect(resolve().data.issue).toBeNull()
          else expect(resolve).toThrow(TicketRuleError)
        }
        if (actions.includes('cancel')) {
          expect(ticket.cancel({ ...deed, cause: 'requested', reason: 'x' }).data.closing).not.toBeNull()
        }
        if (actions.includes('confirm_order')) {
          expect(ticket.confirmByCustomer({ ...deed, callId: null }).data.subState).toBe('awaiting_payment')
        }
      }),
    )
  })

  test('it survives being written as JSON', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { data } = historyOf(script).at(-1) ?? opened()
        expect(JSON.parse(JSON.stringify(data))).toEqual(data)
      }),
    )
  })
})

describe('a ticket', () => {
  test('lists what is missing and takes confirmation only when nothing is', () => {
    const ticket = opened().setFields(told({ orderer: '김철수' }))
    expect(ticket.missing).toEqual(['recipient', 'destination', 'room', 'message', 'deliver_by', 'phone'])
    expect(() => ticket.confirmByCustomer({ ...deedAt(2), callId: null })).toThrow(TicketRuleError)
    expect(allowedActions(ticket.data)).toEqual(['edit_order', 'cancel', 'raise_issue'])
  })

  test('notes no change when a value is told again', () => {
    const ticket = opened().setFields(told({ room: '3호실' }))
    expect(ticket.setFields(told({ room: '3호실' }))).toBe(ticket)
  })

  test('writes phone numbers into the timeline masked', () => {
    const ticket = opened().setFields(told({ phone: '01098765432' }))
    expect(JSON.stringify(ticket.events)).not.toContain('98765432')
    expect(JSON.stringify(ticket.events)).toContain('010-****-5432')
  })

  test('shares an edit made while the purchase order was being placed', () => {
    let ticket = opened()
    while (nextMove(ticket.data) !== 'place_purchase_order') ticket = advance(ticket, 5)
    const sent = ticket.data.order
    const placed = ticket.setFields(told({ room: '9호실' })).purchaseOrderPlaced({
      ...deedAt(6),
      reference: ticket.nextReference,
      erpOrderId: 'E1',
      found: false,
      order: sent,
    })
    expect(placed.data.unshared).toEqual({ room: sent.room })
    expect(nextMove(placed.data)).toBe('share_edit')
    expect(placed.setFields(told({ room: sent.room ?? '' })).data.unshared).toEqual({})
  })

  test('passes every sub-state in order', () => {
    let ticket = opened()
    while (ticket.data.outcome === null) ticket = advance(ticket, 1)
    const passed = ticket.events.flatMap((event) =>
      event.kind === 'state_changed' && event.data.state !== 'done' ? [event.data.sub_state] : [],
    )
    expect(['order_received', ...passed]).toEqual(SUB_STATES)
    expect(ticket.data.outcome).toBe('delivered')
  })
})
