/** The one way to Postgres: a Kysely over a pool, typed from the database itself. */
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { Pool } from 'pg'
import type { DB } from './generated/types.ts'
import { keepStatements } from './kept-statements.ts'

/** Anything queries run on: the pool or an open transaction. */
export type Database = Kysely<DB>
export type DatabaseTransaction = Transaction<DB>

/** Queries over a pool, which ends with `destroy()`. */
export const databaseOf = (pool: Pool): Database =>
  new Kysely<DB>({ dialect: new PostgresDialect({ pool: keepStatements(pool) }) })

/**
 * Opens a pool; connections are made on first use. End it with `destroy()`.
 * @param maxConnections of this process.
 */
export function createDatabase(databaseUrl: string, maxConnections = 10): Database {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    // A query that hangs must not outlive the activity that asked for it.
    statement_timeout: 15_000,
  })
  // An idle connection that the server closes (restart) is replaced on the next query.
  pool.on('error', () => {})
  // One that breaks between two queries of a transaction tells the next query; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return databaseOf(pool)
}
