import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import { colleaguesQuery } from './issues.ts'
import type { Account, AccountChange, AccountList, FirstPassword, NewAccount } from './types.ts'

export const accountsQuery = queryOptions({
  queryKey: ['accounts'] as const,
  queryFn: ({ signal }) => request<AccountList>('GET', '/api/accounts', { signal }),
})

/** What a change of an account makes old. */
export const accountKeys = [accountsQuery.queryKey, colleaguesQuery.queryKey] as const

export const addAccount = (account: NewAccount): Promise<FirstPassword> =>
  request('POST', '/api/accounts', { body: account })

const path = (id: string, rest = '') => `/api/accounts/${encodeURIComponent(id)}${rest}`

/** What is given is changed. */
export const changeAccount = (id: string, change: AccountChange): Promise<Account> =>
  request('PATCH', path(id), { body: change })

export const renewPassword = (id: string): Promise<FirstPassword> =>
  request('POST', path(id, '/password'), { body: {} })
