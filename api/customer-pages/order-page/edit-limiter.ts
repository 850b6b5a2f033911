/** How often one order may be edited from its page: enough for anybody in earnest, not for a machine. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { OrderNo } from '../../../domain/ids.ts'

const EDITS = 20
const WINDOW_SECONDS = 600

/** Counts in this process: a few copies of the API allow a few times as much, which is still few. */
export function createEditLimiter(): { readonly allows: (orderNo: OrderNo) => Promise<boolean> } {
  const limiter = new RateLimiterMemory({ points: EDITS, duration: WINDOW_SECONDS })
  return {
    async allows(orderNo) {
      try {
        await limiter.consume(orderNo)
        return true
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return false
        throw refusal
      }
    },
  }
}
