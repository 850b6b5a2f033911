import type { TFunction } from 'i18next'
import { ApiError } from '../../api/problem.ts'

const REFUSALS = [
  'csv_broken',
  'csv_empty',
  'encoding_unknown',
  'withdrawn',
  'phone_unknown',
  'number_in_use',
] as const

/** The API's refusal as a sentence of ours, where there is one. */
export function inOurWords(error: unknown, t: TFunction): unknown {
  if (!(error instanceof ApiError)) return error
  const known = REFUSALS.find((code) => code === error.problem.code)
  return known === undefined
    ? error
    : new ApiError({ ...error.problem, detail: t(`call_law.error.${known}`) })
}
