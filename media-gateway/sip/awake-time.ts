/**
 * Time as this process lives it. While it stands still (on a host that gave its processor to others, say) it can't read
 * what its peers send, so their limits are measured without that time.
 */

const TICK_MS = 100
/** A tick that is so late was held up with everything else. */
const HELD_UP_MS = 100
/** Who was away for longer is called on no more. */
const LONGEST_MS = 30_000

let stoodStillMs = 0
let lastTickAtMs = performance.now()

function tick(): void {
  const nowMs = performance.now()
  const lateMs = nowMs - lastTickAtMs - TICK_MS
  if (lateMs > HELD_UP_MS && lateMs < LONGEST_MS) stoodStillMs += lateMs
  lastTickAtMs = nowMs
}
setInterval(tick, TICK_MS).unref()

/** Milliseconds of a clock that stands still with the process. */
export function awakeNow(): number {
  tick()
  return performance.now() - stoodStillMs
}
