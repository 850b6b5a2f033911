import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORDER_FIELD_LIMITS, ORDER_FIELDS } from '../../domain/order.ts'
import { SUB_STATES } from '../../domain/ticket-states.ts'
import { applyCallToList, applyLine, applyTicketToBoard } from '../../web/api/live-cache.ts'
import { readProblem } from '../../web/api/problem.ts'
import { ORDER_FIELDS as FORM_FIELDS, TEXT_LIMITS } from '../../web/components/order-form/rules.ts'
import { SUB_STATES as SHOWN_SUB_STATES } from '../../web/components/sub-states.ts'
import { formatWhen, fromLocalInput, toLocalInput } from '../../web/format/time.ts'
import { readBoardSearch } from '../../web/pages/board/board-search.ts'
import { arrangeColumn } from '../../web/pages/board/column-order.ts'
import { answerFigures } from '../../web/pages/calls/call-figures.ts'
import { summaryOf } from './fake-api/tickets.ts'
import { FakeWorld, ORDERS } from './fake-api/world.ts'

const world = new FakeWorld()
const board = world.board()
const STATES = ['todo', 'in_progress', 'issue', 'done'] as const
const ticketOf = (orderNo: string) => {
  const ticket = world.tickets.get(orderNo)
  if (ticket === undefined) throw new Error(orderNo)
  return summaryOf(ticket)
}

describe('a live event', () => {
  it('leaves every ticket in exactly one column with matching totals, whatever the order of changes', () => {
    const change = fc.record({
      orderNo: fc.constantFrom(...world.tickets.keys(), 'new-ticket'),
      state: fc.constantFrom(...STATES),
      version: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const newest = new Map<string, { version: number; state: string }>()
        for (const ticket of board.columns.flatMap((column) => column.tickets))
          newest.set(ticket.order_no, ticket)
        let now = board
        for (const { orderNo, state, version } of changes) {
          const ticket = { ...ticketOf(ORDERS.unpaid), order_no: orderNo, state, version }
          now = applyTicketToBoard(now, ticket)
          if ((newest.get(orderNo)?.version ?? 0) <= version) newest.set(orderNo, ticket)
        }
        for (const column of now.columns) {
          expect(column.total).toBe(column.tickets.length)
          for (const ticket of column.tickets) {
            expect(ticket.state).toBe(column.state)
            expect(newest.get(ticket.order_no)?.version).toBe(ticket.version)
          }
        }
        const shown = now.columns.flatMap((column) => column.tickets.map((ticket) => ticket.order_no))
        expect(shown.sort()).toEqual([...newest.keys()].sort())
      }),
    )
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
  const column = (state: string) => {
    const found = board.columns.find((each) => each.state === state)
    if (found === undefined) throw new Error(state)
    return found
  }

  it('has the caller on the phone first, then the earliest wanted time', () => {
    const order = arrangeColumn(column('todo'), {}).map((ticket) => ticket.order_no)
    expect(order).toEqual([ORDERS.live, ORDERS.unpaid, '261121-6PLS'])
  })

  it('shows what matches all words of the search', () => {
    expect(arrangeColumn(column('todo'), { q: '삼성 박순자' })).toHaveLength(1)
    expect(arrangeColumn(column('todo'), { q: '삼성 김영호' })).toHaveLength(0)
  })

  it('takes from the address only what it knows', () => {
    expect(readBoardSearch({ q: 1234, sort: 'oldest', only: 'calls', column: 'todo' })).toEqual({
      q: '1234',
      only: 'calls',
    })
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
