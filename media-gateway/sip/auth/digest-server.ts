/**
 * Who is it: our challenges to phones and the check of their answers (RFC 7616 section 3.3, RFC 8760).
 *
 * A nonce carries its own time and seal, so that those who never answer cost no memory; only the nonces of users who have
 * answered rightly are kept, with their count, until they expire.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SipRequest } from '../message.ts'
import { readAddress } from '../parse-message.ts'
import type { DigestAlgorithm, SipUser, SipUserDirectory } from '../types.ts'
import type { Field } from '../write-message.ts'
import { digestResponse, parseDigest, writeDigest } from './digest.ts'

const NONCE_LIFETIME_MS = 5 * 60_000
const SEAL_BYTES = 16
/** Wrong answers from one address for one user; more within the time are refused unseen. */
const MAX_FAILURES = 10
const FAILURES_MS = 60_000
/** Entries after which what is over is swept out of the memory. */
const SWEEP_SIZE = 1_000

export interface DigestServerOptions {
  readonly realm: string
  readonly users: SipUserDirectory
  /** The preferred first (RFC 8760 section 2.3). */
  readonly algorithms: readonly DigestAlgorithm[]
  readonly nonceLifetimeMs?: number
  /** Milliseconds; default: the clock. */
  readonly now?: () => number
}

export type DigestCheck =
  | { readonly kind: 'user'; readonly user: SipUser }
  /** 401: no answer to a challenge of ours yet; stale: the answer was right, but not to a fresh one. */
  | { readonly kind: 'challenge'; readonly isStale: boolean }
  /** 403: the wrong password, no such user, or too many tries. */
  | { readonly kind: 'forbidden' }
  /** 400: an answer that we can't read. */
  | { readonly kind: 'malformed'; readonly problem: string }

interface Answer {
  readonly username: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly algorithm: string
  readonly cnonce: string
  readonly nc: string
}

export class DigestServer {
  readonly #options: DigestServerOptions
  readonly #lifetimeMs: number
  readonly #now: () => number
  readonly #key = randomBytes(32)
  /** Highest count of each nonce that was used, and when it was made. */
  readonly #counts = new Map<string, { nc: number; readonly madeAt: number }>()
  readonly #failures = new Map<string, { count: number; readonly since: number }>()

  constructor(options: DigestServerOptions) {
    this.#options = options
    this.#lifetimeMs = options.nonceLifetimeMs ?? NONCE_LIFETIME_MS
    this.#now = options.now ?? Date.now
  }

  /** Header fields of a 401, one an algorithm. */
  challenge(isStale: boolean, algorithms = this.#options.algorithms): Field[] {
    const nonce = this.#makeNonce()
    const { realm } = this.#options
    return algorithms.map((algorithm) => {
      const stale = isStale ? 'true' : undefined
      return ['WWW-Authenticate', writeDigest({ realm, nonce, stale, algorithm, qop: 'auth' }, false)]
    })
  }

  /**
   * @param from address of the sender, to count wrong tries by.
   * @param algorithms by which it may be answered; default those of the options.
   */
  async check(
    request: SipRequest,
    from: string,
    algorithms = this.#options.algorithms,
  ): Promise<DigestCheck> {
    const answer = this.#answerOf(request, algorithms)
    if (answer === null) return { kind: 'challenge', isStale: false }
    if (typeof answer === 'string') return { kind: 'malformed', problem: answer }
    const tries = `${from} ${answer.username}`
    if (this.#isBlocked(tries)) return { kind: 'forbidden' }
    const user = await this.#options.users.find(answer.username)
    const madeAt = this.#openNonce(answer.nonce)
    // An unknown user takes as long as a wrong password.
    const isRight = this.#isRight(request, answer, user?.password ?? randomBytes(8).toString('hex'))
    if (!isRight || user === null) {
      // With a nonce that is not ours, what the password was worth can't be told.
      if (madeAt === null) return { kind: 'challenge', isStale: false }
      this.#countFailure(tries)
      return { kind: 'forbidden' }
    }
    this.#failures.delete(tries)
    const isFresh = madeAt !== null && this.#now() - madeAt < this.#lifetimeMs
    if (!isFresh || !this.#takeCount(answer, madeAt)) return { kind: 'challenge', isStale: true }
    return { kind: 'user', user }
  }

  /** null: none for us; a text: what is wrong with it. */
  #answerOf(request: SipRequest, algorithms: readonly DigestAlgorithm[]): Answer | string | null {
    // Schemes that we do not know answer nothing that we have asked (RFC 4475 section 3.3.7).
    const digests = request.headers.getAll('authorization').filter((value) => /^\s*Digest\b/i.test(value))
    const answers = digests.map(parseDigest)
    if (answers.includes(null)) return 'bad Authorization'
    const ours = answers.find((answer) => answer?.get('realm') === this.#options.realm)
    if (ours === undefined || ours === null) return null
    const algorithm = ours.get('algorithm') ?? 'MD5'
    // Not what we offered: the next challenge says again what we take.
    const isOffered = algorithms.some((offered) => offered === algorithm.toUpperCase())
    if (!isOffered) return null
    const get = (name: string) => ours.get(name) ?? ''
    if (get('qop').toLowerCase() !== 'auth') return 'qop must be auth'
    if (!/^[0-9a-f]{8}$/i.test(get('nc')) || get('cnonce') === '') return 'bad nc or cnonce'
    if (!isSameUri(get('uri'), request.uri.text)) return 'credentials for another URI'
    return {
      username: get('username'),
      nonce: get('nonce'),
      uri: get('uri'),
      response: get('response').toLowerCase(),
      algorithm,
      cnonce: get('cnonce'),
      nc: get('nc'),
    }
  }

  #isRight(request: SipRequest, answer: Answer, password: string): boolean {
    const { username, nonce, uri, algorithm, cnonce, nc, response } = answer
    const { realm } = this.#options
    const qop = { cnonce, nc }
    const input = { algorithm, username, realm, password, nonce, qop, method: request.method, uri }
    const expected = Buffer.from(digestResponse(input))
    const given = Buffer.from(response)
    return expected.length === given.length && timingSafeEqual(expected, given)
  }

  /** A count that does not grow is a repetition by somebody who has listened. */
  #takeCount({ nonce, nc }: Answer, madeAt: number): boolean {
    const count = Number.parseInt(nc, 16)
    const known = this.#counts.get(nonce)
    if (known === undefined) {
      this.#sweep()
      this.#counts.set(nonce, { nc: count, madeAt })
      return count > 0
    }
    if (count <= known.nc) return false
    known.nc = count
    return true
  }

  #makeNonce(): string {
    const head = Buffer.concat([Buffer.alloc(8), randomBytes(8)])
    head.writeBigUInt64BE(BigInt(Math.trunc(this.#now())))
    return Buffer.concat([head, this.#seal(head)]).toString('base64url')
  }

  /** When it was made, or null where it is not ours. */
  #openNonce(nonce: string): number | null {
    const bytes = Buffer.from(nonce, 'base64url')
    if (bytes.length !== 16 + SEAL_BYTES) return null
    const head = bytes.subarray(0, 16)
    if (!timingSafeEqual(this.#seal(head), bytes.subarray(16))) return null
    return Number(head.readBigUInt64BE())
  }

  #seal(head: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(head).digest().subarray(0, SEAL_BYTES)
  }

  #isBlocked(tries: string): boolean {
    const failures = this.#failures.get(tries)
    if (failures === undefined) return false
    return failures.count >= MAX_FAILURES && this.#now() - failures.since < FAILURES_MS
  }

  #countFailure(tries: string): void {
    this.#sweep()
    const failures = this.#failures.get(tries)
    if (failures === undefined || this.#now() - failures.since >= FAILURES_MS)
      this.#failures.set(tries, { count: 1, since: this.#now() })
    else failures.count += 1
  }

  #sweep(): void {
    const now = this.#now()
    if (this.#counts.size >= SWEEP_SIZE)
      for (const [nonce, { madeAt }] of this.#counts)
        if (now - madeAt >= this.#lifetimeMs) this.#counts.delete(nonce)
    if (this.#failures.size >= SWEEP_SIZE)
      for (const [tries, { since }] of this.#failures)
        if (now - since >= FAILURES_MS) this.#failures.delete(tries)
  }
}

/** Phones write the same URI with and without its port and parameters. */
function isSameUri(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [readAddress(`<${one}>`)?.uri, readAddress(`<${other}>`)?.uri]
  if (!a || !b) return false
  return a.user === b.user && a.host.toLowerCase() === b.host.toLowerCase()
}
