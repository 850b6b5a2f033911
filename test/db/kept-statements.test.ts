/** Marked selects are planned once a connection, and answer also when a table changes beneath the plan. */
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, databaseOf } from '../../db/database.ts'
import { KEPT } from '../../db/kept-statements.ts'
import { createTestDatabase } from '../support/postgres.ts'

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  // One connection, so that it is known where a plan is kept.
  database = databaseOf(new pg.Pool({ connectionString: testDatabase.url, max: 1 }))
})
afterAll(async () => {
  await database.destroy()
  await testDatabase.drop()
})

const kept = async () =>
  (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(database)).rows
const customers = (name: string) =>
  database.selectFrom('customers').select(['id', 'name']).where('name', '=', name)

test('a marked select is kept once, whatever its parameters; others are not', async () => {
  await customers('김민수').execute()
  expect(await kept()).toEqual([])
  for (const name of ['김민수', '이수진', '박서준']) await customers(name).modifyFront(KEPT).execute()
  expect(await kept()).toEqual([{ statement: expect.stringContaining('from "customers"') }])
})

test('it answers when a column changes its type beneath the plan', async () => {
  const ask = () =>
    sql<{ value: unknown }>`select /* kept */ value from changing`
      .execute(database)
      .then(({ rows }) => rows.map(({ value }) => value))
  await sql`create table changing (value integer)`.execute(database)
  await sql`insert into changing values (7)`.execute(database)
  expect([await ask(), await ask()]).toEqual([[7], [7]])
  await sql`alter table changing alter column value type text`.execute(database)
  expect([await ask(), await ask()]).toEqual([['7'], ['7']])
})

test('its mistakes are told as those of any other', async () => {
  const ask = () => sql`select /* kept */ nothing from customers`.execute(database)
  await expect(ask()).rejects.toThrow(/column "nothing" does not exist/)
  await expect(ask()).rejects.toThrow(/column "nothing" does not exist/)
})
