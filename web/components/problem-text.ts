import type { TFunction } from 'i18next'
import { ApiError, NetworkError } from '../api/problem.ts'

/** What went wrong, for people: a heading of ours, and the server's own sentence where it has one. */
export function problemText(
  error: unknown,
  t: TFunction,
): { readonly title: string; readonly detail: string | null } {
  if (error instanceof NetworkError) return { title: t('problem.network'), detail: t('problem.network_text') }
  if (!(error instanceof ApiError)) return { title: t('problem.page'), detail: null }
  const { status, detail } = error.problem
  if (status >= 500) return { title: t('problem.server'), detail: t('problem.server_text') }
  return { title: headingOf(status, t), detail }
}

function headingOf(status: number, t: TFunction): string {
  switch (status) {
    case 401:
      return t('problem.unauthorized')
    case 403:
      return t('problem.forbidden')
    case 404:
      return t('problem.not_found')
    case 409:
      return t('problem.conflict')
    case 400:
    case 422:
      return t('problem.invalid')
    case 429:
      return t('problem.too_many')
    default:
      return t('problem.refused')
  }
}
