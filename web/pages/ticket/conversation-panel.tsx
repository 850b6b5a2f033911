import { useTranslation } from 'react-i18next'
import { takeThreadOver, writeToCustomer } from '../../api/chats.ts'
import { ticketKeys } from '../../api/tickets.ts'
import type { ChatThread, TicketDetail } from '../../api/types.ts'
import type { ConversationDoor } from '../../components/conversation/door.ts'
import { MessageBox } from '../../components/conversation/message-box.tsx'
import { MessageList } from '../../components/conversation/message-list.tsx'
import { ThreadBar } from '../../components/conversation/thread-bar.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'

/** All that was written in both directions, by text and Kakao, and the box in which a person answers. */
export function ConversationPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const messages = [...ticket.messages].sort((a, b) => (a.created_at < b.created_at ? -1 : 1))
  const thread = ticket.threads[0]
  const door = doorOf(ticket.order_no, thread)
  return (
    <Section
      title={t('chat.title')}
      aside={thread === undefined ? null : <ThreadBar door={door} thread={thread} />}
    >
      {messages.length === 0 ? <SectionEmpty>{t('chat.empty')}</SectionEmpty> : null}
      <MessageList messages={messages} />
      <MessageBox door={door} thread={thread} />
    </Section>
  )
}

/** @param thread undefined: the first message begins one. */
function doorOf(orderNo: string, thread: ChatThread | undefined): ConversationDoor {
  const threadId = thread?.thread_id
  return {
    write: (text, key) =>
      writeToCustomer(orderNo, { text, ...(threadId === undefined ? {} : { thread_id: threadId }) }, key),
    takeOver: (taken) => takeThreadOver(orderNo, threadId ?? '', taken),
    queryKey: ticketKeys.ticket(orderNo),
  }
}
