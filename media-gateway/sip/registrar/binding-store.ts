/** Where registered users can be reached (RFC 3261 section 10.3): pure bookkeeping, the clock is handed in. */
import type { SipHop, SipUser } from '../types.ts'

/** Devices of one user. */
const MAX_BINDINGS_PER_USER = 10

export interface Binding {
  /** The Contact as the phone wrote it: Request-URI of calls to it. */
  readonly uri: string
  /** How its phone is reached: the address or connection its REGISTER came by where that is the safer way. */
  readonly hop: SipHop
  /** 0 to 1; higher is called first. */
  readonly q: number
  readonly expiresAt: number
  readonly updatedAt: number
  readonly callId: string
  readonly cseq: number
  /** `+sip.instance` and `reg-id` (RFC 5626): the same phone, whatever its Contact says now. */
  readonly instance: string | null
  readonly userAgent: string | null
}

/** One Contact of a REGISTER; `expiresAt` in the past removes it. */
export type BindingChange = Omit<Binding, 'updatedAt'>

export type UpdateResult = 'updated' | 'out_of_order' | 'too_many'

interface Registered {
  readonly user: SipUser
  readonly bindings: Map<string, Binding>
}

export class BindingStore {
  readonly #registered = new Map<string, Registered>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Live bindings of all users. */
  get size(): number {
    this.#sweep()
    return [...this.#registered.values()].reduce((sum, { bindings }) => sum + bindings.size, 0)
  }

  /** The best first: by q, then the newest. */
  list(username: string): Binding[] {
    this.#sweep()
    const bindings = [...(this.#registered.get(username)?.bindings.values() ?? [])]
    return bindings.sort((a, b) => b.q - a.q || b.updatedAt - a.updatedAt)
  }

  /** Of the registered users whose number it is. */
  listByNumber(number: string): Binding[] {
    const owners = [...this.#registered.values()].filter(({ user }) => user.numbers.includes(number))
    return owners.flatMap(({ user }) => this.list(user.username))
  }

  /** All changes of one REGISTER, or none (section 10.3 step 7). */
  update(user: SipUser, changes: readonly BindingChange[]): UpdateResult {
    this.#sweep()
    const now = this.#now()
    const bindings = new Map(this.#registered.get(user.username)?.bindings)
    for (const change of changes) {
      const key = keyOf(change)
      const known = bindings.get(key)
      if (known !== undefined && known.callId === change.callId && known.cseq >= change.cseq)
        return 'out_of_order'
      if (change.expiresAt > now) bindings.set(key, { ...change, updatedAt: now })
      else bindings.delete(key)
    }
    if (bindings.size > MAX_BINDINGS_PER_USER) return 'too_many'
    this.#put(user, bindings)
    return 'updated'
  }

  /** `Contact: *`. */
  removeAll(user: SipUser, order: { readonly callId: string; readonly cseq: number }): UpdateResult {
    const bindings = this.list(user.username)
    const isLate = bindings.some(({ callId, cseq }) => callId === order.callId && cseq >= order.cseq)
    if (isLate) return 'out_of_order'
    this.#registered.delete(user.username)
    return 'updated'
  }

  /** What was reached by that connection alone is reached no more. */
  removeConnection(connection: number): void {
    for (const { user, bindings } of [...this.#registered.values()]) {
      for (const [key, { hop }] of bindings) if (hop.connection === connection) bindings.delete(key)
      this.#put(user, bindings)
    }
  }

  #put(user: SipUser, bindings: Map<string, Binding>): void {
    if (bindings.size === 0) this.#registered.delete(user.username)
    else this.#registered.set(user.username, { user, bindings })
  }

  #sweep(): void {
    const now = this.#now()
    for (const { user, bindings } of [...this.#registered.values()]) {
      for (const [key, { expiresAt }] of bindings) if (expiresAt <= now) bindings.delete(key)
      this.#put(user, bindings)
    }
  }
}

/** Section 10.2.4 compares URIs; phones repeat theirs letter by letter but for the case of the host. */
function keyOf({ instance, uri }: BindingChange): string {
  return instance ?? uri.replace(/@[^;?>]*/, (host) => host.toLowerCase())
}
