/** Who may be called for what, and who not at all. */
import { sql } from 'kysely'
import type { ConsentPurpose } from '../../domain/call-law-list.ts'
import type { CalleeStanding, Consent } from '../../domain/campaign-law.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'

const NOBODY: CalleeStanding = {
  doNotCall: false,
  advertising: null,
  nightAdvertising: null,
  callsLately: 0,
}

/**
 * What is known of each number.
 * @param hashes of `phoneHash`. @param since calls from then on are counted.
 */
export async function readStandings(
  db: Database,
  hashes: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, CalleeStanding>> {
  const standings = new Map<string, CalleeStanding>(hashes.map((hash) => [hash, NOBODY]))
  if (hashes.length === 0) return standings
  const change = (hash: string, more: Partial<CalleeStanding>) =>
    standings.set(hash, { ...(standings.get(hash) ?? NOBODY), ...more })
  const listed = await db
    .selectFrom('do_not_call')
    .select('phone_hash')
    .where('phone_hash', 'in', hashes)
    .execute()
  for (const { phone_hash } of listed) change(phone_hash, { doNotCall: true })
  const consents = await db
    .selectFrom('call_consents')
    .distinctOn(['phone_hash', 'purpose'])
    .select(['phone_hash', 'purpose', 'is_given', 'at'])
    .where('phone_hash', 'in', hashes)
    .orderBy('phone_hash')
    .orderBy('purpose')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  for (const { phone_hash, purpose, is_given, at } of consents) {
    const consent: Consent = { isGiven: is_given, atMs: at.getTime() }
    change(phone_hash, purpose === 'advertising' ? { advertising: consent } : { nightAdvertising: consent })
  }
  const called = await db
    .selectFrom('outbound_requests')
    .select(['callee_hash', sql<number>`count(*)::int`.as('count')])
    .where('callee_hash', 'in', hashes)
    .where('started_at', '>=', since)
    .groupBy('callee_hash')
    .execute()
  for (const { callee_hash, count } of called) change(callee_hash, { callsLately: count })
  return standings
}

export interface NewConsent {
  /** National digits. */
  readonly phone: string
  readonly purpose: ConsentPurpose
  /** false: withdrawn. */
  readonly isGiven: boolean
  /** ISO 8601. */
  readonly at: string
  readonly source: string
  readonly recordedBy: string
}

const CHUNK = 1_000

/** Adds lines, all or none; nothing is changed. @returns how many were not there yet. */
export async function recordConsents(
  db: Database,
  keys: DataKeys,
  consents: readonly NewConsent[],
): Promise<number> {
  if (consents.length === 0) return 0
  if (!db.isTransaction) return await db.transaction().execute((trx) => recordConsents(trx, keys, consents))
  let added = 0
  for (let from = 0; from < consents.length; from += CHUNK)
    added += await recordChunk(db, keys, consents.slice(from, from + CHUNK))
  return added
}

async function recordChunk(db: Database, keys: DataKeys, consents: readonly NewConsent[]): Promise<number> {
  const rows = consents.map(({ phone, purpose, isGiven, at, source, recordedBy }) => ({
    phone_hash: phoneHash(phone, keys),
    phone: encryptText(phone, keys),
    phone_tail: phone.slice(-4),
    purpose,
    is_given: isGiven,
    at: new Date(at),
    source,
    recorded_by: recordedBy,
  }))
  const known = await db
    .selectFrom('call_consents')
    .select(['phone_hash', 'purpose', 'at', 'is_given'])
    .where('phone_hash', 'in', [...new Set(rows.map(({ phone_hash }) => phone_hash))])
    .execute()
  const nameOf = (row: (typeof known)[number]) =>
    [row.phone_hash, row.purpose, row.at.getTime(), row.is_given].join(' ')
  const there = new Set(known.map(nameOf))
  // The same file may come twice.
  const fresh = rows.filter((row) => !there.has(nameOf(row)))
  if (fresh.length > 0) await db.insertInto('call_consents').values(fresh).execute()
  return fresh.length
}
