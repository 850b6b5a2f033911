/** Why the API refuses a request for a call; for each there is a sentence of ours. */
import type { Problem } from '../../api/problem.ts'

const REFUSALS = [
  'duplicate_callee',
  'do_not_call',
  'caller_not_allowed',
  'daily_limit',
  'rate_limit',
  'no_route',
  'outbound_disabled',
  'over',
  'not_over',
  'completed',
] as const

export type OutboundRefusal = (typeof REFUSALS)[number]

/** @returns null: nothing of ours; its own sentence is shown. */
export const knownRefusal = ({ code }: Problem): OutboundRefusal | null =>
  REFUSALS.find((refusal) => refusal === code) ?? null
