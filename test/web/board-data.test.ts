import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BULK_LIMIT as API_BULK_LIMIT } from '../../api/schemas/board.ts'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS } from '../../domain/order.ts'
import { SUB_STATES } from '../../domain/ticket-states.ts'
import { append } from '../../web/api/board.ts'
import {
  type BoardView,
  compareTickets,
  fitsFilter,
  type LoadedBoard,
  loaded,
  sortOf,
} from '../../web/api/board-view.ts'
import { expectedTicket } from '../../web/api/expected-ticket.ts'
import { applyCallToList, applyLine, applyTicketToBoard } from '../../web/api/live-cache.ts'
import { readProblem } from '../../web/api/problem.ts'
import type { TicketSummary } from '../../web/api/types.ts'
import { answerFigures } from '../../web/components/call/call-figures.ts'
import { ORDER_FIELDS as FORM_FIELDS, TEXT_LIMITS } from '../../web/components/order-form/rules.ts'
import { SUB_STATES as SHOWN_SUB_STATES } from '../../web/components/sub-states.ts'
import { formatWhen, fromLocalInput, toLocalInput } from '../../web/format/time.ts'
import { readBoardSearch, toggled, toSaved, viewOf } from '../../web/pages/board/board-search.ts'
import { moveFrom, placeOf } from '../../web/pages/board/card-moves.ts'
import { dropOn } from '../../web/pages/board/drop-rules.ts'
import { BULK_LIMIT } from '../../web/pages/board/limits.ts'
import { extend, NOTHING, toggle, toggleAll } from '../../web/pages/board/selection.ts'
import { shownColumns } from '../../web/pages/board/shown-columns.ts'
import { timeRange } from '../../web/pages/board/time-ranges.ts'
import { summaryOf } from './fake-api/tickets.ts'
import { FakeWorld, ORDERS } from './fake-api/world.ts'

const world = new FakeWorld()
const STATES = ['todo', 'in_progress', 'issue', 'done'] as const
const URGENT: BoardView = { filter: {}, sort: 'deliver_by' }
const ticketOf = (orderNo: string) => {
  const ticket = world.tickets.get(orderNo)
  if (ticket === undefined) throw new Error(orderNo)
  return summaryOf(ticket)
}

/** What the API would give: the first of each column, and by wanted time those on the phone before them. */
function firstPage(tickets: readonly TicketSummary[], view: BoardView, limit: number): LoadedBoard {
  return loaded({
    columns: STATES.map((state) => {
      const found = columnOf(tickets, view, state)
      const isAhead = (ticket: TicketSummary) =>
        sortOf(state, view.sort) === 'deliver_by' && ticket.live_call_id !== null
      const page = found
        .toSorted((a, b) => Number(isAhead(a)) - Number(isAhead(b)))
        .slice(0, limit)
        .filter((ticket) => !isAhead(ticket))
      return {
        state,
        total: found.length,
        at_least: false,
        tickets: [...found.filter(isAhead), ...page],
        next_cursor: found.length > limit ? 'next' : null,
      }
    }),
  })
}

const columnOf = (tickets: readonly TicketSummary[], view: BoardView, state: TicketSummary['state']) =>
  tickets
    .filter((ticket) => ticket.state === state && fitsFilter(ticket, view.filter))
    .sort((a, b) => compareTickets(sortOf(state, view.sort), a, b))

const all = [...world.tickets.values()].map(summaryOf)
const board = firstPage(all, URGENT, 50)

describe('a live event', () => {
  const change = fc.record({
    orderNo: fc.constantFrom(...world.tickets.keys(), 'new-ticket', 'newer-ticket'),
    state: fc.constantFrom(...STATES),
    version: fc.integer({ min: 11, max: 30 }),
    hours: fc.option(fc.integer({ min: -9, max: 9 })),
    recipient: fc.constantFrom('故 박순자', '故 이말순'),
  })
  const views: readonly BoardView[] = [
    URGENT,
    { filter: {}, sort: 'updated_at' },
    { filter: { q: '박순자' }, sort: 'deliver_by' },
    { filter: { sub_state: 'awaiting_payment' }, sort: 'updated_at' },
  ]

  it('leaves the board as the API would give it then, as far as it is loaded, whatever the order of changes', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        fc.constantFrom(...views),
        fc.integer({ min: 2, max: 12 }),
        (told, view, limit) => {
          // A board that does not know all tickets can't know what is old: the API tells them in order.
          const isWhole = limit >= all.length && Object.keys(view.filter).length === 0
          const changes = isWhole ? told : told.toSorted((a, b) => a.version - b.version)
          const tickets = new Map(all.map((ticket) => [ticket.order_no, ticket]))
          let now = firstPage(all, view, limit)
          const reaches = now.columns.map((column) => column.reach)
          for (const [index, { orderNo, state, version, hours, recipient }] of changes.entries()) {
            const at = (offset: number) => new Date(Date.now() + offset).toISOString()
            const ticket: TicketSummary = {
              ...ticketOf(ORDERS.unpaid),
              order_no: orderNo,
              state,
              version,
              recipient,
              deliver_by: hours === null ? null : at(hours * 3_600_000),
              updated_at: at(index * 1000),
            }
            now = applyTicketToBoard(now, ticket, view)
            if ((tickets.get(orderNo)?.version ?? 0) <= version) tickets.set(orderNo, ticket)
          }
          for (const [index, column] of now.columns.entries()) {
            const sort = sortOf(column.state, view.sort)
            const expected = columnOf([...tickets.values()], view, column.state)
            const reach = reaches[index] ?? null
            const isLoaded = (ticket: TicketSummary) =>
              reach === null || compareTickets(sort, { ...ticket, live_call_id: null }, reach) <= 0
            const shown = expected.filter(
              (ticket) => (sort === 'deliver_by' && ticket.live_call_id !== null) || isLoaded(ticket),
            )
            expect(column.tickets.map((ticket) => ticket.order_no)).toEqual(
              shown.map((ticket) => ticket.order_no),
            )
            if (now.columns.every((each) => each.next_cursor === null))
              expect(column.total).toBe(column.tickets.length)
          }
        },
      ),
    )
  })

  it('of a ticket that comes with the next page as well shows it once', () => {
    const first = firstPage(all, URGENT, 2)
    const late = { ...ticketOf('261121-6PLS'), version: 50 }
    const withPage = append(applyTicketToBoard(first, late, URGENT), URGENT, 'todo', {
      tickets: [late],
      next_cursor: null,
    })
    const [todo] = withPage.columns
    expect(todo?.tickets.map((ticket) => ticket.order_no)).toEqual([
      ORDERS.live,
      ORDERS.unpaid,
      '261121-6PLS',
    ])
    expect(todo?.reach).toBeNull()
  })

  it('adds a line once and lets a correction replace it', () => {
    const call = world.calls.get('call-00000000a002')
    const line = call?.transcript[1]
    if (call === undefined || line === undefined) throw new Error('fixture')
    const corrected = applyLine(call, { ...line, text: 'corrected' })
    expect(corrected.transcript).toHaveLength(call.transcript.length)
    expect(corrected.transcript[1]?.text).toBe('corrected')
    const added = applyLine(call, { ...line, utterance_id: 'later', timestamp: 0.1 })
    expect(added.transcript[0]?.utterance_id).toBe('later')
  })

  it('puts a new call first', () => {
    const page = world.callList()
    const [first] = page.calls
    if (first === undefined) throw new Error('fixture')
    const { calls } = applyCallToList(page, { ...first, call_id: 'call-new' })
    expect(calls[0]?.call_id).toBe('call-new')
    expect(calls).toHaveLength(page.calls.length + 1)
  })
})

describe('a column', () => {
  it('has the caller on the phone first, then the earliest wanted time', () => {
    const order = columnOf(all, URGENT, 'todo').map((ticket) => ticket.order_no)
    expect(order).toEqual([ORDERS.live, ORDERS.unpaid, '261121-6PLS'])
  })

  it('shows actions on their way as if they were done, and counts them so', () => {
    const ticket = ticketOf(ORDERS.unpaid)
    const action = { action: 'cancel', reason: '고객 요청' } as const
    const pending = [{ id: '1', tickets: [ticket], action, phase: 'waiting', sendAt: 0 }] as const
    const [todo, , , done] = shownColumns(board, undefined, pending, URGENT, Date.now())
    expect(todo).toMatchObject({ total: 2 })
    expect(done).toMatchObject({ total: 3 })
    expect(done?.tickets[0]).toMatchObject({ order_no: ORDERS.unpaid, outcome: 'cancelled' })
    expect(todo?.tickets.some((each) => each.order_no === ORDERS.unpaid)).toBe(false)
  })
})

describe('the address', () => {
  it('gives only what it knows', () => {
    const given = {
      q: 1234,
      sort: 'oldest',
      only: 'calls',
      column: 'todo',
      step: 'paid,gone',
      kind: '',
      pay: 7,
    }
    expect(readBoardSearch(given)).toEqual({ q: '1234', only: 'calls', step: 'paid' })
  })

  it('holds several steps, one payment, and takes out what is chosen again', () => {
    const both = toggled(toggled({}, 'step', 'po_placed'), 'step', 'paid')
    expect(both).toEqual({ step: 'paid,po_placed' })
    expect(toggled(both, 'step', 'po_placed')).toEqual({ step: 'paid' })
    expect(toggled({ pay: 'paid' }, 'pay', 'unpaid')).toEqual({ pay: 'unpaid' })
    expect(toggled({ pay: 'paid' }, 'pay', 'paid')).toEqual({})
  })

  it('comes back from a saved filter as it was, but for the column of a phone', () => {
    const search = {
      q: '아산',
      only: 'attention',
      channel: 'sms,kakao',
      sort: 'newest',
      column: 'issue',
    } as const
    const { column: _column, ...kept } = search
    expect(readBoardSearch(toSaved(search))).toEqual(kept)
  })

  it('asks the API for what it says', () => {
    const now = Date.parse('2026-11-21T10:00:00+09:00')
    expect(viewOf({ deliver: 'tonight', pay: 'unpaid', only: 'calls' }, now)).toEqual({
      sort: 'deliver_by',
      filter: {
        payment: 'unpaid',
        on_call: 'true',
        deliver_from: '2026-11-21T09:00:00.000Z',
        deliver_to: '2026-11-21T21:00:00.000Z',
      },
    })
    expect(viewOf({ deliver: 'overdue', sort: 'newest' }, now)).toEqual({
      sort: 'updated_at',
      filter: { open: 'true', deliver_to: '2026-11-21T01:00:00.000Z' },
    })
  })
})

describe('times by name', () => {
  const at = (korean: string) => Date.parse(`2026-11-21T${korean}:00+09:00`)
  it.each([
    ['today', '00:00', '2026-11-21T00:00:00+09:00', '2026-11-22T00:00:00+09:00'],
    ['today', '23:59', '2026-11-21T00:00:00+09:00', '2026-11-22T00:00:00+09:00'],
    ['tomorrow', '08:00', '2026-11-22T00:00:00+09:00', '2026-11-23T00:00:00+09:00'],
    ['yesterday', '08:00', '2026-11-20T00:00:00+09:00', '2026-11-21T00:00:00+09:00'],
    ['tonight', '06:00', '2026-11-21T18:00:00+09:00', '2026-11-22T06:00:00+09:00'],
    ['tonight', '05:59', '2026-11-20T18:00:00+09:00', '2026-11-21T06:00:00+09:00'],
  ] as const)('%s at %s', (name, now, from, to) => {
    const range = timeRange(name, at(now))
    expect([Date.parse(range.from ?? ''), Date.parse(range.to ?? '')]).toEqual([
      Date.parse(from),
      Date.parse(to),
    ])
  })
})

describe('the keys', () => {
  const columns = [['a', 'b', 'c'], [], ['d'], ['e', 'f']]
  const walk = (from: string, ...keys: string[]) => {
    let place = placeOf(columns, from)
    for (const key of keys) place = moveFrom(columns, place, key) ?? place
    return place === null ? null : columns[place.column]?.[place.index]
  }
  it.each([
    ['a', ['j', 'ArrowDown', 'j'], 'c'],
    ['c', ['k', 'Home'], 'a'],
    ['a', ['End'], 'c'],
    ['c', ['l'], 'd'],
    ['c', ['l', 'ArrowRight', 'l'], 'e'],
    ['f', ['h', 'h'], 'a'],
    ['b', ['J', 'K', 'q', ' '], 'b'],
    ['nowhere', ['j'], 'a'],
  ])('from %s by %j to %s', (from, keys, to) => {
    expect(walk(from, ...keys)).toBe(to)
  })
  it('find nothing on an empty board', () => {
    expect(moveFrom([[], []], null, 'j')).toBeNull()
  })
})

describe('a selection', () => {
  const column = Array.from({ length: 150 }, (_, i) => `${i}`)
  const chosen = ({ chosen: set }: typeof NOTHING) => [...set]
  it('grows card by card and by ranges in either direction', () => {
    const one = toggle(NOTHING, '4')
    expect(chosen(extend(one, '6', column))).toEqual(['4', '5', '6'])
    expect(chosen(extend(one, '2', column))).toEqual(['4', '3', '2'])
    expect(chosen(toggle(extend(one, '6', column), '5'))).toEqual(['4', '6'])
    expect(chosen(extend(toggle(NOTHING, 'elsewhere'), '6', column))).toEqual(['elsewhere', '6'])
  })
  it('holds no more than one request may', () => {
    expect(toggleAll(NOTHING, column).chosen.size).toBe(BULK_LIMIT)
    expect(toggle(toggleAll(NOTHING, column), '149').chosen.size).toBe(BULK_LIMIT)
    expect(chosen(toggleAll(toggleAll(NOTHING, column), column))).toEqual([])
    expect(BULK_LIMIT).toBe(API_BULK_LIMIT)
  })
})

describe('a drop', () => {
  it.each([
    [ORDERS.unpaid, 'todo', { kind: 'stay' }],
    [ORDERS.unpaid, 'done', { kind: 'action', action: 'cancel' }],
    [ORDERS.unpaid, 'issue', { kind: 'action', action: 'raise_issue' }],
    [ORDERS.unpaid, 'in_progress', { kind: 'refused', why: 'pays_first' }],
    [ORDERS.ordered, 'todo', { kind: 'refused', why: 'already_paid' }],
    [ORDERS.ordered, 'done', { kind: 'refused', why: 'delivers_first' }],
    [ORDERS.ordered, 'issue', { kind: 'action', action: 'raise_issue' }],
    [ORDERS.issue, 'in_progress', { kind: 'action', action: 'retry_step' }],
    [ORDERS.issue, 'todo', { kind: 'refused', why: 'back_to_progress' }],
    [ORDERS.issue, 'done', { kind: 'refused', why: 'issue_first' }],
    [ORDERS.done, 'issue', { kind: 'refused', why: 'done_is_final' }],
  ] as const)('of %s on %s', (orderNo, target, drop) => {
    expect(dropOn(ticketOf(orderNo), target)).toEqual(drop)
  })
  it('asks for nothing that the ticket does not allow now, and expects what it asks for', () => {
    const ticket = fc.record({
      orderNo: fc.constantFrom(...world.tickets.keys()),
      quick_actions: fc.subarray(['cancel', 'raise_issue', 'retry_step'] as const),
    })
    fc.assert(
      fc.property(ticket, fc.constantFrom(...STATES), ({ orderNo, quick_actions }, target) => {
        const dropped = { ...ticketOf(orderNo), quick_actions: [...quick_actions] }
        const drop = dropOn(dropped, target)
        if (drop.kind !== 'action') return
        expect(quick_actions).toContain(drop.action)
        const request =
          drop.action === 'raise_issue'
            ? ({ action: 'raise_issue', kind: 'complaint', reason: 'x' } as const)
            : drop.action === 'cancel'
              ? ({ action: 'cancel', reason: 'x' } as const)
              : ({ action: 'retry_step' } as const)
        expect(expectedTicket(dropped, request).state).toBe(target)
      }),
    )
  })
})

describe('what the app repeats from the domain', () => {
  it('is the same there', () => {
    expect(SHOWN_SUB_STATES).toEqual(SUB_STATES)
    expect(FORM_FIELDS).toEqual(ORDER_FIELDS)
    for (const [field, limit] of Object.entries(TEXT_LIMITS))
      expect([field, ORDER_FIELD_LIMITS[field as keyof typeof TEXT_LIMITS]]).toEqual([field, limit])
  })
})

describe('times', () => {
  it('are Korean, whatever the zone of the computer', () => {
    const now = Date.parse('2026-11-20T16:00:00Z') // 01:00 of the 21st in Korea
    expect(formatWhen('2026-11-21T14:00:00+09:00', 'ko', now)).toBe('오늘 14:00')
    expect(formatWhen('2026-11-20T14:59:00Z', 'en', now)).toBe('Yesterday 23:59')
    expect(formatWhen('2026-12-01T09:30:00+09:00', 'ko', now)).toBe('12월 1일 (화) 09:30')
  })

  it('survive the form', () => {
    expect(fromLocalInput(toLocalInput('2026-11-21T05:00:00Z'))).toBe('2026-11-21T14:00:00+09:00')
  })
})

describe('a refusal', () => {
  it('is read with its fields', () => {
    const problem = readProblem(422, '', {
      title: 'Some fields are not valid',
      code: 'invalid_request',
      detail: '1 field(s) are not valid.',
      errors: [{ path: 'body.fields.phone', message: 'not a number' }],
    })
    expect(problem.fields).toEqual({ phone: 'not a number' })
    expect(problem.code).toBe('invalid_request')
  })

  it('is understood without problem+json', () => {
    expect(readProblem(502, 'Bad Gateway', null).title).toBe('Bad Gateway')
  })
})

describe('answer times', () => {
  it('have a median and a worst', () => {
    const call = world.calls.get('call-00000000a002')
    expect(answerFigures(call?.transcript ?? [])).toMatchObject({ answers: 6, medianMs: 580, worstMs: 1780 })
    expect(answerFigures([])).toBeNull()
  })
})
