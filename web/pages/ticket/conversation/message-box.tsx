import { Button, Textarea } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { writeToCustomer } from '../../../api/chats.ts'
import { ticketKeys } from '../../../api/tickets.ts'
import type { ChatThread } from '../../../api/types.ts'
import { InlineProblem } from '../../../components/inline-problem.tsx'
import classes from './conversation.module.css'

const MAX_LENGTH = 1_500

interface MessageBoxProps {
  readonly orderNo: string
  /** The conversation that is going on; undefined: this message begins one. */
  readonly thread: ChatThread | undefined
}

/** A person writes to the customer. Control or Command and Enter send. */
export function MessageBox({ orderNo, thread }: MessageBoxProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const hintId = useId()
  const [text, setText] = useState('')
  const key = useRef(crypto.randomUUID())
  const write = useMutation({
    mutationFn: (words: string) =>
      writeToCustomer(
        orderNo,
        { text: words, ...(thread === undefined ? {} : { thread_id: thread.thread_id }) },
        key.current,
      ),
    onSuccess: () => setText(''),
    onSettled: (_answer, error) => {
      // A lost answer is asked for again under the same key, so that nothing goes out twice.
      const answered = error === null || !('retryable' in error && error.retryable === true)
      if (answered) key.current = crypto.randomUUID()
      void client.invalidateQueries({ queryKey: ticketKeys.ticket(orderNo) })
    },
  })
  const words = text.trim()
  const send = () => {
    if (words !== '' && !write.isPending) write.mutate(words)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className={classes.box}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {write.error === null ? null : <InlineProblem error={write.error} title={t('chat.not_sent')} />}
      <div className={classes.write}>
        <Textarea
          className={classes.input}
          aria-label={t('chat.box_label')}
          aria-describedby={hintId}
          placeholder={t('chat.box_placeholder')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          maxLength={MAX_LENGTH}
          autosize
          minRows={1}
          maxRows={6}
        />
        <Button
          type="submit"
          disabled={words === ''}
          loading={write.isPending}
          leftSection={<IconSend size={15} stroke={1.8} aria-hidden />}
        >
          {t('chat.send')}
        </Button>
      </div>
      <p className={classes.hint} id={hintId}>
        {t(hintOf(thread))} {thread?.taken_by === null ? t('chat.box_hint.takes_over') : null}
      </p>
    </form>
  )
}

function hintOf(thread: ChatThread | undefined) {
  if (thread === undefined) return 'chat.box_hint.begin'
  if (thread.channel === 'sms') return 'chat.box_hint.sms'
  return thread.reachable ? 'chat.box_hint.kakao' : 'chat.box_hint.kakao_unreachable'
}
