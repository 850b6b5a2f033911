/** Conversations as the API shows them. */
import type { AttachmentRow, ThreadRow } from '../queries/chats.ts'
import type { TicketParts } from '../queries/tickets.ts'
import {
  type Attachment,
  attachmentSchema,
  type ChatThread,
  chatChannelSchema,
  type MessageView,
  messageSchema,
} from '../schemas/chats.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

export function viewMessage(
  row: TicketParts['messages'][number],
  parts: Pick<TicketParts, 'attachments' | 'threads'>,
  context: ViewContext,
): MessageView {
  const { direction, type, status } = messageSchema.shape
  const isOurs = row.direction === 'out'
  return {
    id: row.id,
    direction: direction.parse(row.direction),
    channel: chatChannelSchema.parse(row.channel),
    kind: row.kind,
    type: type.parse(row.type),
    attempt: row.attempt,
    author: row.author,
    thread_id: parts.threads.find(({ id }) => id === row.thread_id)?.thread_id ?? null,
    message_id: isOurs ? null : row.provider_id,
    to_number: isOurs && row.channel === 'kakao' ? '' : context.maskedPhone(row.to_number),
    body: context.plain(row.body),
    attachments: parts.attachments.filter(({ message_id }) => message_id === row.id).map(viewAttachment),
    status: status.parse(row.status),
    error: row.error,
    created_at: shownTime(row.created_at),
    sent_at: shownTimeOrNull(row.sent_at),
    delivered_at: shownTimeOrNull(row.delivered_at),
  }
}

function viewAttachment(row: AttachmentRow): Attachment {
  const { attachment_id, width, height } = row
  const url = row.file_key === null ? null : `/api/attachments/${encodeURIComponent(attachment_id)}`
  return { attachment_id, status: attachmentSchema.shape.status.parse(row.status), url, width, height }
}

export function viewThread(row: ThreadRow, context: ViewContext): ChatThread {
  return {
    thread_id: row.thread_id,
    channel: chatChannelSchema.parse(row.channel),
    taken_by: row.paused_by,
    taken_at: shownTimeOrNull(row.paused_at),
    reachable: row.channel === 'sms' || row.phone !== null,
    workflow_url: context.workflowUrl(row.thread_id),
  }
}
