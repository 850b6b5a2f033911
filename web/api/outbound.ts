import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { changeRead } from './change-read.ts'
import { request } from './client.ts'
import type {
  OutboundAccepted,
  OutboundList,
  OutboundOptions,
  OutboundRecord,
  OutboundState,
  OutboundStats,
} from './types.ts'

/** What a list of requested calls shows. */
export interface OutboundListFilter {
  readonly state?: OutboundState
  readonly q?: string
}

/** What the form sends; what is left out is decided by the API. */
export interface NewOutbound {
  readonly caller_number: string
  readonly callee_number: string
  readonly caller_display_name?: string
  readonly purpose: string
  readonly questions: readonly string[]
  readonly max_duration: number
  readonly priority: number
  readonly scheduled_at?: string
  readonly retry_on_no_answer: boolean
  readonly max_retries: number
  readonly metadata?: Readonly<Record<string, unknown>>
}

export const outboundKeys = {
  lists: ['outbound', 'list'] as const,
  stats: ['outbound', 'stats'] as const,
  one: (id: string) => ['outbound', 'one', id] as const,
}

const PAGE = 50
const path = (id: string) => `/api/outbound/${encodeURIComponent(id)}`

export const outboundListQuery = (filter: OutboundListFilter) =>
  infiniteQueryOptions({
    queryKey: [...outboundKeys.lists, filter] as const,
    queryFn: ({ pageParam, signal }) =>
      request<OutboundList>('GET', '/api/outbound/', {
        signal,
        query: { ...filter, limit: PAGE, cursor: pageParam ?? undefined },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const outboundStatsQuery = queryOptions({
  queryKey: outboundKeys.stats,
  queryFn: ({ signal }) => request<OutboundStats>('GET', '/api/outbound/stats', { signal }),
})

export const outboundOptionsQuery = queryOptions({
  queryKey: ['outbound', 'options'] as const,
  queryFn: ({ signal }) => request<OutboundOptions>('GET', '/api/outbound/options', { signal }),
})

export const outboundQuery = (id: string) =>
  queryOptions({
    queryKey: outboundKeys.one(id),
    queryFn: ({ signal }) => request<OutboundRecord>('GET', path(id), { signal }),
  })

/** @throws ApiError with the errors of its fields. */
export const askForCall = (wanted: NewOutbound): Promise<OutboundAccepted> =>
  request('POST', '/api/outbound/', { body: wanted })

export const cancelOutbound = (id: string): Promise<OutboundRecord> =>
  request('POST', `${path(id)}/cancel`, { body: {} })

export const retryOutbound = (id: string): Promise<OutboundAccepted> =>
  request('POST', `${path(id)}/retry`, { body: {} })

/** Where the same selection is downloaded. */
export function exportUrl(filter: OutboundListFilter, format: 'csv' | 'json', lang: string): string {
  const search = new URLSearchParams({ format, lang })
  if (filter.state !== undefined) search.set('state', filter.state)
  if (filter.q !== undefined) search.set('q', filter.q)
  return `/api/outbound/export?${search}`
}

/** Where the result of one call is downloaded, once it is over. */
export const resultUrl = (id: string): string => `${path(id)}/result`

/** Shows how a request stands now wherever it is on the screen; what a list lacks is read again by the caller. */
export function applyOutbound(client: QueryClient, call: OutboundRecord): void {
  changeRead<OutboundRecord>(client, outboundKeys.one(call.outbound_id), () => call)
  type Pages = { readonly pages: readonly OutboundList[] }
  for (const { queryKey } of client.getQueryCache().findAll({ queryKey: outboundKeys.lists }))
    changeRead<Pages>(client, queryKey, (data) => ({
      ...data,
      pages: data.pages.map((page) => ({
        ...page,
        calls: page.calls.map((known) => (known.outbound_id === call.outbound_id ? call : known)),
      })),
    }))
}
