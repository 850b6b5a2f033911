import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request, requestFile } from './client.ts'
import type {
  CallConsentList,
  ConsentHistory,
  DoNotCallChanges,
  DoNotCallEntry,
  DoNotCallList,
  ErasedView,
  ImportedList,
  NewCallConsent,
} from './types.ts'

/** All of it: an entry of one list changes the others. */
export const callLawKey = ['call-law'] as const

/** The two lists that take files. */
export type LawList = 'do-not-call' | 'call-consents'
type Query = Readonly<Record<string, string | undefined>>

const PAGE = 50
const paged = <Page extends { readonly next_cursor: string | null }>(
  name: string,
  path: string,
  query: Query,
) =>
  infiniteQueryOptions({
    queryKey: [...callLawKey, name, query] as const,
    queryFn: ({ pageParam, signal }) =>
      request<Page>('GET', path, {
        signal,
        query: { ...query, limit: PAGE, cursor: pageParam ?? undefined },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next_cursor,
  })

export const doNotCallQuery = (query: {
  q?: string | undefined
  source?: DoNotCallEntry['source'] | undefined
}) => paged<DoNotCallList>('list', '/api/do-not-call', query)
export const doNotCallChangesQuery = (query: { q?: string | undefined }) =>
  paged<DoNotCallChanges>('changes', '/api/do-not-call/changes', query)
export const consentsQuery = (query: {
  q?: string | undefined
  purpose?: string | undefined
  state?: string | undefined
}) => paged<CallConsentList>('consents', '/api/call-consents', query)
export const consentHistoryQuery = (id: number) =>
  queryOptions({
    queryKey: [...callLawKey, 'history', id] as const,
    queryFn: ({ signal }) => request<ConsentHistory>('GET', `/api/call-consents/${id}/history`, { signal }),
  })

export const addDoNotCall = (body: { phone: string; reason?: string }): Promise<null> =>
  request('POST', '/api/do-not-call', { body })
export const removeDoNotCall = (id: number, reason: string): Promise<null> =>
  request('POST', `/api/do-not-call/${id}/remove`, { body: { reason } })
export const recordConsent = (consent: NewCallConsent): Promise<null> =>
  request('POST', '/api/call-consents', { body: { consents: [consent] } })
export const withdrawConsent = (id: number, reason: string): Promise<null> =>
  request('POST', `/api/call-consents/${id}/withdraw`, { body: { reason } })

/** @param isDry only tells what would be. */
export const importList = (list: LawList, file: Blob, isDry: boolean): Promise<ImportedList> =>
  request('POST', `/api/${list}/import`, { file, query: { dry_run: isDry } })
/** The lines that were not taken in with their reasons, as CSV. */
export const readImportErrors = (list: LawList, file: Blob, lang: string): Promise<Blob> =>
  requestFile(`/api/${list}/import/errors`, { file, query: { lang } })

/** @param isDry only counts what would be erased. */
export const forgetNumber = (phone: string, isDry: boolean): Promise<ErasedView> =>
  request('POST', '/api/forgotten-numbers', { body: { phone }, query: { dry_run: isDry } })
