/** Keys of programs. A key is looked up at every request, so one that is revoked ends at once. */
import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { ApiScope } from '../../domain/api-scopes.ts'
import type { Database } from '../database.ts'

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly ApiScope[]
  readonly createdBy: string
  /** Null: never. */
  readonly expiresAt: Date | null
}

/** @param secret DAERI_SECRET: what is in the database alone tells no key, and opens nothing elsewhere. */
export const apiKeyHash = (key: string, secret: string): string =>
  createHmac('sha256', `api keys of ${secret}`).update(key).digest('hex')

const apiKeyRows = (db: Database) =>
  db
    .selectFrom('api_keys')
    .select([
      'id',
      'name',
      'hint',
      'scopes',
      'created_by',
      'created_at',
      'expires_at',
      'last_used_at',
      'revoked_at',
    ])
const readRows = (db: Database) => apiKeyRows(db).execute()
export type ApiKeyRow = Awaited<ReturnType<typeof readRows>>[number]

/** Those in use first, the newest first. */
export const listApiKeys = (db: Database): Promise<ApiKeyRow[]> =>
  apiKeyRows(db).orderBy(sql`revoked_at is not null`).orderBy('id', 'desc').execute()

/** @returns null where a key in use has the name. */
export async function insertApiKey(
  db: Database,
  key: NewApiKey & { readonly hash: string; readonly hint: string; readonly createdAt: Date },
): Promise<ApiKeyRow | null> {
  const inserted = await db
    .insertInto('api_keys')
    .values({
      name: key.name,
      key_hash: key.hash,
      hint: key.hint,
      scopes: [...key.scopes],
      created_by: key.createdBy,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
    })
    .onConflict((conflict) =>
      conflict.expression(sql`lower(name)`).where('revoked_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) return null
  return await apiKeyRows(db).where('id', '=', inserted.id).executeTakeFirstOrThrow()
}

/** @returns its row; undefined: there is none. One that is revoked already stays as it is. */
export async function revokeApiKey(db: Database, id: number, at: Date): Promise<ApiKeyRow | undefined> {
  await db
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  return await apiKeyRows(db).where('id', '=', id).executeTakeFirst()
}

/** The key that is in use now with that hash, noted as used. */
export async function noteUseOfApiKey(db: Database, hash: string, at: Date): Promise<ApiKeyRow | undefined> {
  const row = await apiKeyRows(db)
    .where('key_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', at)]))
    .executeTakeFirst()
  // A write a minute: a program that asks often would write as often.
  const isNoted = row?.last_used_at != null && at.getTime() - row.last_used_at.getTime() < NOTED_EVERY_MS
  if (row !== undefined && !isNoted)
    await db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', row.id).execute()
  return row
}

const NOTED_EVERY_MS = 60_000
