import { Button } from '@mantine/core'
import { IconHeadset, IconSparkles } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { takeThreadOver } from '../../../api/chats.ts'
import { meQuery } from '../../../api/session.ts'
import { ticketKeys } from '../../../api/tickets.ts'
import type { ChatThread } from '../../../api/types.ts'
import { ChannelIcon } from '../../../components/channel-icon.tsx'
import { showDone, showProblem } from '../../../components/notices.ts'
import { Pill } from '../../../components/pill.tsx'
import classes from './conversation.module.css'
import { personName } from './message.tsx'

interface ThreadBarProps {
  readonly orderNo: string
  readonly thread: ChatThread
}

/** Who answers the customer, and the button that changes it. */
export function ThreadBar({ orderNo, thread }: ThreadBarProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const me = useQuery(meQuery)
  const { thread_id: threadId, taken_by: takenBy, channel } = thread
  const change = useMutation({
    mutationFn: (taken: boolean) => takeThreadOver(orderNo, threadId, taken),
    onSuccess: (_answer, taken) => showDone(t(taken ? 'chat.taken_over' : 'chat.given_back')),
    onError: (error, taken) => showProblem(error, t(taken ? 'chat.take_over' : 'chat.give_back'), t),
    onSettled: () => void client.invalidateQueries({ queryKey: ticketKeys.ticket(orderNo) }),
  })
  const mine = takenBy !== null && takenBy === me.data?.email
  return (
    <div className={classes.bar}>
      <ChannelIcon channel={channel} size={15} />
      {takenBy === null ? (
        <Pill tone="progress" icon={<IconSparkles size={13} stroke={1.9} aria-hidden />}>
          {t('chat.answering.ai')}
        </Pill>
      ) : (
        <Pill tone="todo" icon={<IconHeadset size={13} stroke={1.9} aria-hidden />}>
          {mine ? t('chat.answering.me') : t('chat.answering.other', { name: personName(takenBy) })}
        </Pill>
      )}
      <Button
        size="compact-xs"
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate(!mine)}
      >
        {t(mine ? 'chat.give_back' : 'chat.take_over')}
      </Button>
      {takenBy !== null && !mine ? (
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={change.isPending}
          onClick={() => change.mutate(false)}
        >
          {t('chat.give_back')}
        </Button>
      ) : null}
    </div>
  )
}
