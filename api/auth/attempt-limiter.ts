/** How often a password may be tried: counted by account and by address, shared by all copies of the API. */
import type { Pool } from 'pg'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

export interface AttemptLimits {
  readonly perAccount: number
  readonly perAddress: number
  readonly windowSeconds: number
}

/** Generous to someone who mistypes, useless to someone who guesses. */
export const ATTEMPT_LIMITS: AttemptLimits = { perAccount: 8, perAddress: 40, windowSeconds: 15 * 60 }

/** Counts attempts at signing in. */
export interface AttemptLimiter {
  /** Counts one attempt. @returns seconds to wait, or null when it may go on. */
  readonly begin: (account: string, address: string) => Promise<number | null>
  /** The attempt was good: what was counted for it is taken back. */
  readonly succeed: (account: string, address: string) => Promise<void>
}

export function createAttemptLimiter(pool: Pool, limits: AttemptLimits = ATTEMPT_LIMITS): AttemptLimiter {
  const limiter = (keyPrefix: string, points: number) => {
    const options = { keyPrefix, points, duration: limits.windowSeconds }
    return new RateLimiterPostgres({
      ...options,
      storeClient: pool,
      tableName: 'rate_limits',
      tableCreated: true,
      // While the database is away this copy counts by itself.
      insuranceLimiter: new RateLimiterMemory(options),
    })
  }
  const byAccount = limiter('sign-in-account', limits.perAccount)
  const byAddress = limiter('sign-in-address', limits.perAddress)
  return {
    async begin(account, address) {
      const waits = await Promise.all([consume(byAccount, account), consume(byAddress, address)])
      const longest = Math.max(...waits)
      return longest === 0 ? null : longest
    },
    async succeed(account, address) {
      await Promise.all([byAccount.delete(account), byAddress.reward(address)])
    },
  }
}

/** @returns seconds to wait; 0 when the attempt is allowed. */
async function consume(limiter: RateLimiterPostgres, key: string): Promise<number> {
  try {
    await limiter.consume(key.slice(0, 200))
    return 0
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw refusal
  }
}
