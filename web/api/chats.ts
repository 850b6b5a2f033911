import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { NewMessage, ThreadCounts, ThreadDetail, ThreadList } from './types.ts'

const pathOf = (orderNo: string): string => `/api/tickets/${encodeURIComponent(orderNo)}`

/**
 * A person writes to the customer, and with it takes the conversation over.
 * @param key one for each press of the button: the same message sent again is still one message.
 */
export const writeToCustomer = (
  orderNo: string,
  message: NewMessage,
  key: string,
): Promise<{ readonly thread_id: string }> =>
  request('POST', `${pathOf(orderNo)}/messages`, { body: message, idempotencyKey: key })

/** @param taken false gives the conversation back to the AI. */
export const takeThreadOver = (
  orderNo: string,
  threadId: string,
  taken: boolean,
): Promise<{ readonly taken: boolean }> =>
  request('POST', `${pathOf(orderNo)}/threads/${encodeURIComponent(threadId)}/take-over`, { body: { taken } })

/** Which conversations a list shows; absent: all. */
export interface ThreadListFilter {
  readonly channel?: 'sms' | 'kakao'
  /** Those that no order came of. */
  readonly order?: 'none'
  readonly state?: 'handed' | 'waiting'
  /** Last four digits of the customer's number. */
  readonly tail?: string
}

/** Keys of the cache; live events find their entries by them. */
export const threadKeys = {
  counts: ['thread-counts'] as const,
  lists: ['threads'] as const,
  list: (filter: ThreadListFilter) => ['threads', filter] as const,
  thread: (threadId: string) => ['thread', threadId] as const,
}

const THREADS_PER_PAGE = 40
const MESSAGES_PER_PAGE = 50

export const threadCountsQuery = queryOptions({
  queryKey: threadKeys.counts,
  queryFn: ({ signal }) => request<ThreadCounts>('GET', '/api/threads/counts', { signal }),
})

export const threadsQuery = (filter: ThreadListFilter) =>
  infiniteQueryOptions({
    queryKey: threadKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      request<ThreadList>('GET', '/api/threads', {
        query: { ...filter, cursor: pageParam ?? undefined, limit: THREADS_PER_PAGE },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

const threadPath = (threadId: string): string => `/api/threads/${encodeURIComponent(threadId)}`

/** With its newest messages. */
export const threadQuery = (threadId: string) =>
  queryOptions({
    queryKey: threadKeys.thread(threadId),
    queryFn: ({ signal }) =>
      request<ThreadDetail>('GET', threadPath(threadId), { query: { limit: MESSAGES_PER_PAGE }, signal }),
  })

/** @param before cursor of the page after it. */
export const fetchEarlier = (threadId: string, before: string): Promise<ThreadDetail> =>
  request('GET', threadPath(threadId), { query: { limit: MESSAGES_PER_PAGE, before } })

/** A person writes into a conversation, whether or not it has an order. */
export const writeInThread = (
  threadId: string,
  text: string,
  key: string,
): Promise<{ readonly thread_id: string }> =>
  request('POST', `${threadPath(threadId)}/messages`, { body: { text }, idempotencyKey: key })

export const takeOverThread = (threadId: string, taken: boolean): Promise<{ readonly taken: boolean }> =>
  request('POST', `${threadPath(threadId)}/take-over`, { body: { taken } })
