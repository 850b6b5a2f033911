/** When a campaign will probably be through. Pure; not for workflow code. */
import { type CallingHours, closingOf, nextOpening } from './calling-hours.ts'
import type { CampaignSpeed } from './campaign.ts'

/** A call for which nothing is known yet. */
const TYPICAL_CALL_SECONDS = 60
/** Further than this nobody plans. */
const MOST_OPENINGS = 400

export interface ForecastInput {
  readonly nowMs: number
  /** Calls to be made, under way or waiting. */
  readonly remaining: number
  readonly speed: CampaignSpeed
  /** Seconds from the claim of a row to the end of its call; null: none has ended. */
  readonly meanSeconds: number | null
  readonly hours: CallingHours
  readonly zone: string
}

/** @returns ms since the epoch; null: it never ends. */
export function forecastEnd(input: ForecastInput): number | null {
  const { nowMs, remaining, speed, meanSeconds, hours, zone } = input
  if (remaining === 0) return nowMs
  const perSecond = Math.min(
    speed.callsPerSecond,
    speed.windowSize / Math.max(1, meanSeconds ?? TYPICAL_CALL_SECONDS),
  )
  let leftMs = (remaining / perSecond) * 1000
  let atMs = nowMs
  for (let opening = 0; opening < MOST_OPENINGS; opening++) {
    const opensMs = nextOpening(atMs, hours, zone)
    const closesMs = opensMs === null ? null : closingOf(opensMs, hours, zone)
    if (opensMs === null || closesMs === null) return null
    if (closesMs - opensMs >= leftMs) return opensMs + leftMs
    leftMs -= closesMs - opensMs
    atMs = closesMs
  }
  return null
}
