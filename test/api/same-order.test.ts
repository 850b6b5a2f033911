/** A person decides whether two tickets are one order. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ticketDetailSchema } from '../../api/schemas/tickets.ts'
import { makeOrderNo, type OrderNo } from '../../domain/ids.ts'
import type { Ticket } from '../../domain/ticket.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedTickets } from './scripted-tickets.ts'
import { project, seedTicket } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const tickets = new ScriptedTickets()
let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { tickets })
})
afterAll(() => api.close())
beforeEach(() => {
  tickets.asked.length = 0
})

const MORNING = new Date('2026-11-21T00:00:00Z')
const NOON = new Date('2026-11-21T03:00:00Z')
const act = (orderNo: OrderNo, action: 'merge_order' | 'keep_both', other: string, key?: string) =>
  api.ask('POST', `/api/tickets/${orderNo}/actions`, {
    cookie: api.cookies.agent,
    json: { action, other },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  })
const read = async (orderNo: OrderNo) =>
  ticketDetailSchema.parse(
    await (await api.ask('GET', `/api/tickets/${orderNo}`, { cookie: api.cookies.agent })).json(),
  )
const numberOf = ({ data }: Ticket): OrderNo => data.orderNo

/** An order of the morning, and one of noon that may be the same. */
async function pair(
  stages: readonly ['awaiting_payment' | 'paid', 'awaiting_payment' | 'paid'] = [
    'awaiting_payment',
    'awaiting_payment',
  ],
) {
  const older = await seedTicket(api, { stage: stages[0], at: MORNING })
  const noon = await seedTicket(api, { stage: stages[1], at: NOON, channel: 'sms' })
  const younger = noon.suspectDuplicate({ actor: 'system', at: NOON.toISOString(), of: numberOf(older) })
  await project(api, younger)
  return { older: numberOf(older), younger: numberOf(younger) }
}

describe('two tickets that look alike', () => {
  test('are shown on both pages; the one that is suspected says so on the board', async () => {
    const { older, younger } = await pair()
    const [first, second] = [await read(older), await read(younger)]
    expect([first.possible_duplicate_of, second.possible_duplicate_of]).toEqual([null, older])
    expect(first.look_alikes.map(({ order_no }) => order_no)).toEqual([younger])
    expect(second.look_alikes.map(({ order_no }) => order_no)).toEqual([older])
  })

  test('are merged by closing the younger, from whichever page', async () => {
    const { older, younger } = await pair()
    for (const [page, other] of [
      [older, younger],
      [younger, older],
    ] as const) {
      tickets.asked.length = 0
      expect((await act(page, 'merge_order', other)).status).toBe(200)
      expect(tickets.asked).toMatchObject([{ orderNo: younger, name: 'mergeOrder', input: { into: older } }])
    }
  })

  test('of which the younger is paid are merged by closing the older; two paid ones are refused', async () => {
    const { older, younger } = await pair(['awaiting_payment', 'paid'])
    await act(older, 'merge_order', younger)
    expect(tickets.asked).toMatchObject([{ orderNo: older, name: 'mergeOrder', input: { into: younger } }])
    tickets.asked.length = 0
    const paid = await pair(['paid', 'paid'])
    const refused = await act(paid.younger, 'merge_order', paid.older)
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'already_paid' }])
    expect(tickets.asked).toEqual([])
  })

  test('are known as two on both sides, each under its own key', async () => {
    const { older, younger } = await pair()
    expect((await act(younger, 'keep_both', older, 'a key of the client')).status).toBe(200)
    expect(tickets.asked).toMatchObject([
      { orderNo: younger, name: 'keepBoth', input: { other: older } },
      { orderNo: older, name: 'keepBoth', input: { other: younger } },
    ])
    const ids = tickets.asked.map(({ updateId }) => updateId)
    expect(new Set(ids).size).toBe(2)
    expect(ids).not.toContain(undefined)
  })

  test.each(['nonsense', makeOrderNo('200101', [0, 0, 0, 0])])('are never made of %s', async (other) => {
    const { younger } = await pair()
    expect((await act(younger, 'merge_order', other)).status).toBe(404)
    expect((await act(younger, 'merge_order', younger)).status).toBe(404)
    expect(tickets.asked).toEqual([])
  })
})
