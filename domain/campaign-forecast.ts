/** When a campaign will probably be through. Pure; not for workflow code. */
import { type CallingHours, closingOf, nextOpening } from './calling-hours.ts'
import type { CampaignSpeed } from './campaign.ts'

/** A call for which nothing is known yet. */
const TYPICAL_CALL_SECONDS = 60
/** Further than so many openings and closings nobody plans. */
const MOST_STEPS = 2_000

/** People of one place who may be called from one moment on. */
export interface CallsToMake {
  /** Whose clock counts; null: they are being called, at whatever hour. */
  readonly zone: string | null
  readonly count: number
  /** ms: they are called again then, or it was told before that they are not called earlier. */
  readonly notBeforeMs: number
}

export interface ForecastInput {
  readonly nowMs: number
  readonly calls: readonly CallsToMake[]
  readonly speed: CampaignSpeed
  /** Seconds from the claim of a row to the end of its call; null: none has ended. */
  readonly meanSeconds: number | null
  readonly hours: CallingHours
}

/** When somebody may be called next. ms. */
interface Opening {
  readonly opensMs: number
  readonly closesMs: number
}

/**
 * Plays the rest through: whoever may be called at a moment shares the pace, so while one zone sleeps the others go faster.
 * @returns ms since the epoch; null: it never ends.
 */
export function forecastEnd(input: ForecastInput): number | null {
  const perMs = callsPerMs(input)
  let groups = input.calls.filter(({ count }) => count > 0).map((calls) => new Group(calls))
  let atMs = input.nowMs
  for (let step = 0; step < MOST_STEPS; step++) {
    if (groups.length === 0) return atMs
    const openings = groups.map((group) => ({ group, opening: group.openingAt(atMs, input.hours) }))
    if (openings.some(({ opening }) => opening === null)) return null
    const isOpen = ({ opening }: (typeof openings)[number]) => opening !== null && opening.opensMs <= atMs
    const open = openings.filter(isOpen)
    // Until somebody's hours begin or end nothing changes but how many are left.
    const changesMs = Math.min(
      ...openings.map((one) => (isOpen(one) ? one.opening?.closesMs : one.opening?.opensMs) ?? atMs),
    )
    const left = open.reduce((sum, { group }) => sum + group.left, 0)
    if (open.length > 0 && atMs + left / perMs <= changesMs) {
      atMs += left / perMs
      groups = groups.filter((group) => !open.some((one) => one.group === group))
    } else {
      for (const { group } of open) group.left *= 1 - ((changesMs - atMs) * perMs) / left
      atMs = changesMs
    }
  }
  return null
}

function callsPerMs({ speed, meanSeconds }: ForecastInput): number {
  const byWindow = speed.windowSize / Math.max(1, meanSeconds ?? TYPICAL_CALL_SECONDS)
  return Math.min(speed.callsPerSecond, byWindow) / 1000
}

class Group {
  readonly #calls: CallsToMake
  /** Calls; a fraction on the way. */
  left: number
  #known: Opening | null = null

  constructor(calls: CallsToMake) {
    this.#calls = calls
    this.left = calls.count
  }

  /** The hours that go on at that moment, or the next ones; null: they never open. */
  openingAt(atMs: number, hours: CallingHours): Opening | null {
    if (this.#known !== null && atMs < this.#known.closesMs) return this.#known
    const { zone, notBeforeMs } = this.#calls
    const fromMs = Math.max(atMs, notBeforeMs)
    if (zone === null) this.#known = { opensMs: fromMs, closesMs: Number.POSITIVE_INFINITY }
    else {
      const opensMs = nextOpening(fromMs, hours, zone)
      const closesMs = opensMs === null ? null : closingOf(opensMs, hours, zone)
      this.#known = opensMs === null || closesMs === null ? null : { opensMs, closesMs }
    }
    return this.#known
  }
}
