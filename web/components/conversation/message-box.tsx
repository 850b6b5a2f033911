import { Button, Textarea } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatThread } from '../../api/types.ts'
import { InlineProblem } from '../inline-problem.tsx'
import classes from './conversation.module.css'
import type { ConversationDoor } from './door.ts'

const MAX_LENGTH = 1_500

interface MessageBoxProps {
  readonly door: ConversationDoor
  /** The conversation that is going on; undefined: this message begins one. */
  readonly thread: Pick<ChatThread, 'channel' | 'taken_by' | 'reachable'> | undefined
  /** How the message will go, where more is known of it than the channel. */
  readonly note?: ReactNode
}

/** A person writes to the customer. Control or Command and Enter send. */
export function MessageBox({ door, thread, note }: MessageBoxProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const hintId = useId()
  const [text, setText] = useState('')
  const key = useRef(crypto.randomUUID())
  const write = useMutation({
    mutationFn: (words: string) => door.write(words, key.current),
    onSuccess: () => setText(''),
    onSettled: (_answer, error) => {
      // A lost answer is asked for again under the same key, so that nothing goes out twice.
      const answered = error === null || !('retryable' in error && error.retryable === true)
      if (answered) key.current = crypto.randomUUID()
      void client.invalidateQueries({ queryKey: door.queryKey })
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
      <div className={classes.hint} id={hintId}>
        {note ?? <span>{t(hintOf(thread))}</span>}{' '}
        {thread?.taken_by === null ? <span>{t('chat.box_hint.takes_over')}</span> : null}
      </div>
    </form>
  )
}

function hintOf(thread: MessageBoxProps['thread']) {
  if (thread === undefined) return 'chat.box_hint.begin'
  if (thread.channel === 'sms') return 'chat.box_hint.sms'
  return thread.reachable ? 'chat.box_hint.kakao' : 'chat.box_hint.kakao_unreachable'
}
