/**
 * Statements that Postgres parses and plans once a connection instead of each time: for what is asked very often, always
 * in the same words, and has one good plan. Planning takes as long as answering where an index finds a page of a list.
 */
import { createHash } from 'node:crypto'
import {
  type PostgresCursor,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from 'kysely'
import type { Pool, PoolClient } from 'pg'

const MARK = '/* kept */'
/** Marks a select: `query.modifyFront(KEPT)`. Each text of it is held by every connection, so it has no changing parts. */
export const KEPT = sql.raw(MARK)

/** Column types of a table were changed beneath a kept plan. */
const PLAN_OUTDATED = '0A000'

/** Kysely's view of the pool, through which marked statements get a name and by that are kept. */
export function keepStatements(pool: Pool): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    async connect() {
      const client = await pool.connect()
      const keeping = known.get(client) ?? new KeepingClient(client)
      known.set(client, keeping)
      return keeping
    },
    end: () => pool.end(),
  }
}

class KeepingClient implements PostgresPoolClient {
  readonly #client: PoolClient

  constructor(client: PoolClient) {
    this.#client = client
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(
    statement: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof statement !== 'string') throw new Error('the dialect is set up without cursors')
    return this.#ask(statement, [...parameters]) as Promise<PostgresQueryResult<R>>
  }

  release(): void {
    this.#client.release()
  }

  async #ask(text: string, values: unknown[]) {
    if (!text.startsWith(`select ${MARK}`)) return this.#client.query(text, values)
    try {
      return await this.#client.query({ name: nameOf(text), text, values })
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === PLAN_OUTDATED)
        return this.#client.query(text, values)
      throw error
    }
  }
}

const names = new Map<string, string>()

/** At most 63 letters (NAMEDATALEN), the same in every process. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `kept_${createHash('sha256').update(text).digest('base64url').slice(0, 24)}`
  names.set(text, name)
  return name
}
