import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { PhoneColleagues, SoftphoneCredentialsView } from './types.ts'

/** Who this browser is at the gateway, for some hours. */
export const softphoneCredentials = (): Promise<SoftphoneCredentialsView> =>
  request('POST', '/api/softphone/credentials', { body: {} })

/** Whom a call may be passed on to; looked at again while the list is open. */
export const phoneColleaguesQuery = queryOptions({
  queryKey: ['phone-colleagues'] as const,
  queryFn: ({ signal }) => request<PhoneColleagues>('GET', '/api/softphone/colleagues', { signal }),
  refetchInterval: 5_000,
})
