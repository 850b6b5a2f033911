/** Who asks by a key: `Authorization: Bearer dk_…`. */
import { randomBytes } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import { apiKeyHash, noteUseOfApiKey } from '../../db/queries/api-keys.ts'
import { type ApiScope, isApiScope } from '../../domain/api-scopes.ts'
import type { Person } from '../context.ts'

/** A program, and what it may. */
export interface KeyHolder {
  readonly person: Person
  readonly scopes: readonly ApiScope[]
}

/** `no_key`: the request brings none; null: it brings one that opens nothing. */
export type FindKeyHolder = (headers: Headers) => Promise<KeyHolder | null | 'no_key'>

const BEARER = /^Bearer\s+(.*)$/i
const FORM = /^dk_[A-Za-z0-9_-]{43}$/
const RANDOM_BYTES = 32
const HINT_LENGTH = 8

/** @returns a new key, and its beginning, by which people tell it apart. */
export function makeApiKey(): { readonly key: string; readonly hint: string } {
  const key = `dk_${randomBytes(RANDOM_BYTES).toString('base64url')}`
  return { key, hint: key.slice(0, HINT_LENGTH) }
}

/** What a key's holder is called where names of people stand. */
export const keyHolderName = (name: string): string => `API: ${name}`

export function createKeyFinder(database: Database, secret: string, now: () => Date): FindKeyHolder {
  return async function findKeyHolder(headers) {
    // What a proxy in front of us asks for (Basic) is not ours.
    const key = BEARER.exec(headers.get('authorization') ?? '')?.[1]
    if (key === undefined) return 'no_key'
    if (!FORM.test(key)) return null
    const row = await noteUseOfApiKey(database, apiKeyHash(key, secret), now())
    if (row === undefined) return null
    const name = keyHolderName(row.name)
    return {
      person: { id: `key-${row.id}`, email: name, name, role: 'agent', mustChangePassword: false },
      scopes: row.scopes.filter(isApiScope),
    }
  }
}
