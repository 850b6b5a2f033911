import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { NewTicket, Revealed, TicketActionRequest, TicketDetail, TicketList } from './types.ts'

/** Keys of the cache; live events find their entries by them. */
export const ticketKeys = {
  /** Begins the keys of all boards, whatever their filter; those of totals likewise. */
  board: ['board'] as const,
  totals: ['board-totals'] as const,
  ticket: (orderNo: string) => ['ticket', orderNo] as const,
  search: (q: string) => ['ticket-search', q] as const,
}

export const ticketQuery = (orderNo: string) =>
  queryOptions({
    queryKey: ticketKeys.ticket(orderNo),
    queryFn: ({ signal }) =>
      request<TicketDetail>('GET', `/api/tickets/${encodeURIComponent(orderNo)}`, { signal }),
  })

export const ticketSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ticketKeys.search(q),
    queryFn: ({ signal }) => request<TicketList>('GET', '/api/tickets', { signal, query: { q, limit: 12 } }),
    staleTime: 10_000,
  })

/**
 * Does something to a ticket; answers with the ticket after it.
 * @param key one for each press of the button: the same action sent again is still one action.
 */
export const actOnTicket = (orderNo: string, body: TicketActionRequest, key: string): Promise<TicketDetail> =>
  request('POST', `/api/tickets/${encodeURIComponent(orderNo)}/actions`, { body, idempotencyKey: key })

/** Takes down an order by hand; fields that are left out are asked for later. */
export const createTicket = (order: NewTicket): Promise<TicketDetail> =>
  request('POST', '/api/tickets', { body: order })

/** Texts the customer the link to their order page. */
export const sendOrderLink = (orderNo: string): Promise<unknown> =>
  request('POST', `/api/tickets/${encodeURIComponent(orderNo)}/link`, { body: { action: 'send' } })

/** Ends all links to the order page given out so far; the reason is kept in the audit log. */
export const revokeOrderLinks = (orderNo: string, reason: string): Promise<unknown> =>
  request('POST', `/api/tickets/${encodeURIComponent(orderNo)}/link`, { body: { action: 'revoke', reason } })

/** The full phone numbers; the reason is kept in the audit log. */
export const revealNumbers = (orderNo: string, reason: string): Promise<Revealed> =>
  request('POST', `/api/tickets/${encodeURIComponent(orderNo)}/reveal`, { body: { reason } })
