/** RFC 3261 timers: base values and a set of named timers that can be stopped together. */
import { awakeNow } from './awake-time.ts'
import type { SipTimers } from './types.ts'

export const DEFAULT_TIMERS: SipTimers = { t1: 500, t2: 4000, t4: 5000 }

/** Timers B, D, F, H, J, L, M and the life of an unacknowledged 2xx: 64*T1. */
export const transactionTimeoutMs = (timers: SipTimers): number => 64 * timers.t1

/** The clock of a timer and ours are not the same. */
const TOLERANCE_MS = 5

/** Timers that stop together, in the time of `awakeNow`; starting a name again replaces its timer. */
export class TimerSet {
  readonly #running = new Map<string, NodeJS.Timeout>()

  start(name: string, afterMs: number, fire: () => void): void {
    this.stop(name)
    this.#arm(name, awakeNow() + afterMs, fire)
  }

  #arm(name: string, dueAtMs: number, fire: () => void): void {
    const timer = setTimeout(
      () => {
        if (dueAtMs - awakeNow() > TOLERANCE_MS) return this.#arm(name, dueAtMs, fire)
        this.#running.delete(name)
        fire()
      },
      Math.max(0, dueAtMs - awakeNow()),
    )
    this.#running.set(name, timer)
  }

  /** Fires after `firstMs`, then with doubled gaps up to `longestMs`, until stopped. */
  startBackoff(name: string, firstMs: number, longestMs: number, fire: () => void): void {
    this.start(name, firstMs, () => {
      this.startBackoff(name, Math.min(firstMs * 2, longestMs), longestMs, fire)
      fire()
    })
  }

  stop(...names: readonly string[]): void {
    for (const name of names) {
      clearTimeout(this.#running.get(name))
      this.#running.delete(name)
    }
  }

  isRunning(name: string): boolean {
    return this.#running.has(name)
  }

  stopAll(): void {
    this.stop(...this.#running.keys())
  }
}
