/** Digest access authentication (RFC 7616, RFC 8760): the sums and the syntax that both sides share. */
import { createHash } from 'node:crypto'

/** Names of Node's hashes by RFC 8760's. */
const HASHES: Readonly<Record<string, string>> = {
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
  MD5: 'md5',
}
const SESSION_SUFFIX = '-SESS'

/** Of the algorithm without `-sess`, or null where we do not know it. */
export function hashOf(algorithm: string): string | null {
  return HASHES[algorithm.toUpperCase().replace(SESSION_SUFFIX, '')] ?? null
}

export const isMd5 = (algorithm: string): boolean => hashOf(algorithm) === 'md5'

export interface DigestInput {
  /** One that `hashOf` knows. */
  readonly algorithm: string
  readonly username: string
  readonly realm: string
  readonly password: string
  readonly nonce: string
  /** null: the server offers no qop (RFC 2069). */
  readonly qop: { readonly cnonce: string; readonly nc: string } | null
  readonly method: string
  readonly uri: string
}

/** Parameter `response` with qop `auth` or none (RFC 7616 section 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { algorithm, username, realm, password, nonce, qop, method, uri } = input
  const hash = (text: string) =>
    createHash(hashOf(algorithm) ?? 'sha256')
      .update(text)
      .digest('hex')
  const isSession = algorithm.toUpperCase().endsWith(SESSION_SUFFIX)
  const secret = hash(`${username}:${realm}:${password}`)
  const a1 = isSession ? hash(`${secret}:${nonce}:${qop?.cnonce ?? ''}`) : secret
  const a2 = hash(`${method}:${uri}`)
  return hash(qop === null ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${qop.nc}:${qop.cnonce}:auth:${a2}`)
}

const PARAMETER = /\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(,|$)/y

/** Parameters of a Digest challenge or of Digest credentials, names in lower case; null where it is neither. */
export function parseDigest(value: string): ReadonlyMap<string, string> | null {
  const scheme = /^\s*Digest\s+/i.exec(value)
  if (scheme === null) return null
  const parameters = new Map<string, string>()
  const pattern = new RegExp(PARAMETER)
  pattern.lastIndex = scheme[0].length
  while (pattern.lastIndex < value.length) {
    const match = pattern.exec(value)
    const name = match?.[1]?.toLowerCase()
    // A name that comes twice could be read differently by the next one.
    if (match === null || name === undefined || parameters.has(name)) return null
    parameters.set(name, match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '')
  }
  return parameters
}

/** Parameters that are tokens; all others are quoted (RFC 7616 section 3.4, RFC 3261 section 25.1). */
const TOKENS: ReadonlySet<string> = new Set(['algorithm', 'stale', 'nc'])

/** @param qopIsToken in credentials it is a token, in challenges a quoted list. */
export function writeDigest(
  parameters: Readonly<Record<string, string | undefined>>,
  qopIsToken: boolean,
): string {
  const written = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined) return []
    const isToken = TOKENS.has(name) || (name === 'qop' && qopIsToken)
    return isToken ? `${name}=${value}` : `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`
  })
  return `Digest ${written.join(', ')}`
}
