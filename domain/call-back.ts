/** Whether a caller whose call was cut off by us is called back by our AI at once. Pure; time is an argument. */

export interface CallBackPolicy {
  readonly isOn: boolean
  /** Hours of the Korean day, the second excluded. */
  readonly fromHour: number
  readonly toHour: number
}

/** Why a person has to do it. */
export type NoCallBack = 'off' | 'no_number' | 'closed_hours' | 'do_not_call' | 'too_late'

export interface CallBackCase {
  readonly policy: CallBackPolicy
  /** As the network gave it: national digits; '' where it was withheld. */
  readonly number: string
  /** They have asked not to be called. */
  readonly doNotCall: boolean
  readonly atMs: number
  /** When they were cut off; absent where nobody knows. */
  readonly cutOffAtMs?: number | undefined
}

const HOUR_MS = 3_600_000
const KOREA_MS = 9 * HOUR_MS
/** Whoever was cut off longer ago is surprised by a call that goes on with the talk. */
const AT_ONCE_MS = 15 * 60_000
/** Of Korea; calls abroad are not placed unasked. */
const NATIONAL = /^0\d{7,11}$/

/** Null: they are called. */
export function whyNoCallBack({
  policy,
  number,
  doNotCall,
  atMs,
  cutOffAtMs,
}: CallBackCase): NoCallBack | null {
  if (!policy.isOn) return 'off'
  if (!NATIONAL.test(number)) return 'no_number'
  if (doNotCall) return 'do_not_call'
  if (cutOffAtMs !== undefined && atMs - cutOffAtMs > AT_ONCE_MS) return 'too_late'
  const hour = Math.floor(((atMs + KOREA_MS) / HOUR_MS) % 24)
  return hour >= policy.fromHour && hour < policy.toHour ? null : 'closed_hours'
}
