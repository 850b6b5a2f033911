/** `GET /messages/v4/list`: what was sent, newest first. */
import { z } from 'zod'
import type { SentMessage } from './inbox.ts'
import { ACCEPTED, DELIVERED, UNREACHABLE } from './sending.ts'

const MAX_LIMIT = 500

export const listQuerySchema = z.object({
  messageId: z.string().optional(),
  groupId: z.string().optional(),
  to: z.string().optional(),
  from: z.string().optional(),
  type: z.string().optional(),
  statusCode: z.string().optional(),
  dateType: z.enum(['CREATED', 'UPDATED']).optional(),
  startDate: z.string().optional(),
  endDate: z.string().optional(),
  startKey: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(20),
})
export type ListQuery = z.infer<typeof listQuerySchema>

const STATUS_CODES: Readonly<Record<SentMessage['status'], string>> = {
  accepted: ACCEPTED,
  delivered: DELIVERED,
  failed: UNREACHABLE,
}

/** @param startKey of the query: the last message of the page before. */
export function listBody(messages: readonly SentMessage[], query: ListQuery): object {
  const fitting = messages.filter((message) => fits(message, query)).reverse()
  const from =
    query.startKey === undefined ? 0 : fitting.findIndex((message) => message.id === query.startKey) + 1
  const page = fitting.slice(from, from + query.limit)
  return {
    startKey: query.startKey ?? null,
    nextKey: from + query.limit < fitting.length ? (page.at(-1)?.id ?? null) : null,
    limit: query.limit,
    messageList: Object.fromEntries(page.map((message) => [message.id, itemBody(message)])),
  }
}

function fits(message: SentMessage, query: ListQuery): boolean {
  const at = Date.parse(message.at)
  return (
    (query.messageId ?? message.id) === message.id &&
    (query.groupId ?? message.groupId) === message.groupId &&
    (query.to ?? message.to) === message.to &&
    (query.from ?? message.from) === message.from &&
    (query.type ?? message.type) === message.type &&
    (query.statusCode ?? STATUS_CODES[message.status]) === STATUS_CODES[message.status] &&
    (query.startDate === undefined || at >= Date.parse(query.startDate)) &&
    (query.endDate === undefined || at <= Date.parse(query.endDate))
  )
}

function itemBody(message: SentMessage): object {
  const { id, at, to, from, text, type, status, groupId, customFields, replaced } = message
  return {
    messageId: id,
    ...(groupId === undefined ? {} : { groupId }),
    type,
    to,
    from,
    text,
    country: '82',
    status: status === 'accepted' ? 'SENDING' : 'COMPLETE',
    statusCode: STATUS_CODES[status],
    dateCreated: at,
    dateUpdated: at,
    ...(replaced === true ? { replacement: true } : {}),
    ...(customFields === undefined ? {} : { customFields }),
  }
}
