/** Reads calls and what was said in them. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type Cursor, encodeCursor } from './cursor.ts'

function callRows(database: Database) {
  return database
    .selectFrom('call_records')
    .leftJoin('orders', 'orders.id', 'call_records.order_id')
    .select([
      'call_records.id',
      'call_records.call_id',
      'call_records.direction',
      'call_records.state',
      'call_records.from_number',
      'call_records.to_number',
      'call_records.called_at',
      'call_records.answered_at',
      'call_records.ended_at',
      'call_records.summary',
      'call_records.analysis',
      'call_records.leg_report',
      'call_records.recording_key',
      'call_records.workflow_id',
      'call_records.placed_by',
      'call_records.placed_by_name',
      'call_records.flow',
      'call_records.flow_version',
      'orders.order_no',
    ])
}

const readCallRows = (database: Database) => callRows(database).execute()
export type CallRow = Awaited<ReturnType<typeof readCallRows>>[number]

/** Calls, the newest first. */
export async function listCalls(
  database: Database,
  page: { readonly limit: number; readonly cursor: Cursor | undefined; readonly state: string | undefined },
): Promise<{ readonly rows: readonly CallRow[]; readonly nextCursor: string | null }> {
  const key = sql<string>`to_char(call_records.called_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`
  let query = callRows(database)
    .select(key.as('sort_key'))
    .orderBy(key, 'desc')
    .orderBy('call_records.id', 'desc')
    .limit(page.limit + 1)
  if (page.state !== undefined) query = query.where('call_records.state', '=', page.state)
  if (page.cursor !== undefined) {
    const { value, id } = page.cursor
    query = query.where(sql<SqlBool>`(${key}, call_records.id) < (${value}, ${id})`)
  }
  const rows = await query.execute()
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  const more = rows.length > page.limit && last !== undefined
  return {
    rows: shown,
    nextCursor: more ? encodeCursor({ sort: 'called_at', value: last.sort_key, id: last.id }) : null,
  }
}

/** Calls by id, in no particular order. */
export function findCalls(database: Database, callIds: readonly string[]): Promise<CallRow[]> {
  if (callIds.length === 0) return Promise.resolve([])
  return callRows(database).where('call_records.call_id', 'in', callIds).execute()
}

/** Calls about an order, the first one first. */
export const findCallsOfOrder = (database: Database, orderId: number): Promise<CallRow[]> =>
  callRows(database).where('call_records.order_id', '=', orderId).orderBy('call_records.id').execute()

/** What was said in these calls, in the order in which it was said. */
export function readTurns(database: Database, callIds: readonly string[]) {
  if (callIds.length === 0) return Promise.resolve([])
  return turnRows(database)
    .where('call_turns.call_id', 'in', callIds)
    .orderBy('call_turns.start_ms')
    .orderBy('call_turns.id')
    .execute()
}

/** Single utterances, for live events. */
export function findTurns(database: Database, utteranceIds: readonly string[]) {
  if (utteranceIds.length === 0) return Promise.resolve([])
  return turnRows(database)
    .where('call_turns.utterance_id', 'in', utteranceIds)
    .orderBy('call_turns.id')
    .execute()
}

function turnRows(database: Database) {
  return database
    .selectFrom('call_turns')
    .innerJoin('call_records', 'call_records.call_id', 'call_turns.call_id')
    .leftJoin('orders', 'orders.id', 'call_records.order_id')
    .select([
      'call_turns.call_id',
      'call_turns.utterance_id',
      'call_turns.speaker',
      'call_turns.text',
      'call_turns.start_ms',
      'call_turns.end_ms',
      'call_turns.confidence',
      'call_turns.interrupted',
      'call_turns.timings',
      'orders.order_no',
    ])
}

export type TurnRow = Awaited<ReturnType<typeof readTurns>>[number]
