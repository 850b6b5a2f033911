/** Where an order is told: a call, or a chat thread. The tools of both are the same. */
import type { CallId } from './ids.ts'
import type { Channel } from './order.ts'

export type OrderSource =
  | { readonly kind: 'call'; readonly callId: CallId }
  | {
      readonly kind: 'chat'
      readonly threadId: string
      readonly channel: Extract<Channel, 'sms' | 'kakao'>
      /** The message that is being answered. */
      readonly messageId?: string
    }

export const channelOf = (source: OrderSource): Channel => (source.kind === 'call' ? 'phone' : source.channel)

/**
 * What one ticket is opened for, so that a repeated attempt finds it: a call has one order, a thread one for
 * each message that began an order, unless more were begun in the same conversation.
 * @param nth orders begun in the same conversation before this one.
 */
export function openingKey(source: OrderSource, nth = 0): string {
  const conversation =
    source.kind === 'call'
      ? source.callId
      : [source.threadId, ...(source.messageId === undefined ? [] : [source.messageId])].join(':')
  return nth === 0 ? conversation : `${conversation}#${nth}`
}

/** What a source adds to the evidence of a field. */
export type SourceReference =
  | { readonly callId: string }
  | { readonly threadId: string; readonly messageId?: string }

export function sourceReference(source: OrderSource): SourceReference {
  if (source.kind === 'call') return { callId: source.callId }
  const { threadId, messageId } = source
  return messageId === undefined ? { threadId } : { threadId, messageId }
}
