/** The legs of this host: those that live, and for a while the reports of those that don't. */
import type { LegReport } from '../../domain/call.ts'
import type { LegId } from '../../domain/ids.ts'
import type { Leg } from './leg.ts'

/** A second attempt of an activity may ask for the report of a leg that has ended meanwhile. */
const KEEP_REPORT_MS = 600_000

export class LegRegistry {
  readonly #onEnded: (report: LegReport) => void
  readonly #legs = new Map<LegId, Leg>()
  readonly #reports = new Map<LegId, { readonly report: LegReport; readonly until: number }>()
  #waiters: (() => void)[] = []

  constructor(onEnded: (report: LegReport) => void = () => {}) {
    this.#onEnded = onEnded
  }

  /** Legs that have not ended; each takes one channel. */
  get size(): number {
    return this.#legs.size
  }

  add(leg: Leg): void {
    this.#legs.set(leg.legId, leg)
    void leg.ended.then((report) => {
      this.#legs.delete(leg.legId)
      this.#onEnded(report)
      this.#forgetOld()
      this.#reports.set(leg.legId, { report, until: Date.now() + KEEP_REPORT_MS })
      if (this.#legs.size > 0) return
      for (const resolve of this.#waiters.splice(0)) resolve()
    })
  }

  get(legId: LegId): Leg | undefined {
    return this.#legs.get(legId)
  }

  /** Report of a leg that ended in the last ten minutes. */
  report(legId: LegId): LegReport | undefined {
    return this.#reports.get(legId)?.report
  }

  all(): readonly Leg[] {
    return [...this.#legs.values()]
  }

  /** Resolves when no leg is left. */
  empty(): Promise<void> {
    return this.#legs.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve))
  }

  #forgetOld(): void {
    const now = Date.now()
    for (const [legId, { until }] of this.#reports) if (until < now) this.#reports.delete(legId)
  }
}
