/**
 * Whether a service that keeps failing is asked at all. Pure: every step takes the time and gives the next state.
 *
 * closed --(failures within the window)--> open --(time is over)--> probing --success--> closed
 *                                            ^------------------------ failure
 */

export interface BreakerPolicy {
  /** So many failures within `windowMs` open it. */
  readonly failures: number
  readonly windowMs: number
  /** How long nobody asks; then one request finds out. */
  readonly openMs: number
}

export type Breaker =
  /** Times of its failures, ms, oldest first; those before the window are dropped with the next one. */
  | { readonly kind: 'closed'; readonly failures: readonly number[] }
  | { readonly kind: 'open'; readonly until: number }
  /** One request is out. If nothing is heard of it by `until`, another one may go. */
  | { readonly kind: 'probing'; readonly until: number }

export const CLOSED: Breaker = { kind: 'closed', failures: [] }

/** A service that names a time to wait is not believed for longer, ms. */
export const MAX_RETRY_AFTER_MS = 60_000

export const mayAsk = (breaker: Breaker, now: number): boolean =>
  breaker.kind === 'closed' || now >= breaker.until

/** From when on it may be asked; now or earlier where it may be already. */
export const asksFrom = (breaker: Breaker): number =>
  breaker.kind === 'closed' ? Number.NEGATIVE_INFINITY : breaker.until

/** A request goes out; only where `mayAsk`. */
export const asked = (breaker: Breaker, now: number, policy: BreakerPolicy): Breaker =>
  breaker.kind === 'closed' ? breaker : { kind: 'probing', until: now + policy.openMs }

/** A late success of a request that was out when it opened closes nothing: only a probe does. */
export const succeeded = (breaker: Breaker): Breaker => (breaker.kind === 'probing' ? CLOSED : breaker)

/**
 * @param retryAfterMs what the service itself asked for (HTTP `retry-after`): nobody asks it before that, however few its
 * failures are; null where it named nothing.
 */
export function failed(
  breaker: Breaker,
  now: number,
  policy: BreakerPolicy,
  retryAfterMs: number | null = null,
): Breaker {
  const named = retryAfterMs === null ? now : now + Math.min(Math.max(retryAfterMs, 0), MAX_RETRY_AFTER_MS)
  switch (breaker.kind) {
    case 'closed': {
      const failures = [...breaker.failures.filter((at) => at > now - policy.windowMs), now]
      if (failures.length >= policy.failures)
        return { kind: 'open', until: Math.max(now + policy.openMs, named) }
      return named > now ? { kind: 'open', until: named } : { kind: 'closed', failures }
    }
    case 'probing':
      return { kind: 'open', until: Math.max(now + policy.openMs, named) }
    case 'open':
      return { kind: 'open', until: Math.max(breaker.until, named) }
  }
}

/** A request was given up by us before anything was known: a probe says nothing, and the next one may go at once. */
export const released = (breaker: Breaker, now: number): Breaker =>
  breaker.kind === 'probing' ? { kind: 'open', until: now } : breaker
