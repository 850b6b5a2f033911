import type { TFunction } from 'i18next'
import { openText } from '../../i18n/open-text.ts'

/** Name of what resolves an Issue. Where no step stopped there is nothing to try again: the order goes on. */
export const actionLabel = (action: string, issue: { readonly step: string | null }, t: TFunction): string =>
  action === 'retry_step' && issue.step === null ? t('issue.carry_on') : openText('ticket.action', action)
