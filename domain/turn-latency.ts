/** How long a caller waits for our answer, part by part, and when that is an alarm. Pure. */

/** From the caller's last voice to the first packet of our answer, in this order; together they are the wait. */
export const LATENCY_PARTS = ['decision', 'first_token', 'first_audio', 'first_packet'] as const
export type LatencyPart = (typeof LATENCY_PARTS)[number]

/** Alarm when 95 of 100 answers of the last minutes took up to more than the limit. */
export interface LatencyPolicy {
  /** Ms; 0: no alarm. */
  readonly limitMs: number
  readonly windowMinutes: number
}

/** Fewer answers say nothing: one slow one would be an alarm. */
const MIN_TURNS = 20

export interface RecentLatency {
  readonly turns: number
  /** Null while there is none. */
  readonly p95Ms: number | null
}

export type AlarmStep = 'raise' | 'worsen' | 'clear' | 'none'

/**
 * What follows for the alarm. It is cleared once all answers of the last minutes, however few, were fast enough, or nobody has called
 * in them; few slow ones neither raise it nor make it worse.
 * @param worstMs of the open alarm; null where none is open.
 */
export function alarmStep(
  recent: RecentLatency,
  { limitMs }: LatencyPolicy,
  worstMs: number | null,
): AlarmStep {
  if (limitMs === 0 || recent.turns === 0 || recent.p95Ms === null) return worstMs === null ? 'none' : 'clear'
  if (recent.p95Ms <= limitMs) return worstMs === null ? 'none' : 'clear'
  if (recent.turns < MIN_TURNS) return 'none'
  if (worstMs === null) return 'raise'
  return recent.p95Ms > worstMs ? 'worsen' : 'none'
}

/** Sums of ms by part -> shares of the whole, which add up to 1; zeros where nobody waited. */
export function sharesOf(sums: Readonly<Record<LatencyPart, number>>): Readonly<Record<LatencyPart, number>> {
  const whole = LATENCY_PARTS.reduce((sum, part) => sum + sums[part], 0)
  const share = (part: LatencyPart) => (whole === 0 ? 0 : sums[part] / whole)
  return {
    decision: share('decision'),
    first_token: share('first_token'),
    first_audio: share('first_audio'),
    first_packet: share('first_packet'),
  }
}
