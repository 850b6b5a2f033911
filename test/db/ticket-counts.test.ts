/** The counts kept beside the tickets: exact in every snapshot, whoever writes at the same time. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'

let pool: pg.Pool
let drop: () => Promise<void>
beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  pool = new pg.Pool({ connectionString: database.url, max: 12 })
  await pool.query("insert into customers (phone, phone_hash, phone_tail) values ('x', 'x', '0000')")
  await pool.query(`insert into orders (order_no, customer_id, amount, cost, channel)
    select 'order ' || n, 1, 1, 1, 'phone' from generate_series(1, 240) as n`)
})
afterAll(async () => {
  await pool.end()
  await drop()
})

const COUNTED = `select current_state, sub_state, channel, coalesce(issue_kind, '') as kind,
  coalesce(outcome, '') as outcome, incomplete, count(*)::int as total from tickets group by 1, 2, 3, 4, 5, 6`
const KEPT = `select current_state, sub_state, channel, coalesce(issue_kind, '') as kind,
  coalesce(outcome, '') as outcome, incomplete, sum(total)::int as total from ticket_counts
  group by 1, 2, 3, 4, 5, 6 having sum(total) <> 0`

/** Rows that only one side has, in one snapshot. */
const difference = async (client: pg.ClientBase | pg.Pool = pool) => {
  const { rows } = await client.query(`(${KEPT} except ${COUNTED}) union all (${COUNTED} except ${KEPT})`)
  return rows
}

const insert = (client: pg.ClientBase | pg.Pool, orderId: number) =>
  client.query(
    `insert into tickets (order_id, current_state, sub_state, workflow_id, version)
     values ($1, 'todo', 'order_received', 'w', 1)`,
    [orderId],
  )
const STATES = ['todo', 'in_progress', 'issue', 'done']
const move = (client: pg.ClientBase | pg.Pool, orderId: number, n: number) =>
  client.query(
    `update tickets set current_state = $2, sub_state = $3, missing = $4,
       issue_kind = case when $2 = 'issue' then 'complaint' end where order_id = $1`,
    [orderId, STATES[n % 4], `step ${n % 3}`, n % 2 === 0 ? [] : ['room']],
  )

test('twelve writers that insert, move, roll back and delete leave the counts exact, at every moment', async () => {
  let working = true
  const observer = (async () => {
    let looks = 0
    while (working) {
      expect(await difference()).toEqual([])
      looks += 1
    }
    return looks
  })()
  const writer = async (from: number) => {
    for (let id = from; id <= 240; id += 11) {
      await insert(pool, id)
      for (let n = 0; n < 12; n++) await move(pool, id, id + n)
      const client = await pool.connect()
      await client.query('begin')
      await move(client, id, id + 20)
      await client.query(id % 2 === 0 ? 'rollback' : 'commit')
      client.release()
      if (id % 5 === 0) await pool.query('delete from tickets where order_id = $1', [id])
    }
  }
  await Promise.all(Array.from({ length: 11 }, (_, i) => writer(i + 1)))
  working = false
  expect(await observer).toBeGreaterThan(3)
  expect(await difference()).toEqual([])
  // Thousands of changes were folded together on the way.
  const { rows } = await pool.query('select count(*)::int as lines from ticket_counts')
  expect(rows[0].lines).toBeLessThan(700)
})

test('two tickets that change places in transactions side by side do not wait for each other', async () => {
  const [a, b] = [await pool.connect(), await pool.connect()]
  await a.query('begin')
  await b.query('begin')
  await move(a, 1, 1)
  await move(b, 2, 2)
  await move(a, 3, 3)
  await move(b, 4, 0)
  await a.query('commit')
  await b.query('commit')
  a.release()
  b.release()
  expect(await difference()).toEqual([])
})

test('a table that is emptied counts nothing', async () => {
  await pool.query('truncate tickets cascade')
  expect((await pool.query('select * from ticket_counts')).rows).toEqual([])
})
