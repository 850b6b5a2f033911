/** Reads the do-not-call list, its changes, and consents, page by page, the newest first. */
import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { type DataKeys, phoneHash } from '../../db/encryption.ts'
import type { ConsentPurpose, OptOutSource } from '../../domain/call-law-list.ts'
import { CONSENT_MS } from '../../domain/campaign-law.ts'
import { normalizePhone } from '../../domain/phone-number.ts'

export interface LawPage {
  /** Of the last row of the page before. */
  readonly before: number
  readonly limit: number
}

/** How a number is looked for. `nothing`: no number can be like that. */
export type PhoneSearch = { readonly hash: string } | { readonly tail: string } | 'nothing' | null

/** @param q as somebody typed it. */
export function phoneSearch(q: string | undefined, keys: DataKeys): PhoneSearch {
  const digits = (q ?? '').replaceAll(/[\s\-–—.()]/g, '')
  if (digits === '') return null
  if (/^\d{4}$/.test(digits)) return { tail: digits }
  const phone = normalizePhone(digits)
  return phone === null ? 'nothing' : { hash: phoneHash(phone, keys) }
}

export interface DoNotCallFilter {
  readonly search: PhoneSearch
  readonly source?: OptOutSource | undefined
}

export async function listDoNotCall(
  database: Database,
  { search, source, before, limit }: DoNotCallFilter & LawPage,
) {
  if (search === 'nothing') return []
  let query = database.selectFrom('do_not_call').selectAll().where('id', '<', before)
  if (search !== null)
    query =
      'hash' in search
        ? query.where('phone_hash', '=', search.hash)
        : query.where('phone_tail', '=', search.tail)
  if (source !== undefined) query = query.where('source', '=', source)
  return await query.orderBy('id', 'desc').limit(limit).execute()
}
export type DoNotCallRow = Awaited<ReturnType<typeof listDoNotCall>>[number]

export async function countDoNotCall(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('do_not_call')
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export async function listDoNotCallChanges(
  database: Database,
  { search, before, limit }: { readonly search: PhoneSearch } & LawPage,
) {
  if (search === 'nothing') return []
  let query = database.selectFrom('do_not_call_changes').selectAll().where('id', '<', before)
  if (search !== null)
    query =
      'hash' in search
        ? query.where('phone_hash', '=', search.hash)
        : query.where('phone_tail', '=', search.tail)
  return await query.orderBy('id', 'desc').limit(limit).execute()
}
export type DoNotCallChangeRow = Awaited<ReturnType<typeof listDoNotCallChanges>>[number]

export interface ConsentFilter {
  readonly search: PhoneSearch
  readonly purpose?: ConsentPurpose | undefined
  readonly state?: 'given' | 'expired' | 'withdrawn' | undefined
  readonly nowMs: number
}

/** What counts now: the newest line of each number and purpose. */
export async function listConsents(
  database: Database,
  { search, purpose, state, nowMs, before, limit }: ConsentFilter & LawPage,
) {
  if (search === 'nothing') return []
  let query = database
    .selectFrom('call_consents as c')
    .selectAll('c')
    .where('c.id', '<', before)
    .where(
      sql<SqlBool>`not exists (select 1 from call_consents n where n.phone_hash = c.phone_hash
        and n.purpose = c.purpose and (n.at, n.id) > (c.at, c.id))`,
    )
  if (search !== null)
    query =
      'hash' in search
        ? query.where('c.phone_hash', '=', search.hash)
        : query.where('c.phone_tail', '=', search.tail)
  if (purpose !== undefined) query = query.where('c.purpose', '=', purpose)
  const since = new Date(nowMs - CONSENT_MS)
  if (state === 'withdrawn') query = query.where('c.is_given', '=', false)
  else if (state === 'given') query = query.where('c.is_given', '=', true).where('c.at', '>=', since)
  else if (state === 'expired') query = query.where('c.is_given', '=', true).where('c.at', '<', since)
  return await query.orderBy('c.id', 'desc').limit(limit).execute()
}
export type ConsentRecord = Awaited<ReturnType<typeof listConsents>>[number]

export const findConsent = (database: Database, id: number): Promise<ConsentRecord | undefined> =>
  database.selectFrom('call_consents').selectAll().where('id', '=', id).executeTakeFirst()

/** Everything that was ever said of that number, the newest first. */
export const listConsentHistory = (database: Database, phoneHash: string): Promise<ConsentRecord[]> =>
  database
    .selectFrom('call_consents')
    .selectAll()
    .where('phone_hash', '=', phoneHash)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute()
