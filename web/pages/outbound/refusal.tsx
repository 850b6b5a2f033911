import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { knownRefusal } from './refusals.ts'

/** Why a call was not taken in: in our words where we have some. */
export function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation()
  const known = error instanceof ApiError ? knownRefusal(error.problem) : null
  if (known === null || !(error instanceof ApiError)) return <InlineProblem error={error} />
  const detail = t(`outbound.error.${known}`)
  return <InlineProblem error={new ApiError({ ...error.problem, detail })} />
}
