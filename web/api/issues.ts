import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type {
  Colleague,
  IssueCounts,
  IssueDetail,
  IssueHandlingRequest,
  IssueList,
  OrderIssues,
} from './types.ts'

/** Which Issues a list shows; absent: open ones of everybody. */
export interface IssueListFilter {
  readonly state?: 'resolved'
  readonly kind?: string
  /** An e-mail, or 'none'. */
  readonly assignee?: string
}

/** Keys of the cache; live events find their entries by them. */
export const issueKeys = {
  counts: ['issue-counts'] as const,
  lists: ['issues'] as const,
  list: (filter: IssueListFilter) => ['issues', filter] as const,
  ofOrder: (orderNo: string) => ['order-issues', orderNo] as const,
}

/** Issues of one page of the list. */
export const ISSUES_PER_PAGE = 50

export const issueCountsQuery = queryOptions({
  queryKey: issueKeys.counts,
  queryFn: ({ signal }) => request<IssueCounts>('GET', '/api/issues/counts', { signal }),
  // What becomes overdue tells nobody.
  refetchInterval: 60_000,
})

export const fetchIssues = (
  { state, kind, assignee }: IssueListFilter,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<IssueList> =>
  request('GET', '/api/issues', {
    query: { state, kind, assignee, cursor: cursor ?? undefined, limit: ISSUES_PER_PAGE },
    ...(signal === undefined ? {} : { signal }),
  })

export const orderIssuesQuery = (orderNo: string) =>
  queryOptions({
    queryKey: issueKeys.ofOrder(orderNo),
    queryFn: ({ signal }) =>
      request<OrderIssues>('GET', `/api/tickets/${encodeURIComponent(orderNo)}/issues`, { signal }),
  })

export const colleaguesQuery = queryOptions({
  queryKey: ['colleagues'],
  queryFn: ({ signal }) =>
    request<{ readonly people: readonly Colleague[] }>('GET', '/api/people', { signal }),
  staleTime: 300_000,
})

const path = (id: string, rest = '') => `/api/issues/${encodeURIComponent(id)}${rest}`

export const handleIssue = (id: string, body: IssueHandlingRequest): Promise<IssueDetail> =>
  request('PATCH', path(id), { body })
export const commentOnIssue = (id: string, text: string): Promise<IssueDetail> =>
  request('POST', path(id, '/comments'), { body: { text } })
/** Its alarm goes quiet. */
export const acknowledgeIssue = (id: string): Promise<IssueDetail> =>
  request('POST', path(id, '/acknowledge'), { body: {} })
