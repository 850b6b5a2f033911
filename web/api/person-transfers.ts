import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { PersonTransferList, PersonTransferMode, TransferBrief } from './types.ts'

/** What is asked of a live call; without `to` it is whom the request names. */
export interface PutThroughWish {
  readonly to?: string
  readonly mode: PersonTransferMode
  readonly reason: string
}

export const transferKeys = {
  all: ['transfers'] as const,
  mine: ['transfers', 'mine'] as const,
}

/** Of one requested call, the newest first. */
export const transfersQuery = (outboundId: string) =>
  queryOptions({
    queryKey: [...transferKeys.all, outboundId] as const,
    queryFn: ({ signal }) =>
      request<PersonTransferList>('GET', '/api/transfers', { signal, query: { outbound_id: outboundId } }),
  })

/** What the call is about that rings one's telephone. */
export const myTransferQuery = queryOptions({
  queryKey: transferKeys.mine,
  queryFn: ({ signal }) => request<TransferBrief>('GET', '/api/transfers/mine', { signal }),
})

export const putThrough = (outboundId: string, wish: PutThroughWish): Promise<unknown> =>
  request('POST', `/api/outbound/${encodeURIComponent(outboundId)}/transfer`, { body: wish })
