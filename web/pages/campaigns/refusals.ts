/** Why the API refuses something of a campaign; for each there is a sentence of ours. */
import type { TFunction } from 'i18next'
import { ApiError } from '../../api/problem.ts'

const REFUSALS = [
  'over',
  'not_running',
  'started',
  'no_rows',
  'outbound_disabled',
  'not_waiting',
  'caller_not_allowed',
  'csv_broken',
  'csv_empty',
  'encoding_unknown',
] as const

/** @returns null: nothing of ours; its own sentence is shown. */
export function refusalText(error: unknown, t: TFunction): string | null {
  if (!(error instanceof ApiError)) return null
  const known = REFUSALS.find((refusal) => refusal === error.problem.code)
  return known === undefined ? null : t(`campaign.error.${known}`)
}

/** The same error with our sentence, where there is one. */
export function inOurWords(error: unknown, t: TFunction): unknown {
  const detail = refusalText(error, t)
  return detail === null || !(error instanceof ApiError) ? error : new ApiError({ ...error.problem, detail })
}
