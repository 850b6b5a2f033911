/** The company's own account, by the feed that we poll. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const KEY = { authorization: `Bearer ${loadSettings({}).bankFeed.key}` }

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const feed = (query = '', headers: Record<string, string> = KEY) =>
  world.json(`/bank/v1/transactions${query}`, { headers })
const pay = (change: object = {}) =>
  world.json(
    '/world/api/deposits',
    sends({ to: 'company_account', amount: 50_000, depositor: '김민수', ...change }),
  )
const idsOf = async (query = '') => {
  const { body } = await feed(query)
  return (body as { transactions: { id: string }[] }).transactions.map(({ id }) => id)
}

it('the feed shows what came in, oldest first, on from any of them', async () => {
  await pay()
  await pay({ amount: 30_000, depositor: '박영자', memo: '근조화환', at: '2026-11-20T09:00:00Z' })
  await pay({ depositor: '이서연' })
  expect(await feed()).toMatchObject({
    status: 200,
    body: {
      transactions: [
        { amount: 50_000, depositor: '김민수', memo: '', at: '2026-11-21T13:10:00+09:00' },
        { amount: 30_000, depositor: '박영자', memo: '근조화환', at: '2026-11-20T18:00:00+09:00' },
        { depositor: '이서연' },
      ],
    },
  })
  const ids = await idsOf()
  expect(await idsOf(`?after=${ids[0]}`)).toEqual(ids.slice(1))
  expect(await idsOf('?limit=2')).toEqual(ids.slice(0, 2))
  expect(await idsOf(`?after=${ids[2]}`)).toEqual([])
  world = await world.restart()
  expect(await idsOf()).toEqual(ids)
  await pay()
  expect(new Set(await idsOf()).size).toBe(4)
  expect(await world.json('/world/api/bank')).toMatchObject({ body: { account: { bank: '신한은행' } } })
})

it('is for who has the key, and may be closed', async () => {
  expect((await feed('', {})).status).toBe(401)
  expect((await feed('', { authorization: 'Bearer other' })).status).toBe(401)
  expect((await feed('?after=T999')).status).toBe(404)
  expect((await feed('?limit=0')).status).toBe(422)
  world.context.faults.add({ service: 'bank', operation: 'transactions', kind: 'refuse', times: 1 })
  expect((await feed()).status).toBe(503)
})

it.each([
  ['no money', { amount: 0 }],
  ['nobody', { depositor: ' ' }],
  ['no account', { to: 'mattress' }],
])('a deposit of %s is refused', async (_name, change) => {
  expect((await pay(change)).status).toBe(422)
})
