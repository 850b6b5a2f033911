/** What a conversation remembers of the customer's other orders; plain JSON, carried from run to run. */
import type { OrderNo } from './ids.ts'
import type { OrderInShort } from './order-in-short.ts'

export interface ServiceMemory {
  /** Orders that may be spoken of: of the verified number, or proved by number and name. Newest first. */
  readonly orders: readonly OrderInShort[]
  /** Pairs of order number and name that were wrong. */
  readonly wrongProofs: number
  /** The order being told may be this one. */
  readonly maybeSameAs: OrderInShort | null
  /** Ticket opened for a complaint about an order that is unknown or over. */
  readonly complaint: OrderNo | null
  /** Orders begun in this conversation after its first. */
  readonly furtherOrders: number
  /** Why a person takes over; null while nobody has to. */
  readonly handedOver: string | null
}

export const EMPTY_SERVICE_MEMORY: ServiceMemory = {
  orders: [],
  wrongProofs: 0,
  maybeSameAs: null,
  complaint: null,
  furtherOrders: 0,
  handedOver: null,
}

/** Guessing numbers and names ends here, for the rest of the call or thread. */
export const MAX_WRONG_PROOFS = 3

/** The order as it was last seen, added or replaced. */
export function withOrders(memory: ServiceMemory, orders: readonly OrderInShort[]): ServiceMemory {
  const seen = new Set(orders.map(({ orderNo }) => orderNo))
  return { ...memory, orders: [...orders, ...memory.orders.filter(({ orderNo }) => !seen.has(orderNo))] }
}
