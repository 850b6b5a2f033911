import { useQuery } from '@tanstack/react-query'
import { colleaguesQuery } from '../../api/issues.ts'
import type { Colleague } from '../../api/types.ts'

const NOBODY: readonly Colleague[] = []

/** Those whom an Issue can be given to; nobody while they are read. */
export const useColleagues = (): readonly Colleague[] => useQuery(colleaguesQuery).data?.people ?? NOBODY
