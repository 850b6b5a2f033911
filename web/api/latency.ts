import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { LatencyView } from './types.ts'

/** How far back the page looks, and in which steps. */
export const LATENCY_RANGES = { day: 1, week: 7, month: 30 } as const
export type LatencyRange = keyof typeof LATENCY_RANGES

const DAY_MS = 86_400_000
export const latencyKeys = ['latency'] as const

/** Up to now, also while the page stays open. */
export const latencyQuery = (range: LatencyRange) =>
  queryOptions({
    queryKey: [...latencyKeys, range] as const,
    queryFn: ({ signal }) => {
      const untilMs = Date.now()
      const from = new Date(untilMs - LATENCY_RANGES[range] * DAY_MS).toISOString()
      const query = { from, until: new Date(untilMs).toISOString(), by: range === 'month' ? 'day' : 'hour' }
      return request<LatencyView>('GET', '/api/statistics/latency', { signal, query })
    },
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })
