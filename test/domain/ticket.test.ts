import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allowedActions,
  NEXT_SUB_STATE,
  nextMove,
  STATE_OF,
  SUB_STATES,
  TicketRuleError,
  ticketState,
} from '../../domain/ticket.ts'
import { advance, deedAt, historyOf, opened, pairs, scripts, told } from './ticket-scripts.ts'

describe('whatever happens to a ticket', () => {
  test('sub-states follow one another along the table; an Issue gives back the one it left', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const events = historyOf(script).at(-1)?.events ?? []
        for (const [i, event] of events.entries()) {
          if (event.kind !== 'state_changed') continue
          const isReorder = events[i - 2]?.kind === 'reordered'
          const { from_state, from_sub_state, state, sub_state } = event.data
          if (state === 'done' || (state === 'issue') !== (from_state === 'issue')) {
            expect(sub_state === from_sub_state || (isReorder && sub_state === 'message_confirmed')).toBe(
              true,
            )
          } else if (isReorder) {
            expect(sub_state).toBe('message_confirmed')
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
        for (let i = 0; i < 80 && ticket.data.outcome === null; i++) ticket = advance(ticket, 100 + i)
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
          if (actions.includes(action)) expect(resolve().data.issue?.id).not.toBe(ticket.data.issue?.id)
          else expect(resolve).toThrow(TicketRuleError)
        }
        const amends = {
          partial_refund: () => ticket.refundPart({ ...deed, amountWon: 20_000 }),
          reorder: () => ticket.reorder({ ...deed, fields: {} }),
          tell_delay: () => ticket.tellDelay({ ...deed, expectedBy: deed.at }),
        }
        for (const [action, make] of Object.entries(amends)) {
          if (actions.includes(action as keyof typeof amends)) make()
          else expect(make).toThrow(TicketRuleError)
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
