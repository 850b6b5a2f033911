/** Conversations as the API shows them. */
import type { AttachmentRow, ThreadRow } from '../queries/chats.ts'
import type { ThreadListRow, ThreadMessages } from '../queries/threads.ts'
import type { TicketParts } from '../queries/tickets.ts'
import {
  type Attachment,
  attachmentSchema,
  type ChatThread,
  chatChannelSchema,
  type MessageView,
  messageSchema,
  type ThreadDetail,
  type ThreadSummary,
  threadSummarySchema,
} from '../schemas/chats.ts'
import { ticketStateSchema } from '../schemas/tickets.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

export function viewMessage(
  row: TicketParts['messages'][number],
  parts: {
    readonly attachments: readonly AttachmentRow[]
    readonly threads: readonly Pick<ThreadRow, 'id' | 'thread_id'>[]
  },
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

/** Letters of the newest message in a list. */
const SHOWN_LETTERS = 120

/** A conversation in a list. */
export function viewThreadSummary(row: ThreadListRow, context: ViewContext): ThreadSummary {
  const { state, newest } = threadSummarySchema.shape
  const words = [...context.plain(row.body).replaceAll(/\s+/g, ' ').trim()]
  return {
    thread_id: row.thread_id,
    channel: chatChannelSchema.parse(row.channel),
    state: state.parse(row.waits ? 'waiting' : row.paused_by === null ? 'ai' : 'person'),
    taken_by: row.paused_by,
    phone: row.phone === null ? null : context.maskedPhone(row.phone),
    name: row.name,
    order:
      row.order_no === null || row.current_state === null || row.sub_state === null
        ? null
        : {
            order_no: row.order_no,
            recipient: row.recipient,
            state: ticketStateSchema.parse(row.current_state),
            sub_state: row.sub_state,
          },
    newest: {
      direction: newest.shape.direction.parse(row.direction),
      author: row.author,
      words: words.length > SHOWN_LETTERS ? `${words.slice(0, SHOWN_LETTERS).join('')}…` : words.join(''),
      pictures: row.pictures,
      status: newest.shape.status.parse(row.status),
      at: shownTime(row.created_at),
    },
  }
}

/** One conversation. @param kakaoUntil until when an answer can go to KakaoTalk; null for none. */
export function viewThreadDetail(
  row: ThreadListRow,
  page: ThreadMessages,
  kakakaoUntil: Date | null,
  context: ViewContext,
): ThreadDetail {
  const parts = { attachments: page.attachments, threads: [row] }
  return {
    ...viewThreadSummary(row, context),
    taken_at: shownTimeOrNull(row.paused_at),
    reachable: row.channel === 'sms' || row.phone !== null,
    kakao_until: shownTimeOrNull(kakakaoUntil),
    flow_version: row.flow_version,
    workflow_url: context.workflowUrl(row.thread_id),
    messages: page.messages.map((message) => viewMessage(message, parts, context)),
    earlier_cursor: page.earlierCursor,
  }
}
