/** Reads requested calls. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { LIVE_STATES, type OutboundState } from '../../domain/outbound-request.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

/** Which of them a list shows. */
export interface OutboundFilter {
  readonly state?: OutboundState | undefined
  /** Digits: of the number called, its end. Else words of the purpose, or an outbound_id. */
  readonly q?: string | undefined
}

const outboundRows = (database: Database) => database.selectFrom('outbound_requests').selectAll()
const readOutboundRows = (database: Database) => outboundRows(database).execute()
export type OutboundRow = Awaited<ReturnType<typeof readOutboundRows>>[number]

export const OUTBOUND_SORT = 'created_at'
const KEY = sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`
/** So many digits of a number are kept to search by. */
const TAIL_DIGITS = 4

function filtered(database: Database, { state, q }: OutboundFilter) {
  let query = outboundRows(database)
  if (state !== undefined) query = query.where('state', '=', state)
  const words = q?.trim() ?? ''
  if (words === '') return query
  const digits = words.replace(/[\s-]/g, '')
  if (/^\d{4,}$/.test(digits)) return query.where('callee_tail', '=', digits.slice(-TAIL_DIGITS))
  return query.where((is) =>
    is.or([
      is('outbound_id', '=', words),
      is(sql<string>`lower(purpose)`, 'like', `%${escapeLike(words.toLowerCase())}%`),
    ]),
  )
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** The newest first. */
export async function listOutbound(
  database: Database,
  page: OutboundFilter & { readonly limit: number; readonly cursor?: Cursor | undefined },
): Promise<{ readonly rows: readonly OutboundRow[]; readonly nextCursor: string | null }> {
  const { limit, cursor } = page
  let query = filtered(database, page)
    .select(KEY.as('sort_key'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (cursor !== undefined) {
    const { value, id } = cursor
    query = query.where(sql<SqlBool>`(created_at, id) < ((${value} || 'Z')::timestamptz, ${id})`)
  }
  const rows = await query.execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    rows: shown,
    nextCursor: more ? encodeCursor({ sort: OUTBOUND_SORT, value: last.sort_key, id: last.id }) : null,
  }
}

/** Calls that are dialled, ring or are talked on, the one that began first at the top. */
export const listActiveOutbound = (database: Database): Promise<OutboundRow[]> =>
  outboundRows(database)
    .where('state', 'in', [...LIVE_STATES])
    .where('is_over', '=', false)
    .orderBy('started_at')
    .orderBy('id')
    .execute()

export const findOutbound = (database: Database, outboundId: string): Promise<OutboundRow | undefined> =>
  outboundRows(database).where('outbound_id', '=', outboundId).executeTakeFirst()

/** Rows by id, in no particular order. */
export function findOutbounds(
  database: Database,
  outboundIds: readonly string[],
): Promise<readonly OutboundRow[]> {
  if (outboundIds.length === 0) return Promise.resolve([])
  return outboundRows(database).where('outbound_id', 'in', outboundIds).execute()
}

/** Requests whose workflow has not told of itself yet, the oldest first; those of listed numbers are called off instead. */
export const listUnbegun = (database: Database, limit: number): Promise<OutboundRow[]> =>
  outboundRows(database)
    .where('begun', '=', false)
    .where('is_over', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('do_not_call')
            .select('phone_hash')
            .whereRef('do_not_call.phone_hash', '=', 'outbound_requests.callee_hash'),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute()

export interface OutboundCounts {
  readonly total: number
  readonly completed: number
  readonly in_progress: number
  readonly no_answer: number
  /** Completed of those that ended, cancelled ones left out; null: none has ended. */
  readonly success_rate: number | null
}

export async function countOutbound(database: Database): Promise<OutboundCounts> {
  const counted = await database
    .selectFrom('outbound_requests')
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`count(*) filter (where is_over and state = 'completed')::int`.as('completed'),
      sql<number>`count(*) filter (where not is_over)::int`.as('in_progress'),
      sql<number>`count(*) filter (where is_over and state = 'no_answer')::int`.as('no_answer'),
      sql<number>`count(*) filter (where is_over and state <> 'cancelled')::int`.as('ended'),
    ])
    .executeTakeFirstOrThrow()
  const { ended, ...counts } = counted
  return { ...counts, success_rate: ended === 0 ? null : counts.completed / ended }
}
