/** Lists, the board, one ticket, and what a person does to it. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ApiProblem } from '../../api/problems.ts'
import type { TicketActionRequest } from '../../api/schemas/ticket-requests.ts'
import { ticketDetailSchema, ticketListSchema } from '../../api/schemas/tickets.ts'
import { recordUsage } from '../../db/queries/call-usage.ts'
import { type OrderNo, ticketWorkflowId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { readOrderLinkToken } from '../../domain/signed-link.ts'
import type { Ticket } from '../../domain/ticket.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import {
  CUSTOMER_PHONE,
  FIELDS,
  seedCall,
  seedDelivery,
  seedMessage,
  seedPayment,
  seedTicket,
} from './seed.ts'
import { AGENT, createTestApi, OWNER, type TestApi } from './test-api.ts'

const SOON = new Date(Date.now() + 3_600_000).toISOString()
const tickets = new ScriptedTickets()
let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
})
afterAll(() => api.close())
beforeEach(async () => {
  tickets.asked.length = 0
  tickets.results.clear()
  const tables = [
    'messages',
    'payments',
    'deliveries',
    'purchase_orders',
    'call_turns',
    'call_usage',
    'call_records',
    'issue_comments',
    'issues',
  ] as const
  await sql`delete from audit_entries`.execute(api.database)
  for (const table of [...tables, 'ticket_events', 'tickets', 'orders'] as const) {
    await api.database.deleteFrom(table).execute()
  }
})

const get = async (path: string) => {
  const response = await api.ask('GET', path, { cookie: api.cookies.agent })
  expect([path, response.status]).toEqual([path, 200])
  return response.json()
}
const list = async (query = '') => ticketListSchema.parse(await get(`/api/tickets${query}`))
const numbers = async (query = '') => (await list(query)).tickets.map((ticket) => ticket.order_no)
const seeded = async (
  ...args: Parameters<typeof seedTicket> extends [unknown, ...infer Rest] ? Rest : never
) => (await seedTicket(api, ...args)).data.orderNo

describe('the list', () => {
  test('filters by state, sub-state and words', async () => {
    const waiting = await seeded({ stage: 'awaiting_payment' })
    const issue = await seeded({ stage: 'issue', fields: { recipient: '박영희', message: '100% 그리움' } })
    expect(await numbers('?state=issue')).toEqual([issue])
    expect(await numbers('?sub_state=awaiting_payment')).toEqual([waiting])
    expect(await numbers('?q=%EB%B0%95%EC%98%81%ED%9D%AC')).toEqual([issue])
    expect(await numbers(`?q=${waiting.slice(-4).toLowerCase()}`)).toEqual([waiting])
    expect(await numbers('?q=100%25')).toEqual([issue])
    // Wildcards of SQL are letters like others.
    expect(await numbers('?q=1_0%25')).toEqual([])
  })

  test('finds a customer by number in any form, and by its last four digits', async () => {
    const order = await seeded({ stage: 'paid' })
    for (const text of ['010-1234-5678', '01012345678', '+82 10 1234 5678', '5678']) {
      expect([text, await numbers(`?q=${encodeURIComponent(text)}`)]).toEqual([text, [order]])
    }
    expect(await numbers('?q=1234')).toEqual([])
    expect(await numbers('?q=01012345679')).toEqual([])
  })

  test.each([
    ['created_at', 'newest first'],
    ['updated_at', 'newest first'],
    ['deliver_by', 'soonest first, unknown last'],
  ])('by %s goes %s, each ticket on exactly one page', async (sort) => {
    const orders: OrderNo[] = []
    for (let i = 0; i < 7; i++) {
      // Pairs of equal times: the id decides between them.
      const at = new Date(Date.parse('2026-11-20T00:00:00Z') + Math.floor(i / 2) * 1000)
      const deliver_by = i === 0 ? null : koreanIso(Date.parse('2026-11-22T00:00:00Z') + i * 3_600_000)
      orders.push(await seeded({ stage: 'incomplete', at, fields: { deliver_by } }))
    }
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await list(`?sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      expect(page.tickets.length).toBeLessThanOrEqual(2)
      seen.push(...page.tickets.map((ticket) => ticket.order_no))
      cursor = page.next_cursor
    }
    const [first, ...others] = orders
    expect(seen).toEqual(sort === 'deliver_by' ? [...others, first] : orders.toReversed())
  })

  test('refuses a cursor of another order, and one that is none', async () => {
    await seeded({ stage: 'paid' })
    await seeded({ stage: 'paid' })
    const { next_cursor } = await list('?sort=created_at&limit=1')
    for (const cursor of [next_cursor, 'nonsense', '']) {
      const response = await api.ask('GET', `/api/tickets?sort=updated_at&cursor=${cursor}`, {
        cookie: api.cookies.agent,
      })
      expect([cursor, response.status]).toEqual([cursor, 422])
    }
  })
})

test('one ticket has all that hangs on it, personal data masked', async () => {
  const orderNo = await seeded({ stage: 'awaiting_payment' })
  await seedPayment(api, orderNo)
  await seedMessage(api, orderNo)
  const photo = await seedDelivery(api, orderNo)
  const callId = await seedCall(api, { orderNo, recording: Buffer.alloc(100) })
  const use = { model: 'claude', inputTokens: 10, outputTokens: 5, cacheReadTokens: 20, cacheWriteTokens: 1 }
  const usage = { models: [use], recognitionMs: 61_500, characters: 40 }
  await api.database
    .transaction()
    .execute((transaction) =>
      recordUsage(transaction, { callId, step: 'turn', usage }, { ...api.settings.prices, wonPerUsd: 1_000 }),
    )
  const ticket = ticketDetailSchema.parse(await get(`/api/tickets/${orderNo}`))
  expect(ticket).toMatchObject({
    customer_phone: '010-****-5678',
    contact_phone: '010-****-5678',
    amount: 80_000,
    cost: 40_000,
    evidence: { recipient: { words: '김철수 님이요', confidence: 0.93, at_ms: 12_300 } },
    messages: [{ kind: 'payment_link', status: 'sent', to_number: '010-****-5678', body: '결제 안내' }],
    payments: [{ method: 'CARD', status: 'READY', amount: 80_000 }],
    purchase_orders: [{ reference: `${orderNo}-1`, status: 'placed' }],
    deliveries: [{ status: '완료', photo_url: `/api/photos/${photo}` }],
    calls: [{ call_id: callId, duration_seconds: 61.5, recording_url: `/api/calls/${callId}/recording` }],
    workflow_url: expect.stringContaining(`/namespaces/default/workflows/${ticketWorkflowId(orderNo)}`),
  })
  expect(ticket.calls[0]?.transcript.map((line) => [line.speaker, line.text, line.timestamp])).toEqual([
    ['ai', '안녕하세요', 0],
    ['customer', '화환을 보내려고요', 2],
  ])
  expect(ticket.calls[0]?.usage).toEqual({
    models: [
      {
        model: 'claude',
        input_tokens: 10,
        output_tokens: 5,
        cache_read_tokens: 20,
        cache_write_tokens: 1,
        cost: 0,
      },
    ],
    recognition_seconds: 61.5,
    characters: 40,
    speech_cost: 17.68,
    cost: 17.68,
  })
  expect(ticket.timeline[0]).toMatchObject({ seq: 1, kind: 'opened' })
  const token = ticket.order_page_url?.split('/').at(-1) ?? ''
  expect(readOrderLinkToken(token, api.settings.secret)).toMatchObject({ orderNo, version: 0 })
})

describe('an action', () => {
  let ticket: Ticket
  beforeEach(async () => {
    ticket = await seedTicket(api, { stage: 'issue' })
  })
  const act = (json: TicketActionRequest, cookie = api.cookies.agent, headers = {}) =>
    api.ask('POST', `/api/tickets/${ticket.data.orderNo}/actions`, { json, cookie, headers })

  test.each<[TicketActionRequest, string, object]>([
    [{ action: 'cancel', reason: '고객 요청' }, 'cancelOrder', { reason: '고객 요청', actor: OWNER.email }],
    [
      { action: 'raise_issue', kind: 'complaint', reason: '시든 꽃' },
      'raiseIssue',
      { kind: 'complaint', reason: '시든 꽃', actor: OWNER.email },
    ],
    [{ action: 'retry_step' }, 'resolveIssue', { action: 'retry_step', note: '', actor: OWNER.email }],
    [
      { action: 'complete_by_hand', evidence: 'ERP-77' },
      'resolveIssue',
      { action: 'complete_by_hand', note: 'ERP-77', actor: OWNER.email },
    ],
    [
      { action: 'refund_and_close', reason: '제작 불가' },
      'resolveIssue',
      { action: 'refund_and_close', note: '제작 불가', actor: OWNER.email },
    ],
    [
      { action: 'edit_order', fields: { recipient: ' 김 영수 ', phone: '+82 10-9999-8888' } },
      'editOrder',
      { fields: { recipient: '김 영수', phone: '01099998888' }, actor: OWNER.email, channel: 'operator' },
    ],
    [{ action: 'partial_refund' }, 'partialRefund', { actor: OWNER.email }],
    [
      { action: 'reorder', fields: { message: ' 삼가  명복을 ' } },
      'reorder',
      { fields: { message: '삼가 명복을' }, actor: OWNER.email },
    ],
    [
      { action: 'tell_delay', expected_by: SOON },
      'tellDelay',
      { expectedBy: koreanIso(Date.parse(SOON)), actor: OWNER.email },
    ],
  ])('%j asks the ticket', async (json, name, input) => {
    const response = await act(json, api.cookies.admin)
    expect(response.status).toBe(200)
    expect(ticketDetailSchema.parse(await response.json()).order_no).toBe(ticket.data.orderNo)
    expect(tickets.asked).toMatchObject([{ kind: 'update', orderNo: ticket.data.orderNo, name, input }])
  })

  test('that gives money back is for the owner only, and not offered to others', async () => {
    expect((await act({ action: 'refund_and_close', reason: '제작 불가' })).status).toBe(403)
    expect((await act({ action: 'partial_refund' })).status).toBe(403)
    expect((await act({ action: 'reorder' })).status).toBe(403)
    expect(tickets.asked).toEqual([])
    const seenBy = async (cookie: string) => {
      const response = await api.ask('GET', `/api/tickets/${ticket.data.orderNo}`, { cookie })
      const { actions, issue } = ticketDetailSchema.parse(await response.json())
      return [actions.includes('refund_and_close'), issue?.actions.includes('refund_and_close')]
    }
    expect(await seenBy(api.cookies.admin)).toEqual([true, true])
    expect(await seenBy(api.cookies.agent)).toEqual([false, false])
  })

  test('with a field that breaks the rules of the order is told which one', async () => {
    const response = await act({
      action: 'edit_order',
      fields: { phone: '12345', deliver_by: '2020-01-01T10:00:00+09:00', room: '1호' },
    })
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path).sort()).toEqual(['body.fields.deliver_by', 'body.fields.phone'])
    expect(tickets.asked).toEqual([])
  })

  test('cannot tell the customer of an arrival in the past', async () => {
    const response = await act({ action: 'tell_delay', expected_by: '2020-01-01T10:00:00+09:00' })
    expect(response.status).toBe(422)
    const { errors } = (await response.json()) as { errors: { path: string }[] }
    expect(errors.map(({ path }) => path)).toEqual(['body.expected_by'])
  })

  test('that changes nothing is not valid', async () => {
    expect((await act({ action: 'edit_order', fields: {} })).status).toBe(422)
  })

  test('that the ticket refuses is a conflict with its code and sentence', async () => {
    tickets.nextProblem = new ApiProblem('refused', 'The vendor has made it already.', {
      code: 'already_made',
    })
    const response = await act({ action: 'edit_order', fields: { message: '고이 잠드소서' } })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({
      code: 'already_made',
      detail: 'The vendor has made it already.',
    })
  })

  test('to confirm an order with gaps tells the gaps', async () => {
    tickets.results.set('confirmByCustomer', { ok: false, missing: ['room', 'deliver_by'] })
    const response = await act({ action: 'confirm_order' })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({
      code: 'fields_missing',
      errors: [{ path: 'fields.room' }, { path: 'fields.deliver_by' }],
    })
  })

  test('sent twice under one key is one update, of this person only', async () => {
    const key = { 'idempotency-key': 'click-1' }
    await act({ action: 'retry_step' }, api.cookies.agent, key)
    await act({ action: 'retry_step' }, api.cookies.agent, key)
    await act({ action: 'retry_step' }, api.cookies.admin, key)
    await act({ action: 'retry_step' })
    const ids = tickets.asked.map(({ updateId }) => updateId)
    expect(ids[0]).toMatch(/^api-[0-9a-f]{32}$/)
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
    expect(ids[3]).toBeUndefined()
  })
})

describe('an order taken down by hand', () => {
  const create = (json: unknown, headers = {}) =>
    api.ask('POST', '/api/tickets', { json, cookie: api.cookies.agent, headers })
  const opened: OrderNo[] = []
  beforeEach(() => {
    opened.length = 0
    tickets.onOpen = async (orderNo) => {
      if (!opened.includes(orderNo)) await seedTicket(api, { stage: 'incomplete', orderNo })
      opened.push(orderNo)
    }
  })

  test('opens a ticket, sets what was told and confirms it when the customer agreed', async () => {
    tickets.results.set('confirmByCustomer', { ok: true, missing: [] })
    const { phone: _phone, ...fields } = FIELDS
    const response = await create({ customer_phone: '010-1234-5678', fields, confirmed: true })
    expect(response.status).toBe(201)
    expect(ticketDetailSchema.parse(await response.json()).order_no).toBe(opened[0])
    expect(tickets.asked).toMatchObject([
      { name: 'editOrder', input: { fields: { ...fields, phone: CUSTOMER_PHONE }, actor: AGENT.email } },
      { name: 'confirmByCustomer', input: { actor: AGENT.email } },
    ])
  })

  test('sent twice under one key is one order, even when the first try broke off', async () => {
    const json = { customer_phone: '01012345678', fields: { orderer: '한빛' } }
    tickets.failUpdates = 1
    expect((await create(json, { 'idempotency-key': 'form-1' })).status).toBe(503)
    expect((await create(json, { 'idempotency-key': 'form-1' })).status).toBe(201)
    expect((await create(json, { 'idempotency-key': 'form-2' })).status).toBe(201)
    expect((await create(json)).status).toBe(201)
    const [first, again, other, without] = opened
    expect(again).toBe(first)
    expect(new Set([first, other, without]).size).toBe(3)
    expect(tickets.asked.map(({ updateId }) => updateId?.endsWith('-fields'))).toEqual([
      true,
      true,
      undefined,
    ])
  })

  test.each([
    ['a number that does not exist', { customer_phone: '010-123-4567' }, 'body.customer_phone'],
    ['no number', {}, 'body.customer_phone'],
    [
      'a time without an offset',
      { customer_phone: '01012345678', fields: { deliver_by: '2026-11-22T10:00' } },
      'body.fields.deliver_by',
    ],
    ['an empty text', { customer_phone: '01012345678', fields: { message: '  ' } }, 'body.fields.message'],
  ])('with %s opens nothing', async (_name, json, path) => {
    const response = await create(json)
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ path }] }])
    expect(tickets.asked).toEqual([])
  })
})

test('revealing a number takes a reason and leaves a line in the audit log', async () => {
  const orderNo = await seeded({ stage: 'paid' })
  const reveal = (json: unknown) =>
    api.ask('POST', `/api/tickets/${orderNo}/reveal`, { json, cookie: api.cookies.agent })
  expect((await reveal({ reason: '  ' })).status).toBe(422)
  const response = await reveal({ reason: '기사님 연락 요청' })
  expect(await response.json()).toEqual({ customer_phone: '010-1234-5678', contact_phone: '010-1234-5678' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  const { rows } = await sql`select actor, action, reason from audit_entries
    join orders on orders.id = order_id where order_no = ${orderNo}`.execute(api.database)
  expect(rows).toEqual([{ actor: AGENT.email, action: 'reveal_phone', reason: '기사님 연락 요청' }])
})
