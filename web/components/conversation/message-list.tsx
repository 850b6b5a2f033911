import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageView } from '../../api/types.ts'
import classes from './conversation.module.css'
import { Message } from './message.tsx'

/** Whoever has scrolled up by more than this is reading: new messages don't move the page under them. */
const AT_END_PX = 80

interface MessageListProps {
  /** The oldest first. */
  readonly messages: readonly MessageView[]
  /** Takes the height that is there, instead of a part of the page. */
  readonly tall?: boolean
  /** Above the first message. */
  readonly head?: ReactNode
}

/** All that was written, scrolled to its end, where new messages come. */
export function MessageList({ messages, tall = false, head }: MessageListProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  const atEnd = useRef(true)
  const heightBefore = useRef(0)
  const [oldest, newest] = [messages.at(0)?.id, messages.at(-1)?.id]
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is what moves the list to its end
  useLayoutEffect(() => {
    const element = list.current
    if (element !== null && atEnd.current) element.scrollTop = element.scrollHeight
  }, [newest])
  // biome-ignore lint/correctness/useExhaustiveDependencies: earlier messages are what the reader must not be moved by
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return
    if (!atEnd.current) element.scrollTop += element.scrollHeight - heightBefore.current
    heightBefore.current = element.scrollHeight
  }, [oldest])
  return (
    <ul
      ref={list}
      className={classes.messages}
      data-tall={tall || undefined}
      tabIndex={messages.length === 0 ? undefined : 0}
      aria-label={t('chat.title')}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - clientHeight - scrollTop < AT_END_PX
        heightBefore.current = scrollHeight
      }}
    >
      {head}
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </ul>
  )
}
