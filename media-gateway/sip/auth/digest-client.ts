/** Our answer to the challenges of a carrier (RFC 3261 section 22, RFC 8760 section 2.6). */
import { randomBytes } from 'node:crypto'
import type { SipResponse } from '../message.ts'
import type { SipCredentials } from '../types.ts'
import type { Field } from '../write-message.ts'
import { digestResponse, hashOf, isMd5, parseDigest, writeDigest } from './digest.ts'

/** With whom we are authorised: a server (401) or a proxy on the way (407). */
type Challenger = 'WWW-Authenticate' | 'Proxy-Authenticate'
const ANSWERS: Readonly<Record<Challenger, string>> = {
  'WWW-Authenticate': 'Authorization',
  'Proxy-Authenticate': 'Proxy-Authorization',
}

interface Challenge {
  readonly challenger: Challenger
  readonly realm: string
  readonly nonce: string
  readonly algorithm: string | undefined
  readonly opaque: string | undefined
  readonly hasQop: boolean
  readonly isStale: boolean
}

interface Session {
  readonly challenge: Challenge
  /** Requests with this nonce so far. */
  count: number
  /** The other side has taken our answer once: a new challenge then means an old nonce, not a wrong password. */
  isProven: boolean
}

/** The challenges of one call or registration: each is answered in advance in the requests that follow. */
export class DigestClient {
  readonly #credentials: SipCredentials
  readonly #sessions = new Map<string, Session>()

  constructor(credentials: SipCredentials) {
    this.#credentials = credentials
  }

  /** Header fields of the next request; none before the first challenge. */
  authorize(method: string, uri: string): Field[] {
    return [...this.#sessions.values()].map((session) => {
      session.count += 1
      return [ANSWERS[session.challenge.challenger], this.#answer(session, method, uri)]
    })
  }

  /** Whether a 401 or 407 can be answered, so that the request is worth another try. */
  accept(response: SipResponse): boolean {
    const challenger: Challenger = response.code === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate'
    const challenges = this.#usable(response.headers.getAll(challenger), challenger)
    const isRefused = challenges.some((challenge) => {
      const known = this.#sessions.get(keyOf(challenge))
      return known !== undefined && !challenge.isStale && !known.isProven
    })
    if (challenges.length === 0 || isRefused) return false
    for (const challenge of challenges)
      this.#sessions.set(keyOf(challenge), { challenge, count: 0, isProven: false })
    return true
  }

  /** A final response that was no challenge. */
  proven(): void {
    for (const session of this.#sessions.values()) session.isProven = true
  }

  /** The first of each realm that we can answer: their order is the other side's preference (RFC 8760 section 2.4). */
  #usable(values: readonly string[], challenger: Challenger): Challenge[] {
    const byRealm = new Map<string, Challenge>()
    for (const value of values) {
      const challenge = readChallenge(value, challenger)
      if (challenge === null || byRealm.has(challenge.realm)) continue
      if (isMd5(challenge.algorithm ?? 'MD5') && this.#credentials.allowMd5 !== true) continue
      byRealm.set(challenge.realm, challenge)
    }
    return [...byRealm.values()]
  }

  #answer({ challenge, count }: Session, method: string, uri: string): string {
    const { username, password } = this.#credentials
    const { realm, nonce, algorithm, opaque, hasQop } = challenge
    const qop = hasQop
      ? { cnonce: randomBytes(8).toString('hex'), nc: count.toString(16).padStart(8, '0') }
      : null
    const input = { username, password, realm, nonce, qop, method, uri, algorithm: algorithm ?? 'MD5' }
    return writeDigest(
      {
        username,
        realm,
        nonce,
        uri,
        response: digestResponse(input),
        algorithm,
        cnonce: qop?.cnonce,
        opaque,
        qop: qop === null ? undefined : 'auth',
        nc: qop?.nc,
      },
      true,
    )
  }
}

const keyOf = ({ challenger, realm }: Challenge): string => `${challenger} ${realm}`

function readChallenge(value: string, challenger: Challenger): Challenge | null {
  const parameters = parseDigest(value)
  const realm = parameters?.get('realm')
  const nonce = parameters?.get('nonce')
  const algorithm = parameters?.get('algorithm')
  if (parameters === null || realm === undefined || nonce === undefined) return null
  if (hashOf(algorithm ?? 'MD5') === null) return null
  const qops = parameters
    .get('qop')
    ?.split(',')
    .map((qop) => qop.trim().toLowerCase())
  if (qops !== undefined && !qops.includes('auth')) return null
  return {
    challenger,
    realm,
    nonce,
    algorithm,
    opaque: parameters.get('opaque'),
    hasQop: qops !== undefined,
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  }
}
