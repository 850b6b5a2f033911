/** Whose Issues a list shows, as its address names it. */
import type { TFunction } from 'i18next'
import type { Colleague } from '../../api/types.ts'

/** `me`, `none` for those nobody looks after, or somebody's e-mail. */
export type Who = string

/** The longest e-mail there can be (RFC 5321 section 4.5.3.1.3). */
const LONGEST_EMAIL = 254

/** Keeps what is understood. */
export const readWho = (given: unknown): Who | undefined =>
  typeof given === 'string' &&
  (given === 'me' || given === 'none' || (given.includes('@') && given.length <= LONGEST_EMAIL))
    ? given
    : undefined

/** What the API is asked. @param me e-mail of the reader; undefined while it is not known yet. */
export const assigneeOf = (who: Who | undefined, me: string | undefined): string | undefined =>
  who === 'me' ? me : who

/** Everybody that can be chosen: oneself first, then nobody, then the others by name. */
export const whoChoices = (people: readonly Colleague[], me: string | undefined): readonly Who[] => [
  'me',
  'none',
  ...people.map(({ email }) => email).filter((email) => email !== me),
]

/** Somebody who can't sign in any more goes by the e-mail. */
export function whoName(who: Who, people: readonly Colleague[], t: TFunction): string {
  if (who === 'me') return t('issue.filter.mine')
  if (who === 'none') return t('issue.filter.none')
  return people.find(({ email }) => email === who)?.name ?? who
}
