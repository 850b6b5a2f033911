/** The board: columns, filters, search, counts, actions on many tickets, saved filters. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import { gramsOf } from '../../api/queries/ticket-search.ts'
import {
  type BulkRequest,
  boardSchema,
  boardTotalsSchema,
  bulkResultSchema,
  savedFilterListSchema,
} from '../../api/schemas/board.ts'
import { ticketListSchema } from '../../api/schemas/tickets.ts'
import { handleIssue } from '../../db/queries/issues.ts'
import type { OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { fitsFilter } from '../../web/api/board-view.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { project, type SeedInput, seedCall, seedTicket } from './seed.ts'
import { AGENT, createTestApi, type TestApi } from './test-api.ts'

const HOUR_MS = 3_600_000
const OTHER_TAIL = '0042'
const tickets = new ScriptedTickets()
let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
})
afterAll(() => api.close())
beforeEach(async () => {
  tickets.asked.length = 0
  tickets.refusals.clear()
  // Whatever hangs on an order goes with it.
  await sql`truncate orders cascade`.execute(api.database)
})

const get = async (path: string) => {
  const response = await api.ask('GET', path, { cookie: api.cookies.agent })
  expect([path, response.status]).toEqual([path, 200])
  return response.json()
}
const query = (filter: Record<string, string>) => new URLSearchParams(filter).toString()
const board = async (filter: Record<string, string> = {}) =>
  boardSchema.parse(await get(`/api/tickets/board?${query(filter)}`))
/** Order numbers of each column, which must agree with the counts, and those with the list. */
const shown = async (filter: Record<string, string> = {}) => {
  const { columns } = await board(filter)
  const totals = boardTotalsSchema.parse(await get(`/api/tickets/board/totals?${query(filter)}`))
  expect(totals.columns).toEqual(columns.map(({ state, total, at_least }) => ({ state, total, at_least })))
  for (const column of columns)
    expect([column.state, column.total]).toEqual([column.state, column.tickets.length])
  const list = ticketListSchema.parse(await get(`/api/tickets?${query({ ...filter, limit: '200' })}`))
  const all = columns.flatMap((column) => column.tickets.map((ticket) => ticket.order_no))
  // The app decides by the same rules where a ticket belongs that has changed.
  const every = await board({ limit: '200' })
  const fitting = every.columns
    .flatMap((column) => column.tickets)
    .filter((ticket) => fitsFilter(ticket, filter))
  // It sees no other number than the customer's, of which the last digits.
  if (filter.q !== OTHER_TAIL)
    expect([filter, fitting.map((ticket) => ticket.order_no).sort()]).toEqual([filter, [...all].sort()])
  expect(list.tickets.map((ticket) => ticket.order_no).sort()).toEqual([...all].sort())
  return all
}
const seeded = async (input: SeedInput) => (await seedTicket(api, input)).data.orderNo
const at = (hours: number) => koreanIso(Date.now() + hours * HOUR_MS)

describe('the board', () => {
  test('has the newest of each column, how many there are, and where to go on', async () => {
    await seeded({ stage: 'incomplete' })
    const second = await seeded({ stage: 'awaiting_payment' })
    const issue = await seeded({ stage: 'issue' })
    const paid = await seeded({ stage: 'paid' })
    const cancelled = await seeded({ stage: 'cancelled' })
    const { columns } = await board({ limit: '1' })
    expect(
      columns.map(({ state, total, at_least, tickets: few }) => [
        state,
        total,
        at_least,
        few.map((ticket) => ticket.order_no),
      ]),
    ).toEqual([
      ['todo', 2, false, [second]],
      ['in_progress', 1, false, [paid]],
      ['issue', 1, false, [issue]],
      ['done', 1, false, [cancelled]],
    ])
    const rest = await get(`/api/tickets?state=todo&cursor=${columns[0]?.next_cursor}`)
    expect(ticketListSchema.parse(rest).tickets.map((ticket) => ticket.missing)).toEqual([['room']])
  })

  test('by wanted time has calls first, then the soonest, then what has no time', async () => {
    const none = await seeded({ stage: 'incomplete', fields: { deliver_by: null } })
    const later = await seeded({ stage: 'awaiting_payment', fields: { deliver_by: at(9) } })
    const sooner = await seeded({ stage: 'awaiting_payment', fields: { deliver_by: at(3) } })
    const calling = await seeded({ stage: 'incomplete', fields: { deliver_by: null } })
    await seedCall(api, { orderNo: calling, state: 'live' })
    const first = await board({ sort: 'deliver_by', limit: '2' })
    const [todo] = first.columns
    expect(todo?.tickets.map((ticket) => ticket.order_no)).toEqual([calling, sooner, later])
    const rest = await get(`/api/tickets?state=todo&sort=deliver_by&cursor=${todo?.next_cursor}`)
    expect(ticketListSchema.parse(rest).tickets.map((ticket) => ticket.order_no)).toEqual([none, calling])
  })

  test('offers what anybody may do, and keeps the money for the owner', async () => {
    await seeded({ stage: 'issue' })
    const { columns } = await board()
    expect(columns[2]?.tickets[0]?.quick_actions).toEqual(['edit_order', 'retry_step', 'complete_by_hand'])
  })

  test('has every ticket once while others change between two pages', async () => {
    const orders: OrderNo[] = []
    for (let i = 0; i < 9; i++)
      orders.push(await seeded({ stage: 'paid', fields: { deliver_by: at(30 - i) } }))
    const byTime = orders.toReversed()
    const pages: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const path = `/api/tickets?state=in_progress&sort=deliver_by&limit=3${cursor && `&cursor=${cursor}`}`
      const { tickets: some, next_cursor } = ticketListSchema.parse(await get(path))
      pages.push(...some.map((ticket) => ticket.order_no))
      cursor = next_cursor ?? ''
      // What was shown changes, and a new one comes in before it.
      const [first] = pages
      await sql`update tickets set updated_at = now() from orders
        where orders.id = order_id and order_no = ${first}`.execute(api.database)
      await seeded({ stage: 'paid', fields: { deliver_by: at(1) } })
    }
    expect(pages).toEqual(byTime)
  })
})

describe('a filter', () => {
  test('takes states, payment, channel and kinds, each alone and together', async () => {
    const draft = await seeded({ stage: 'incomplete', channel: 'sms' })
    const waiting = await seeded({ stage: 'awaiting_payment' })
    const paid = await seeded({ stage: 'paid', channel: 'kakao' })
    const issue = await seeded({ stage: 'issue' })
    const cancelled = await seeded({ stage: 'cancelled' })
    expect(await shown({ sub_state: 'paid' })).toEqual([paid, issue])
    expect(await shown({ sub_state: 'order_received,paid' })).toEqual([draft, paid, issue])
    expect(await shown({ payment: 'unpaid' })).toEqual([draft])
    expect(await shown({ payment: 'awaiting' })).toEqual([waiting])
    expect(await shown({ payment: 'paid' })).toEqual([paid, issue])
    expect(await shown({ payment: 'refunded' })).toEqual([])
    expect(await shown({ channel: 'sms,kakao' })).toEqual([draft, paid])
    expect(await shown({ issue_kind: 'admin_required' })).toEqual([issue])
    expect(await shown({ issue_kind: 'complaint,delivery_delay' })).toEqual([])
    expect(await shown({ attention: 'true' })).toEqual([draft, issue])
    expect(await shown({ channel: 'phone', sub_state: 'awaiting_payment' })).toEqual([waiting, cancelled])
    expect(await shown({ channel: 'phone', attention: 'true' })).toEqual([issue])
  })

  test('takes times of delivery and order, the first moment in and the last one out', async () => {
    const soon = await seeded({ stage: 'paid', fields: { deliver_by: at(2) } })
    const tomorrow = await seeded({ stage: 'awaiting_payment', fields: { deliver_by: at(26) } })
    const unknown = await seeded({ stage: 'incomplete', fields: { deliver_by: null } })
    expect(await shown({ deliver_from: at(1), deliver_to: at(3) })).toEqual([soon])
    expect(await shown({ deliver_from: at(3) })).toEqual([unknown, tomorrow])
    expect(await shown({ deliver_to: at(26.5) })).toEqual([tomorrow, soon])
    const ordered = await seeded({ stage: 'paid', at: new Date(Date.now() - 50 * HOUR_MS) })
    expect(await shown({ ordered_to: at(-1) })).toEqual([ordered])
    expect(await shown({ ordered_from: at(-1), ordered_to: at(1), payment: 'paid' })).toEqual([soon])
  })

  test('takes orders about which somebody is on the phone', async () => {
    const calling = await seeded({ stage: 'incomplete' })
    const called = await seeded({ stage: 'incomplete' })
    await seedCall(api, { orderNo: calling, state: 'live' })
    await seedCall(api, { orderNo: called, state: 'ended' })
    expect(await shown({ on_call: 'true' })).toEqual([calling])
  })

  test('that is none is not valid', async () => {
    for (const filter of ['sub_state=gone', 'channel=', 'attention=yes', 'deliver_from=today']) {
      const response = await api.ask('GET', `/api/tickets/board?${filter}`, { cookie: api.cookies.agent })
      expect([filter, response.status]).toEqual([filter, 422])
    }
  })
})

describe('a search', () => {
  test('finds words in any place of the order, all of them, in any case', async () => {
    const kim = await seeded({ stage: 'paid', fields: { recipient: '故 김영호', orderer: 'ABC 상사' } })
    const park = await seeded({
      stage: 'cancelled',
      fields: { recipient: '박순자', destination: '수원시연화장' },
    })
    expect(await shown({ q: '김영호' })).toEqual([kim])
    expect(await shown({ q: '영호 abc' })).toEqual([kim])
    expect(await shown({ q: '연화장' })).toEqual([park])
    expect(await shown({ q: '김영호 연화장' })).toEqual([])
    // One letter is the first of a word.
    expect(await shown({ q: '박' })).toEqual([park])
    expect(await shown({ q: '자' })).toEqual([])
    // A Mac types Hangul in its parts.
    expect(await shown({ q: '김영호'.normalize('NFD') })).toEqual([kim])
    expect(await shown({ q: '   ' })).toHaveLength(2)
  })

  test('finds an order by its number, the start or the end of it', async () => {
    const [first, second] = [await seeded({ stage: 'paid' }), await seeded({ stage: 'paid' })]
    expect(await shown({ q: first })).toEqual([first])
    expect(await shown({ q: first.toLowerCase() })).toEqual([first])
    expect(await shown({ q: first.slice(-4) })).toEqual([first])
    expect(await shown({ q: '261121' })).toEqual([second, first])
    expect(await shown({ q: '261122' })).toEqual([])
  })

  test("finds a customer's orders by number, and an order by the last digits of either of its numbers", async () => {
    const order = await seeded({ stage: 'paid', fields: { phone: `0107777${OTHER_TAIL}` } })
    for (const q of ['010-1234-5678', '01012345678', '+82 10 1234 5678', '5678', OTHER_TAIL])
      expect([q, await shown({ q })]).toEqual([q, [order]])
    expect(await shown({ q: '7777' })).toEqual([])
    expect(await shown({ q: '5678', channel: 'sms' })).toEqual([])
  })

  test('follows an edit', async () => {
    const ticket = await seedTicket(api, { stage: 'awaiting_payment', fields: { recipient: '이순신' } })
    const edited = ticket.setFields({
      fields: { recipient: '강감찬' },
      evidence: {},
      channel: 'operator',
      callId: null,
      actor: 'owner@example.com',
      at: koreanIso(Date.now()),
    })
    await project(api, edited)
    expect(await shown({ q: '이순신' })).toEqual([])
    expect(await shown({ q: '강감찬' })).toEqual([ticket.data.orderNo])
  })

  test('reads words as the database does, and takes its wildcards for letters', async () => {
    const order = await seeded({ stage: 'paid', fields: { message: '100%_\\그리움' } })
    expect(await shown({ q: '100%_\\' })).toEqual([order])
    expect(await shown({ q: '1__%' })).toEqual([])
    const word = fc.string({ unit: 'binary', minLength: 2, maxLength: 8 }).map((text) =>
      text
        .replaceAll(/[\s\0\p{Cs}]/gu, 'ㅁ')
        .replaceAll(/[A-Z]/g, 'a')
        .normalize('NFC'),
    )
    await fc.assert(
      fc.asyncProperty(word, async (text) => {
        const { rows } = await sql<{ grams: number[] }>`select search_grams(${text}) as grams`.execute(
          api.database,
        )
        const byNumber = (a: number, b: number) => a - b
        expect(rows[0]?.grams.toSorted(byNumber)).toEqual(gramsOf(text).sort(byNumber))
      }),
      { numRuns: 200 },
    )
  })
})

describe('one action on many tickets', () => {
  const bulk = (json: BulkRequest, cookie = api.cookies.agent, headers = {}) =>
    api.ask('POST', '/api/tickets/bulk', { json, cookie, headers })

  test('tells of each whether it was done or why not', async () => {
    const good = await seeded({ stage: 'paid' })
    const refused = await seeded({ stage: 'awaiting_payment' })
    const problem = new ApiProblem('refused', 'The vendor has made it already.', { code: 'already_made' })
    tickets.refusals.set(refused, problem)
    const unknown = '261121-ZZZZ'
    const response = await bulk({
      order_nos: [refused, good, unknown, good],
      action: { action: 'cancel', reason: '고객 요청' },
    })
    const { results } = bulkResultSchema.parse(await response.json())
    expect(results.map(({ ticket, ...rest }) => [ticket?.order_no, rest])).toEqual([
      [
        refused,
        { order_no: refused, done: false, code: 'already_made', detail: 'The vendor has made it already.' },
      ],
      [good, { order_no: good, done: true, code: null, detail: null }],
      [undefined, { order_no: unknown, done: false, code: 'not_found', detail: expect.any(String) }],
    ])
    expect(tickets.asked.map(({ orderNo, name }) => [orderNo, name])).toEqual([[good, 'cancelOrder']])
  })

  test('sent twice under one key asks each ticket under the same key', async () => {
    const orders = [await seeded({ stage: 'issue' }), await seeded({ stage: 'issue' })]
    const request: BulkRequest = { order_nos: orders, action: { action: 'retry_step' } }
    const key = { 'idempotency-key': 'click-1' }
    await bulk(request, api.cookies.agent, key)
    await bulk(request, api.cookies.agent, key)
    const ids = (orderNo: OrderNo) =>
      tickets.asked.filter((asked) => asked.orderNo === orderNo).map(({ updateId }) => updateId)
    const [first, second] = orders.map((orderNo) => new Set(ids(orderNo)))
    expect([first?.size, second?.size]).toEqual([1, 1])
    expect(first).not.toEqual(second)
    expect(tickets.asked).toHaveLength(4)
  })

  test('is bounded, and neither edits nor moves money', async () => {
    const many = Array.from({ length: 101 }, () => '261121-ZZZZ')
    const action = { action: 'retry_step' } as const
    expect((await bulk({ order_nos: many, action })).status).toBe(422)
    expect((await bulk({ order_nos: [], action })).status).toBe(422)
    const edit = { action: 'edit_order', fields: { room: '1호' } } as const
    const refund = { action: 'refund_and_close', reason: '제작 불가' } as const
    for (const single of [edit, refund])
      expect((await bulk({ order_nos: many.slice(0, 1), action: single }, api.cookies.admin)).status).toBe(
        422,
      )
  })
})

test('the Issues of somebody, and those of nobody, are found and counted', async () => {
  const { data: mine } = await seedTicket(api, { stage: 'issue' })
  const nobodys = await seeded({ stage: 'issue' })
  await seeded({ stage: 'paid' })
  const issueId = mine.issue?.id ?? ''
  await handleIssue(api.database, issueId, { assignee: AGENT.email })
  expect(await shown({ assignee: AGENT.email })).toEqual([mine.orderNo])
  expect(await shown({ assignee: 'none' })).toEqual([nobodys])
  expect(await shown({ assignee: 'somebody@example.com' })).toEqual([])
  const card = (await board()).columns[2]?.tickets.find((ticket) => ticket.order_no === mine.orderNo)
  expect(card?.assignees).toEqual([AGENT.email])
})

describe('saved filters', () => {
  const save = (json: unknown, cookie = api.cookies.agent) =>
    api.ask('POST', '/api/board/filters', { json, cookie })
  const names = async (cookie = api.cookies.agent) => {
    const response = await api.ask('GET', '/api/board/filters', { cookie })
    return savedFilterListSchema.parse(await response.json()).filters
  }

  test('are kept for the person, replaced by name, and deleted', async () => {
    expect((await save({ name: '오늘 밤', search: { deliver: 'tonight' } })).status).toBe(200)
    expect((await save({ name: '카카오', search: { channel: 'kakao' } })).status).toBe(200)
    expect((await save({ name: ' 오늘 밤 ', search: { deliver: 'tonight', pay: 'unpaid' } })).status).toBe(
      200,
    )
    const [first, second] = await names()
    expect([first, second]).toMatchObject([
      { name: '오늘 밤', search: { deliver: 'tonight', pay: 'unpaid' } },
      { name: '카카오', search: { channel: 'kakao' } },
    ])
    expect(await names(api.cookies.admin)).toEqual([])
    const path = `/api/board/filters/${first?.id}`
    expect((await api.ask('DELETE', path, { cookie: api.cookies.admin })).status).toBe(404)
    expect((await api.ask('DELETE', path, { cookie: api.cookies.agent })).status).toBe(204)
    expect((await names()).map(({ name }) => name)).toEqual(['카카오'])
  })

  test('are bounded', async () => {
    for (let i = (await names()).length; i < 30; i++) await save({ name: `${i}`, search: { q: `${i}` } })
    expect((await save({ name: 'one more', search: { q: 'x' } })).status).toBe(409)
    expect((await save({ name: '카카오', search: { q: 'x' } })).status).toBe(200)
    expect((await save({ name: 'empty', search: {} })).status).toBe(422)
  })
})
