import { request } from './client.ts'
import type { NewMessage } from './types.ts'

const pathOf = (orderNo: string): string => `/api/tickets/${encodeURIComponent(orderNo)}`

/**
 * A person writes to the customer, and with it takes the conversation over.
 * @param key one for each press of the button: the same message sent again is still one message.
 */
export const writeToCustomer = (
  orderNo: string,
  message: NewMessage,
  key: string,
): Promise<{ readonly thread_id: string }> =>
  request('POST', `${pathOf(orderNo)}/messages`, { body: message, idempotencyKey: key })

/** @param taken false gives the conversation back to the AI. */
export const takeThreadOver = (
  orderNo: string,
  threadId: string,
  taken: boolean,
): Promise<{ readonly taken: boolean }> =>
  request('POST', `${pathOf(orderNo)}/threads/${encodeURIComponent(threadId)}/take-over`, { body: { taken } })
