import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { CallDetail, CallList } from './types.ts'

export const callKeys = {
  list: ['calls'] as const,
  call: (callId: string) => ['call', callId] as const,
}

export const callsQuery = queryOptions({
  queryKey: callKeys.list,
  queryFn: ({ signal }) => request<CallList>('GET', '/api/calls', { signal, query: { limit: 100 } }),
})

export const callQuery = (callId: string) =>
  queryOptions({
    queryKey: callKeys.call(callId),
    queryFn: ({ signal }) =>
      request<CallDetail>('GET', `/api/calls/${encodeURIComponent(callId)}`, { signal }),
  })
