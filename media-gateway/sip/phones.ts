/** Phones of ours: who they are, where they are, and which requests have to prove it. */
import { type DigestCheck, DigestServer } from './auth/digest-server.ts'
import type { SipRequest } from './message.ts'
import { Registrar } from './registrar/registrar.ts'
import type { NonInviteServerTransaction, ResponseInput } from './server-transactions.ts'
import { protocolOf } from './transport/transport.ts'
import type { DigestAlgorithm, PhonesOptions, RegisteredPhone, SipHop, SipUser } from './types.ts'

/** What becomes of a call: it is let in, for a user of ours or for somebody else, or it is answered. */
export type Admission =
  | { readonly kind: 'admitted'; readonly username: string | null }
  | { readonly kind: 'refused'; readonly answer: ResponseInput }

export class Phones {
  readonly #options: PhonesOptions
  readonly #browserAlgorithms: readonly DigestAlgorithm[]
  readonly #digest: DigestServer
  readonly #registrar: Registrar

  constructor(options: PhonesOptions) {
    const { realm, users, algorithms = ['SHA-256'], nonceLifetimeMs, intervals } = options
    const { browserAlgorithms = algorithms } = options
    this.#browserAlgorithms = browserAlgorithms
    this.#options = options
    this.#digest = new DigestServer({
      realm,
      users,
      algorithms,
      ...(nonceLifetimeMs === undefined ? {} : { nonceLifetimeMs }),
    })
    this.#registrar = new Registrar(intervals)
  }

  get registered(): number {
    return this.#registrar.bindings.size
  }

  of(number: string): RegisteredPhone[] {
    const bindings = this.#registrar.bindings.listByNumber(number)
    return bindings.map(({ hop, uri }) => ({ target: hop, requestUri: uri }))
  }

  connectionClosed(connection: number): void {
    this.#registrar.bindings.removeConnection(connection)
  }

  async register(transaction: NonInviteServerTransaction): Promise<void> {
    const { request, source } = transaction
    const checked = await this.#check(request, source)
    if (checked.kind === 'refused') transaction.respond(checked.answer)
    else this.#registrar.register(transaction, checked.user)
  }

  /**
   * Browsers, and everybody who gives a name of one of our users as theirs, have to prove it. Calls of others (carriers)
   * need no password here.
   */
  async admit(request: SipRequest, source: SipHop): Promise<Admission> {
    const name = request.from.uri.user
    if (!isBrowser(source) && (name === '' || (await this.#options.users.find(name)) === null))
      return { kind: 'admitted', username: null }
    const checked = await this.#check(request, source)
    if (checked.kind === 'refused') return checked
    const { username } = checked.user
    if (username === name) return { kind: 'admitted', username }
    return { kind: 'refused', answer: { code: 403, reason: 'Not Your Address' } }
  }

  async #check(request: SipRequest, source: SipHop) {
    const algorithms = isBrowser(source) ? this.#browserAlgorithms : undefined
    return this.#decide(await this.#digest.check(request, source.host, algorithms), algorithms)
  }

  #decide(
    check: DigestCheck,
    algorithms: readonly DigestAlgorithm[] | undefined,
  ): { readonly kind: 'user'; readonly user: SipUser } | Extract<Admission, { kind: 'refused' }> {
    switch (check.kind) {
      case 'user':
        return check
      case 'challenge':
        return {
          kind: 'refused',
          answer: { code: 401, fields: this.#digest.challenge(check.isStale, algorithms) },
        }
      case 'forbidden':
        return { kind: 'refused', answer: { code: 403 } }
      case 'malformed':
        return { kind: 'refused', answer: { code: 400, reason: `Bad Request (${check.problem})` } }
    }
  }
}

const isBrowser = (source: SipHop): boolean => protocolOf(source) === 'WS' || protocolOf(source) === 'WSS'
