/** What is kept of requested calls is erased: because its time is over, or because the owner of a number wants it. */
import { sql } from 'kysely'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'
import { leaveToErase, notBefore } from './left-to-erase.ts'

/** How much of each there was. */
export interface Erased {
  /** Requested calls. */
  readonly requests: number
  /** Calls made for them, with their transcript, summary and recording. */
  readonly calls: number
  /** People on lists of campaigns: what came of them stays as a figure. */
  readonly campaignRows: number
  /** Lines of consents and of the do-not-call list; they hold on, by hash alone. */
  readonly lawLines: number
}

const NOTHING: Erased = { requests: 0, calls: 0, campaignRows: 0, lawLines: 0 }

/** A call to that number goes on, or waits. */
export class NumberInUseError extends Error {
  readonly retryable = true
  readonly outboundIds: readonly string[]
  constructor(outboundIds: readonly string[]) {
    super('a call to this number is not over')
    this.name = 'NumberInUseError'
    this.outboundIds = outboundIds
  }
}

/** What there is of a number; calls are found by their requests alone. @param phone national digits. */
export async function countOfNumber(db: Database, keys: DataKeys, phone: string): Promise<Erased> {
  const hash = phoneHash(phone, keys)
  const of = async (table: 'campaign_rows' | 'outbound_requests') =>
    (
      await db
        .selectFrom(table)
        .select(sql<number>`count(*)::int`.as('count'))
        .where('callee_hash', '=', hash)
        .executeTakeFirstOrThrow()
    ).count
  const { count: calls } = await db
    .selectFrom('call_records')
    .innerJoin('outbound_requests', 'outbound_requests.workflow_id', 'call_records.workflow_id')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('outbound_requests.callee_hash', '=', hash)
    .executeTakeFirstOrThrow()
  const { lines } = await db
    .selectNoFrom(
      sql<number>`(
        (select count(*) from call_consents where phone_hash = ${hash} and phone is not null) +
        (select count(*) from do_not_call where phone_hash = ${hash} and phone is not null) +
        (select count(*) from do_not_call_changes where phone_hash = ${hash} and phone is not null))::int`.as(
        'lines',
      ),
    )
    .executeTakeFirstOrThrow()
  return {
    requests: await of('outbound_requests'),
    calls,
    campaignRows: await of('campaign_rows'),
    lawLines: lines,
  }
}

/**
 * Erases what is kept about a number as one that we called. A number on the do-not-call list stays there, known only by its
 * keyed hash; its orders, if any, are contracts and stay. What lies elsewhere is left in `left-to-erase.ts`.
 * @param phone national digits. @throws NumberInUseError
 */
export async function forgetNumber(db: Database, keys: DataKeys, phone: string, now: Date): Promise<Erased> {
  const hash = phoneHash(phone, keys)
  return await db.transaction().execute(async (trx) => {
    // Nobody asks for a call to it meanwhile.
    await sql`select pg_advisory_xact_lock(hashtextextended(${hash}, 0))`.execute(trx)
    // Before the requests are looked at: a campaign that claims one of the rows at this moment is waited for here, and its
    // request is then seen below.
    const campaignRows = await forgetRows(trx, keys, hash)
    const requests = await trx
      .selectFrom('outbound_requests')
      .select(['outbound_id', 'is_over'])
      .where('callee_hash', '=', hash)
      .execute()
    const open = requests.filter(({ is_over }) => !is_over).map(({ outbound_id }) => outbound_id)
    if (open.length > 0) throw new NumberInUseError(open)
    const outboundIds = requests.map(({ outbound_id }) => outbound_id)
    const erased = await eraseRequests(trx, keys, outboundIds, now)
    let lawLines = 0
    for (const table of ['call_consents', 'do_not_call', 'do_not_call_changes'] as const) {
      const changed = await trx
        .updateTable(table)
        .set({ phone: null, phone_tail: null })
        .where('phone_hash', '=', hash)
        .where('phone', 'is not', null)
        .executeTakeFirstOrThrow()
      lawLines += Number(changed.numUpdatedRows)
    }
    return { ...erased, campaignRows, lawLines }
  })
}

/** Whoever waits is not called; the rows stay for the figures of their campaign, about nobody. */
async function forgetRows(trx: DatabaseTransaction, keys: DataKeys, hash: string): Promise<number> {
  await trx
    .updateTable('campaign_rows')
    .set((is) => ({
      state: is.case().when('attempts', '>', 0).then('done').else('not_called').end(),
      why: 'forgotten',
      ended_at: new Date(),
    }))
    .where('callee_hash', '=', hash)
    .where('state', '=', 'waiting')
    .execute()
  const rows = await trx
    .updateTable('campaign_rows')
    .set(aboutNobody(keys))
    .where('callee_hash', '=', hash)
    .executeTakeFirstOrThrow()
  return Number(rows.numUpdatedRows)
}

const aboutNobody = (keys: DataKeys) => ({
  callee_number: encryptText('', keys),
  callee_hash: sql<string>`'forgotten ' || id`,
  callee_tail: '',
  variables: encryptText('{}', keys),
  outbound_id: null,
})

/** So many in one transaction. */
const BATCH = 200

/** Requests that ended before a moment. @returns what was erased; call it again until it is nothing. */
export async function eraseOldRequests(
  db: Database,
  keys: DataKeys,
  before: Date,
  now: Date,
): Promise<Erased> {
  return await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('outbound_requests')
      .select('outbound_id')
      .where('is_over', '=', true)
      .where('completed_at', '<', before)
      .orderBy('completed_at')
      .limit(BATCH)
      .forUpdate()
      .skipLocked()
      .execute()
    const ids = rows.map(({ outbound_id }) => outbound_id)
    if (ids.length === 0) return NOTHING
    const erased = await eraseRequests(trx, keys, ids, now)
    const people = await trx
      .updateTable('campaign_rows')
      .set(aboutNobody(keys))
      .where('outbound_id', 'in', ids)
      .where('state', 'in', ['done', 'not_called'])
      .executeTakeFirstOrThrow()
    return { ...erased, campaignRows: Number(people.numUpdatedRows) }
  })
}

/**
 * People of campaigns whom nobody called, so that no request leads to them, and who were given up before a moment.
 * @returns how many; call it again until it is none.
 */
export async function forgetNeverCalled(db: Database, keys: DataKeys, before: Date): Promise<number> {
  const people = await db
    .updateTable('campaign_rows')
    .set(aboutNobody(keys))
    .where('id', 'in', (is) =>
      is
        .selectFrom('campaign_rows')
        .select('id')
        .where('state', '=', 'not_called')
        .where('callee_tail', '<>', '')
        .where('ended_at', '<', before)
        .limit(BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirstOrThrow()
  return Number(people.numUpdatedRows)
}

async function eraseRequests(
  trx: DatabaseTransaction,
  keys: DataKeys,
  outboundIds: readonly string[],
  now: Date,
): Promise<Erased> {
  if (outboundIds.length === 0) return NOTHING
  const workflows = await trx
    .selectFrom('outbound_requests')
    .select(['workflow_id', 'completed_at'])
    .where('outbound_id', 'in', outboundIds)
    .execute()
  await leaveToErase(
    trx,
    'histories_to_delete',
    workflows.map(({ workflow_id, completed_at }) => ({
      name: workflow_id,
      due_at: notBefore(completed_at, now),
    })),
  )
  const calls = await trx
    .selectFrom('call_records')
    .innerJoin('outbound_requests', 'outbound_requests.workflow_id', 'call_records.workflow_id')
    .select(['call_records.call_id', 'call_records.recording_key', 'call_records.ended_at'])
    .where('outbound_requests.outbound_id', 'in', outboundIds)
    .execute()
  const callIds = calls.map(({ call_id }) => call_id)
  if (callIds.length > 0) {
    const files = calls.flatMap(({ call_id, recording_key, ended_at }) => {
      const names = [`signalling/${call_id}`, `captures/${call_id}`]
      if (recording_key !== null) names.push(recording_key)
      return names.map((name) => ({ name, due_at: notBefore(ended_at, now) }))
    })
    await leaveToErase(trx, 'files_to_delete', files)
    // Costs and waits of a call stay as figures; nothing in them is about anybody.
    await trx
      .updateTable('call_turns')
      .set({ text: encryptText('', keys) })
      .where('call_id', 'in', callIds)
      .execute()
    await trx
      .updateTable('call_records')
      .set({
        to_number: encryptText('', keys),
        transcript: null,
        summary: null,
        analysis: null,
        leg_report: null,
        recording_key: null,
      })
      .where('call_id', 'in', callIds)
      .execute()
  }
  await trx
    .deleteFrom('webhook_deliveries')
    .where('kind', '=', 'outbound_result')
    .where('subject_id', 'in', outboundIds)
    .execute()
  await trx.deleteFrom('outbound_requests').where('outbound_id', 'in', outboundIds).execute()
  return { ...NOTHING, requests: outboundIds.length, calls: callIds.length }
}
