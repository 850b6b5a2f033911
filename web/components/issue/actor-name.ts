import type { TFunction } from 'i18next'
import type { Colleague } from '../../api/types.ts'
import { openText } from '../../i18n/open-text.ts'

/** A person by name where we know it, else what the record says. */
export function actorName(actor: string, people: readonly Colleague[], t: TFunction): string {
  if (actor === 'owner') return t('issue.owner')
  const known = people.find(({ email }) => email === actor)
  return known === undefined ? openText('ticket.actor', actor) : known.name
}
