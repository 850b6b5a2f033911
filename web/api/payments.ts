import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type {
  DepositList,
  DepositView,
  MoneyToReturnList,
  MoneyToReturnView,
  ReconciliationView,
  RefundAccountView,
} from './types.ts'

/** Keys of the cache; all of them are read again when money has moved. */
export const paymentKeys = {
  all: ['money'] as const,
}

export const openDepositsQuery = queryOptions({
  queryKey: [...paymentKeys.all, 'open-deposits'] as const,
  queryFn: ({ signal }) =>
    request<DepositList>('GET', '/api/payments/deposits', { signal, query: { limit: 200 } }),
})

/** Settled deposits, page by page. */
export const settledDepositsQuery = infiniteQueryOptions({
  queryKey: [...paymentKeys.all, 'settled-deposits'] as const,
  queryFn: ({ signal, pageParam }) =>
    request<DepositList>('GET', '/api/payments/deposits', {
      signal,
      query: { state: 'settled', limit: 20, cursor: pageParam ?? undefined },
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
})

export const returnsQuery = queryOptions({
  queryKey: [...paymentKeys.all, 'returns'] as const,
  queryFn: ({ signal }) => request<MoneyToReturnList>('GET', '/api/payments/returns', { signal }),
})

export const reconciliationQuery = queryOptions({
  queryKey: [...paymentKeys.all, 'reconciliation'] as const,
  queryFn: ({ signal }) => request<ReconciliationView>('GET', '/api/payments/reconciliation', { signal }),
})

export const matchDeposit = (id: number, orderNo: string): Promise<DepositView> =>
  request('POST', `/api/payments/deposits/${id}/match`, { body: { order_no: orderNo } })

export const settleDeposit = (
  id: number,
  status: 'returned' | 'ignored',
  note: string,
): Promise<DepositView> => request('POST', `/api/payments/deposits/${id}/settle`, { body: { status, note } })

export const markReturned = (id: number, note: string): Promise<MoneyToReturnView> =>
  request('POST', `/api/payments/returns/${id}/returned`, { body: { note } })

/** The whole account; the reason is kept in the audit log. */
export const revealRefundAccount = (id: number, reason: string): Promise<RefundAccountView> =>
  request('POST', `/api/payments/returns/${id}/account`, { body: { reason } })

export const reconcileNow = (): Promise<unknown> =>
  request('POST', '/api/payments/reconciliation', { body: {} })
