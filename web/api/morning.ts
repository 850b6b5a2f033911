import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { Morning } from './types.ts'

/** @param date `YYYY-MM-DD` in Korea; absent: today. */
export const morningQuery = (date?: string) =>
  queryOptions({
    queryKey: ['morning', date ?? 'today'],
    queryFn: ({ signal }) => request<Morning>('GET', '/api/morning', { signal, query: { date } }),
  })
