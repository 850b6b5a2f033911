/** Solapi's `Authorization: HMAC-SHA256 apiKey=…, date=…, salt=…, signature=…`. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Requests older (or farther in the future) than this are refused. */
const TOLERANCE_MS = 15 * 60_000
const SALT_MIN = 12
const SALT_MAX = 64

export interface AuthorizationFailure {
  readonly status: 401 | 403
  readonly errorCode: string
  readonly errorMessage: string
}

export interface SolapiKeys {
  readonly apiKey: string
  readonly apiSecret: string
}

/** Remembers the signatures of the last quarter of an hour: none is taken twice. */
export class SolapiAuthorization {
  readonly #keys: SolapiKeys
  readonly #now: () => number
  readonly #seen = new Map<string, number>()

  constructor(keys: SolapiKeys, now: () => number) {
    this.#keys = keys
    this.#now = now
  }

  /** @returns why the request is refused; undefined when it may pass. */
  check(header: string | undefined): AuthorizationFailure | undefined {
    if (header === undefined) return failure(401, 'Unauthorized', 'Authorization header is missing.')
    if (!header.startsWith('HMAC-SHA256 '))
      return failure(401, 'Unauthorized', 'Unsupported authentication method.')
    const { apiKey, date, salt, signature } = readFields(header)
    if (apiKey === undefined || date === undefined || salt === undefined || signature === undefined) {
      return failure(401, 'Unauthorized', 'apiKey, date, salt and signature are required.')
    }
    if (apiKey !== this.#keys.apiKey) return failure(403, 'InvalidAPIKey', 'The API key is not valid.')
    const saltBytes = Buffer.byteLength(salt)
    if (saltBytes < SALT_MIN || saltBytes > SALT_MAX) {
      return failure(403, 'ValidationError', 'salt must have 12 to 64 bytes.')
    }
    const at = Date.parse(date)
    if (Number.isNaN(at)) return failure(403, 'ValidationError', 'date must be in ISO 8601 format.')
    if (Math.abs(this.#now() - at) > TOLERANCE_MS) {
      return failure(403, 'RequestTimeTooSkewed', 'The time of the request differs too much from ours.')
    }
    const expected = createHmac('sha256', this.#keys.apiSecret)
      .update(date + salt)
      .digest('hex')
    if (!equal(signature, expected))
      return failure(403, 'SignatureDoesNotMatch', 'The signature does not match.')
    return this.#remember(signature)
  }

  #remember(signature: string): AuthorizationFailure | undefined {
    const now = this.#now()
    for (const [old, seenAt] of this.#seen) if (now - seenAt > 2 * TOLERANCE_MS) this.#seen.delete(old)
    if (this.#seen.has(signature))
      return failure(403, 'DuplicatedSignature', 'The signature has been used before.')
    this.#seen.set(signature, now)
    return undefined
  }
}

function readFields(header: string): Record<string, string | undefined> {
  const parts = header.slice('HMAC-SHA256 '.length).split(/,\s*/)
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  )
}

function equal(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
}

function failure(status: 401 | 403, errorCode: string, errorMessage: string): AuthorizationFailure {
  return { status, errorCode, errorMessage }
}
