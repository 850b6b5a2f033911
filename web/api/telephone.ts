import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { Capture, Gateways, Signalling } from './types.ts'

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

/** Packets of a call; while it lives they are looked at again. */
export const packetsQuery = (callId: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['packets', callId] as const,
    queryFn: ({ signal }) => request<Capture>('GET', `${callPath(callId)}/capture`, { signal }),
    refetchInterval: isLive ? 5_000 : false,
  })

/** @throws ApiError 409 where the call is not live. */
export const startPackets = (callId: string, withSound: boolean): Promise<Capture> =>
  request('POST', `${callPath(callId)}/capture/start`, { body: { with_sound: withSound } })

/** @throws ApiError 409 where the call is not live. */
export const stopPackets = (callId: string): Promise<Capture> =>
  request('POST', `${callPath(callId)}/capture/stop`, { body: {} })

/** Address of the packets and messages of a call for Wireshark. */
export const packetsUrl = (callId: string): string => `${callPath(callId)}/capture.pcap`

/** Looked at again while the page is open. */
export const gatewaysQuery = queryOptions({
  queryKey: ['gateways'] as const,
  queryFn: ({ signal }) => request<Gateways>('GET', '/api/gateways', { signal }),
  refetchInterval: 10_000,
})
