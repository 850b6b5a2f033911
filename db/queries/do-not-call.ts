/** Numbers that nobody calls any more: listed, taken off with a reason, and every change of it. */
import { sql } from 'kysely'
import type { OptOutSource } from '../../domain/call-law-list.ts'
import type { Database, DatabaseTransaction } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'
import { recordConsents } from './consents.ts'

export interface OptOut {
  /** National digits. */
  readonly phone: string
  readonly source: OptOutSource
  /** The call in which they said so. */
  readonly outboundId: string | null
  readonly recordedBy: string
  /** Why a person lists it. */
  readonly reason?: string
}

export interface OptedOut {
  /** Numbers that were not on the list before. */
  readonly listed: number
  /** Campaigns in which one of them waited. */
  readonly campaignIds: readonly string[]
  /** Requests for them that are not over, but for the call in which they said so. */
  readonly openOutboundIds: readonly string[]
}

/** As many numbers in one transaction: each holds a lock until it is done. */
const CHUNK = 500

/** `optOut` for many numbers of one file or person. */
export async function optOutAll(
  db: Database,
  keys: DataKeys,
  { phones, ...wish }: Omit<OptOut, 'phone'> & { readonly phones: readonly string[] },
): Promise<OptedOut> {
  const unique = [...new Set(phones)]
  const done: OptedOut[] = []
  for (let from = 0; from < unique.length; from += CHUNK) {
    const chunk = unique.slice(from, from + CHUNK)
    done.push(await db.transaction().execute((trx) => listChunk(trx, keys, chunk, wish)))
  }
  return {
    listed: done.reduce((sum, { listed }) => sum + listed, 0),
    campaignIds: [...new Set(done.flatMap(({ campaignIds }) => campaignIds))],
    openOutboundIds: done.flatMap(({ openOutboundIds }) => openOutboundIds),
  }
}

/**
 * Nobody calls this number from now on: it is on the list, its consents are withdrawn, and wherever it waits in a
 * campaign it says why it isn't called. Repeating it changes nothing more.
 */
export const optOut = (db: Database, keys: DataKeys, { phone, ...wish }: OptOut): Promise<OptedOut> =>
  optOutAll(db, keys, { ...wish, phones: [phone] })

async function listChunk(
  trx: DatabaseTransaction,
  keys: DataKeys,
  phones: readonly string[],
  { source, outboundId, recordedBy, reason = undefined }: Omit<OptOut, 'phone'>,
): Promise<OptedOut> {
  const byHash = new Map(phones.map((phone) => [phoneHash(phone, keys), phone]))
  const hashes = [...byHash.keys()]
  await lockNumbers(trx, hashes)
  const at = new Date()
  const common = (hash: string, phone: string) => ({
    phone_hash: hash,
    phone: encryptText(phone, keys),
    phone_tail: phone.slice(-4),
    at,
    source,
    outbound_id: outboundId,
  })
  const listed = await trx
    .insertInto('do_not_call')
    .values([...byHash].map(([hash, phone]) => ({ ...common(hash, phone), recorded_by: recordedBy })))
    .onConflict((conflict) => conflict.column('phone_hash').doNothing())
    .returning('phone_hash')
    .execute()
  const fresh = listed.flatMap(({ phone_hash }) => {
    const phone = byHash.get(phone_hash)
    return phone === undefined ? [] : [{ hash: phone_hash, phone }]
  })
  if (fresh.length > 0)
    await trx
      .insertInto('do_not_call_changes')
      .values(
        fresh.map(({ hash, phone }) => ({
          ...common(hash, phone),
          is_listed: true,
          reason: reason ?? null,
          changed_by: recordedBy,
        })),
      )
      .execute()
  await recordConsents(
    trx,
    keys,
    fresh.flatMap(({ phone }) => {
      const withdrawn = { phone, isGiven: false, at: at.toISOString(), source, recordedBy }
      return [
        { ...withdrawn, purpose: 'advertising' as const },
        { ...withdrawn, purpose: 'night_advertising' as const },
      ]
    }),
  )
  const rows = await trx
    .updateTable('campaign_rows')
    .from('campaigns')
    .set((is) => ({
      state: is.case().when('campaign_rows.attempts', '>', 0).then('done').else('not_called').end(),
      why: 'opted_out',
      ended_at: at,
    }))
    .whereRef('campaigns.id', '=', 'campaign_rows.campaign')
    .where('campaign_rows.callee_hash', 'in', hashes)
    .where('campaign_rows.state', '=', 'waiting')
    .returning('campaigns.campaign_id')
    .execute()
  const open = await trx
    .selectFrom('outbound_requests')
    .select('outbound_id')
    .where('callee_hash', 'in', hashes)
    .where('is_over', '=', false)
    .execute()
  return {
    listed: fresh.length,
    campaignIds: [...new Set(rows.map(({ campaign_id }) => campaign_id))],
    openOutboundIds: open.map(({ outbound_id }) => outbound_id).filter((id) => id !== outboundId),
  }
}

/**
 * Until the end of the transaction nobody else lists these numbers or asks for a call to one: whichever comes second sees
 * what the first one wrote. Always in the same order, so that two of us can't wait for each other.
 */
async function lockNumbers(trx: DatabaseTransaction, hashes: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(h, 0))
    from (select h from unnest(${[...hashes]}::text[]) as h order by h) as sorted`.execute(trx)
}

/** Whether it is on the list; nobody can put it there until the transaction ends. */
export async function isListedNow(trx: DatabaseTransaction, hash: string): Promise<boolean> {
  await lockNumbers(trx, [hash])
  const row = await trx
    .selectFrom('do_not_call')
    .select('phone_hash')
    .where('phone_hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether it is on the list. @param phone national digits. */
export async function isOnDoNotCall(db: Database, keys: DataKeys, phone: string): Promise<boolean> {
  const row = await db
    .selectFrom('do_not_call')
    .select('phone_hash')
    .where('phone_hash', '=', phoneHash(phone, keys))
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The number may be called again. Its consents stay withdrawn: for advertising they have to agree anew.
 * @returns its last digits, null where it is known by its hash only; undefined: there is no such entry.
 */
export async function takeOffDoNotCall(
  db: Database,
  entry: { readonly id: number; readonly reason: string; readonly by: string },
): Promise<string | null | undefined> {
  return await db.transaction().execute(async (trx) => {
    const row = await trx
      .deleteFrom('do_not_call')
      .where('id', '=', entry.id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { phone_hash, phone, phone_tail } = row
    await trx
      .insertInto('do_not_call_changes')
      .values({
        phone_hash,
        phone,
        phone_tail,
        is_listed: false,
        source: 'person',
        reason: entry.reason,
        changed_by: entry.by,
      })
      .execute()
    return phone_tail
  })
}

/** Requests that are open although their number is listed, e.g. because the engine was away just then. */
export async function listedYetOpen(db: Database, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('outbound_requests as o')
    .innerJoin('do_not_call as d', 'd.phone_hash', 'o.callee_hash')
    .select('o.outbound_id')
    .where('o.is_over', '=', false)
    // The call in which they said so goes on to its goodbye.
    .where((is) =>
      is.or([is('d.outbound_id', 'is', null), is('d.outbound_id', '!=', is.ref('o.outbound_id'))]),
    )
    .orderBy('o.id')
    .limit(limit)
    .execute()
  return rows.map(({ outbound_id }) => outbound_id)
}
