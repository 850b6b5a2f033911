/** Who may be called for what, and who not at all. */
import { sql } from 'kysely'
import type { CalleeStanding, Consent } from '../../domain/campaign-law.ts'
import type { Database } from '../database.ts'
import { type DataKeys, encryptText, phoneHash } from '../encryption.ts'

export type ConsentPurpose = 'advertising' | 'night_advertising'
export type OptOutSource = 'voice' | 'digit' | 'person' | 'file'

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

/** Adds lines; nothing is changed. */
export async function recordConsents(
  db: Database,
  keys: DataKeys,
  consents: readonly NewConsent[],
): Promise<void> {
  if (consents.length === 0) return
  await db
    .insertInto('call_consents')
    .values(
      consents.map(({ phone, purpose, isGiven, at, source, recordedBy }) => ({
        phone_hash: phoneHash(phone, keys),
        purpose,
        is_given: isGiven,
        at,
        source,
        recorded_by: recordedBy,
      })),
    )
    .execute()
}

export interface OptOut {
  /** National digits. */
  readonly phone: string
  readonly source: OptOutSource
  /** The call in which they said so. */
  readonly outboundId: string | null
  readonly recordedBy: string
}

export interface OptedOut {
  /** Campaigns in which the number waited. */
  readonly campaignIds: readonly string[]
  /** Requests for it that are not over, but for the call in which they said so. */
  readonly openOutboundIds: readonly string[]
}

/**
 * Nobody calls this number from now on: it is on the list, its consents are withdrawn, and wherever it waits in a
 * campaign it says why it isn't called. Repeating it changes nothing more.
 */
export async function optOut(db: Database, keys: DataKeys, wish: OptOut): Promise<OptedOut> {
  const { phone, source, outboundId, recordedBy } = wish
  const hash = phoneHash(phone, keys)
  return await db.transaction().execute(async (trx) => {
    const listed = await trx
      .insertInto('do_not_call')
      .values({
        phone_hash: hash,
        phone: encryptText(phone, keys),
        phone_tail: phone.slice(-4),
        source,
        outbound_id: outboundId,
        recorded_by: recordedBy,
      })
      .onConflict((conflict) => conflict.column('phone_hash').doNothing())
      .returning('phone_hash')
      .executeTakeFirst()
    if (listed !== undefined) {
      const at = new Date().toISOString()
      const withdrawn = { phone, isGiven: false, at, source, recordedBy }
      await recordConsents(trx, keys, [
        { ...withdrawn, purpose: 'advertising' },
        { ...withdrawn, purpose: 'night_advertising' },
      ])
    }
    const rows = await trx
      .updateTable('campaign_rows')
      .from('campaigns')
      .set((is) => ({
        state: is.case().when('campaign_rows.attempts', '>', 0).then('done').else('not_called').end(),
        why: 'opted_out',
        ended_at: new Date(),
      }))
      .whereRef('campaigns.id', '=', 'campaign_rows.campaign')
      .where('campaign_rows.callee_hash', '=', hash)
      .where('campaign_rows.state', '=', 'waiting')
      .returning('campaigns.campaign_id')
      .execute()
    const open = await trx
      .selectFrom('outbound_requests')
      .select('outbound_id')
      .where('callee_hash', '=', hash)
      .where('is_over', '=', false)
      .execute()
    const campaignIds = [...new Set(rows.map(({ campaign_id }) => campaign_id))]
    const openOutboundIds = open.map(({ outbound_id }) => outbound_id).filter((id) => id !== outboundId)
    return { campaignIds, openOutboundIds }
  })
}
