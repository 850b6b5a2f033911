/**
 * What is left to be erased outside of the tables: files at gateways and histories of workflows. Noted in the transaction
 * that erases the rows, and told until it is done.
 */
import { type SqlBool, sql } from 'kysely'
import type { Database, DatabaseTransaction } from '../database.ts'

export type LeftToErase = 'files_to_delete' | 'histories_to_delete'

/** Somebody may still write it so long after the end: the gateway its last messages, a worker that starts a request. */
const SETTLING_MS = 60_000
/** So many rows in one statement. */
const CHUNK = 500

/** When what belongs to a call may be deleted for good. @param endedAt null: nobody knows. */
export const notBefore = (endedAt: Date | null, now: Date): Date =>
  endedAt !== null && now.getTime() - endedAt.getTime() >= SETTLING_MS
    ? now
    : new Date(now.getTime() + SETTLING_MS)

/** Repeating it changes nothing. */
export async function leaveToErase(
  trx: DatabaseTransaction,
  table: LeftToErase,
  rows: readonly { readonly name: string; readonly due_at: Date }[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK)
    await trx
      .insertInto(table)
      .values(rows.slice(from, from + CHUNK))
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
}

/** Where a page ends. */
export interface Left {
  readonly name: string
  /** As the database writes it, to the microsecond. */
  readonly asked: string
}

/** What is due, the newest first: whoever asks for a number is not kept waiting by what is stuck. @param after null: from the start. */
export async function readLeft(
  db: Database,
  table: LeftToErase,
  { now, after, limit }: { readonly now: Date; readonly after: Left | null; readonly limit: number },
): Promise<Left[]> {
  return await db
    .selectFrom(table)
    .select(['name', sql<string>`asked_at::text`.as('asked')])
    .where('due_at', '<=', now)
    .$if(after !== null, (query) =>
      query.where(sql<SqlBool>`(asked_at, name) < (${after?.asked}::timestamptz, ${after?.name})`),
    )
    .orderBy('asked_at', 'desc')
    .orderBy('name', 'desc')
    .limit(limit)
    .execute()
}

export async function markErased(db: Database, table: LeftToErase, names: readonly string[]): Promise<void> {
  if (names.length > 0) await db.deleteFrom(table).where('name', 'in', names).execute()
}

/** Due or not. */
export async function countLeft(db: Database, table: LeftToErase): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow()
  return count
}
