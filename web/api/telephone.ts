import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { Gateways, Signalling } from './types.ts'

const callPath = (callId: string) => `/api/calls/${encodeURIComponent(callId)}`

/** SIP messages of a call that is over; they never change. */
export const signallingQuery = (callId: string) =>
  queryOptions({
    queryKey: ['signalling', callId] as const,
    queryFn: ({ signal }) => request<Signalling>('GET', `${callPath(callId)}/signalling`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Address of the same as a capture for Wireshark. */
export const captureUrl = (callId: string): string => `${callPath(callId)}/signalling.pcap`

/** Looked at again while the page is open. */
export const gatewaysQuery = queryOptions({
  queryKey: ['gateways'] as const,
  queryFn: ({ signal }) => request<Gateways>('GET', '/api/gateways', { signal }),
  refetchInterval: 10_000,
})
