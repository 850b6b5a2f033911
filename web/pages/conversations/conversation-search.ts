import type { ThreadListFilter } from '../../api/chats.ts'

/** The part of the list that is chosen in its address; the plain address means every conversation. */
export type ConversationSearch = ThreadListFilter

/** Keeps what is understood. */
export function readConversationSearch(search: Record<string, unknown>): ConversationSearch {
  const { channel, order, state } = search
  // The router reads "0123" in an address as a text, and "1234" as a number.
  const tail = String(search.tail ?? '')
  return {
    ...(channel === 'sms' || channel === 'kakao' ? { channel } : {}),
    ...(order === 'none' ? { order } : {}),
    ...(state === 'handed' || state === 'waiting' ? { state } : {}),
    ...(/^\d{4}$/.test(tail) ? { tail } : {}),
  }
}
