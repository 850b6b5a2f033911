/** Reads transfers from the AI to a person. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { PersonTransferState } from '../../domain/person-transfer.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

const transferRows = (database: Database) =>
  database
    .selectFrom('person_transfers')
    .innerJoin('outbound_requests', 'outbound_requests.outbound_id', 'person_transfers.outbound_id')
    .selectAll('person_transfers')
    .select(['outbound_requests.callee_number', 'outbound_requests.purpose'])
const readTransferRows = (database: Database) => transferRows(database).execute()
export type PersonTransferRow = Awaited<ReturnType<typeof readTransferRows>>[number]

export const TRANSFER_SORT = 'asked_at'
const KEY = sql<string>`to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`

export interface PersonTransferFilter {
  readonly state?: PersonTransferState | undefined
  readonly outbound_id?: string | undefined
}

/** The newest first. */
export async function listPersonTransfers(
  database: Database,
  page: PersonTransferFilter & { readonly limit: number; readonly cursor?: Cursor | undefined },
): Promise<{ readonly rows: readonly PersonTransferRow[]; readonly nextCursor: string | null }> {
  const { state, outbound_id: outboundId, limit, cursor } = page
  let query = transferRows(database)
    .select(KEY.as('sort_key'))
    .orderBy('person_transfers.asked_at', 'desc')
    .orderBy('person_transfers.id', 'desc')
    .limit(limit + 1)
  if (state !== undefined) query = query.where('person_transfers.state', '=', state)
  if (outboundId !== undefined) query = query.where('person_transfers.outbound_id', '=', outboundId)
  if (cursor !== undefined) {
    const { value, id } = cursor
    query = query.where(
      sql<SqlBool>`(asked_at, person_transfers.id) < ((${value} || 'Z')::timestamptz, ${id})`,
    )
  }
  const rows = await query.execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  const next = more ? { sort: TRANSFER_SORT, value: last.sort_key, id: Number(last.id) } : null
  return { rows: shown, nextCursor: next === null ? null : encodeCursor(next) }
}

/** The call that is put through to that person now, or that they talk in; the newest. */
export const transferTo = (database: Database, userId: string): Promise<PersonTransferRow | undefined> =>
  transferRows(database)
    .where('person_transfers.user_id', '=', userId)
    .where('person_transfers.ended_at', 'is', null)
    .where('person_transfers.state', 'in', ['ringing', 'briefing', 'connected'])
    .where('outbound_requests.is_over', '=', false)
    .orderBy('person_transfers.id', 'desc')
    .executeTakeFirst()

export async function countPersonTransfers(database: Database) {
  return await database
    .selectFrom('person_transfers')
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where state = 'connected')::int`.as('connected'),
      sql<number>`count(*) filter (where state = 'no_answer')::int`.as('no_answer'),
      sql<number>`count(*) filter (where state = 'given_up')::int`.as('given_up'),
      sql<number>`count(*) filter (where state in ('ringing', 'briefing'))::int`.as('in_progress'),
      sql<number | null>`round(extract(epoch from avg(connected_at - asked_at))::numeric, 1)::float8`.as(
        'mean_wait_seconds',
      ),
    ])
    .executeTakeFirstOrThrow()
}
