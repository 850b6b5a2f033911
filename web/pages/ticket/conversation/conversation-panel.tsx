import { useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketDetail } from '../../../api/types.ts'
import { Section, SectionEmpty } from '../../../components/section.tsx'
import classes from './conversation.module.css'
import { Message } from './message.tsx'
import { MessageBox } from './message-box.tsx'
import { ThreadBar } from './thread-bar.tsx'

/** Whoever has scrolled up by more than this is reading: new messages don't move the page under them. */
const AT_END_PX = 80

/** All that was written in both directions, by text and Kakao, and the box in which a person answers. */
export function ConversationPanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  const atEnd = useRef(true)
  const messages = [...ticket.messages].sort((a, b) => (a.created_at < b.created_at ? -1 : 1))
  const thread = ticket.threads[0]
  const newest = messages.at(-1)?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what moves the list to its end
  useLayoutEffect(() => {
    const element = list.current
    if (element !== null && atEnd.current) element.scrollTop = element.scrollHeight
  }, [newest])
  return (
    <Section
      title={t('chat.title')}
      aside={thread === undefined ? null : <ThreadBar orderNo={ticket.order_no} thread={thread} />}
    >
      {messages.length === 0 ? <SectionEmpty>{t('chat.empty')}</SectionEmpty> : null}
      <ul
        ref={list}
        className={classes.messages}
        tabIndex={messages.length === 0 ? undefined : 0}
        aria-label={t('chat.title')}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollHeight - clientHeight - scrollTop < AT_END_PX
        }}
      >
        {messages.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
      <MessageBox orderNo={ticket.order_no} thread={thread} />
    </Section>
  )
}
