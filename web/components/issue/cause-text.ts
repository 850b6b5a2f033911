import i18next, { type TFunction } from 'i18next'
import type { IssueCause } from '../../api/types.ts'
import { formatWhen, type Language } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { saidText, waysText } from './said-text.ts'

/** Why an Issue was raised, in the reader's language; the sentence that was given where no cause tells. */
export function causeText(
  issue: { readonly reason: string; readonly cause: IssueCause | null },
  t: TFunction,
  language: Language,
  nowMs: number,
): string {
  const { cause, reason } = issue
  // The server may know causes that this app doesn't know yet.
  if (cause === null || !i18next.exists(`issue.cause.${cause.code}`)) return reason
  const { party = '', time = '', detail = '', code = '', order = '', ways = '', count = '' } = cause.params
  const said =
    ways !== '' && language !== 'ko' ? waysText(ways, t, language) : saidText(code, detail, t, language)
  return t(`issue.cause.${cause.code}`, {
    party: openText('issue.party', party),
    time: time === '' ? '' : formatWhen(time, language, nowMs),
    detail: said,
    code,
    order,
    count,
  })
}
