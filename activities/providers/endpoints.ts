/** The places that offer one service (two regions, two models), in the order of preference, each behind its breaker. */
import type { Logger } from 'pino'
import {
  asked,
  asksFrom,
  type Breaker,
  type BreakerPolicy,
  CLOSED,
  failed,
  mayAsk,
  released,
  succeeded,
} from './circuit-breaker.ts'

export interface EndpointsOptions {
  readonly policy: BreakerPolicy
  readonly logger: Pick<Logger, 'warn' | 'info'>
  /** ms; tests move it. */
  readonly now?: () => number
}

/** Who has just failed is asked last for so long, ms: the next try of the same answer goes elsewhere. */
export const REST_MS = 3_000

/** One request to an endpoint; the first of the three that is called counts. */
export interface Attempt {
  readonly succeeded: () => void
  /** @param retryAfterMs what the service asked for; null: nothing. */
  readonly failed: (retryAfterMs?: number | null) => void
  /** Given up by us, nothing is known. */
  readonly released: () => void
}

export class Endpoint<Provider> {
  readonly name: string
  readonly provider: Provider
  readonly #options: EndpointsOptions
  #breaker: Breaker = CLOSED
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(name: string, provider: Provider, options: EndpointsOptions) {
    this.name = name
    this.provider = provider
    this.#options = options
  }

  get mayAsk(): boolean {
    return mayAsk(this.#breaker, this.#now())
  }

  /** ms from now until it may be asked; 0 where it may. */
  get waitMs(): number {
    return Math.max(0, asksFrom(this.#breaker) - this.#now())
  }

  get hasJustFailed(): boolean {
    return this.#now() - this.#failedAt < REST_MS
  }

  begin(): Attempt {
    const { policy } = this.#options
    let open = true
    const once = (step: () => void) => () => {
      if (!open) return
      open = false
      step()
    }
    this.#become(asked(this.#breaker, this.#now(), policy))
    return {
      succeeded: once(() => this.#become(succeeded(this.#breaker))),
      failed: (retryAfterMs = null) =>
        once(() => {
          this.#failedAt = this.#now()
          this.#become(failed(this.#breaker, this.#now(), policy, retryAfterMs))
        })(),
      released: once(() => this.#become(released(this.#breaker, this.#now()))),
    }
  }

  #become(next: Breaker): void {
    const before = this.#breaker.kind
    this.#breaker = next
    const { logger } = this.#options
    const fields = { endpoint: this.name }
    if (next.kind === 'open' && before !== 'open') logger.warn(fields, 'a provider is not asked for a while')
    if (next.kind === 'closed' && before !== 'closed') logger.info(fields, 'a provider answers again')
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

export class Endpoints<Provider> {
  readonly #all: readonly Endpoint<Provider>[]

  /** @param providers the preferred one first; at least one. */
  constructor(
    providers: readonly { readonly name: string; readonly provider: Provider }[],
    options: EndpointsOptions,
  ) {
    this.#all = providers.map(({ name, provider }) => new Endpoint(name, provider, options))
  }

  get all(): readonly Endpoint<Provider>[] {
    return this.#all
  }

  /** Those that may be asked now, the best first. */
  candidates(): readonly Endpoint<Provider>[] {
    const open = this.#all.filter((endpoint) => endpoint.mayAsk)
    return [...open.filter((one) => !one.hasJustFailed), ...open.filter((one) => one.hasJustFailed)]
  }

  /** ms until the first of them may be asked; 0 where one may. */
  get waitMs(): number {
    return Math.min(...this.#all.map((endpoint) => endpoint.waitMs))
  }

  /** For what can't be done without: where none may be asked, the one that may be soonest. */
  leastBad(): Endpoint<Provider> | null {
    const [first] = this.candidates()
    return first ?? [...this.#all].sort((a, b) => a.waitMs - b.waitMs)[0] ?? null
  }
}
