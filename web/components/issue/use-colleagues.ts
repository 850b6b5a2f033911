import { useQuery } from '@tanstack/react-query'
import { colleaguesQuery } from '../../api/issues.ts'
import type { Colleague } from '../../api/types.ts'

const NOBODY: readonly Colleague[] = []

/** Those whom an Issue can be given to; nobody while they are read. */
export const useColleagues = (): readonly Colleague[] => useQuery(colleaguesQuery).data?.people ?? NOBODY

/** Names people by their e-mails; of somebody who can't sign in any more, what stands before the @. */
export function usePersonName(): (email: string) => string {
  const people = useColleagues()
  return (email) => people.find((person) => person.email === email)?.name ?? email.split('@')[0] ?? email
}
