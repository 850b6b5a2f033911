import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { SystemInfo } from './types.ts'

export const systemQuery = queryOptions({
  queryKey: ['system'] as const,
  queryFn: ({ signal }) => request<SystemInfo>('GET', '/api/system', { signal }),
  staleTime: 60_000,
})
