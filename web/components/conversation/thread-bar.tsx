import { Button } from '@mantine/core'
import { IconHeadset, IconSparkles } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { ChatThread } from '../../api/types.ts'
import { ChannelIcon } from '../channel-icon.tsx'
import { usePersonName } from '../issue/use-colleagues.ts'
import { showDone, showProblem } from '../notices.ts'
import { Pill } from '../pill.tsx'
import classes from './conversation.module.css'
import type { ConversationDoor } from './door.ts'

interface ThreadBarProps {
  readonly door: ConversationDoor
  readonly thread: Pick<ChatThread, 'taken_by' | 'channel'>
}

/** Who answers the customer, and the button that changes it. */
export function ThreadBar({ door, thread }: ThreadBarProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const me = useQuery(meQuery)
  const personName = usePersonName()
  const { taken_by: takenBy, channel } = thread
  const change = useMutation({
    mutationFn: door.takeOver,
    onSuccess: (_answer, taken) => showDone(t(taken ? 'chat.taken_over' : 'chat.given_back')),
    onError: (error, taken) => showProblem(error, t(taken ? 'chat.take_over' : 'chat.give_back'), t),
    onSettled: () => void client.invalidateQueries({ queryKey: door.queryKey }),
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
