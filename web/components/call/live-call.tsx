import { Button } from '@mantine/core'
import {
  IconEar,
  IconHeadset,
  IconMessage2,
  IconPhoneOff,
  IconPlayerPauseFilled,
  IconPlayerRecordFilled,
} from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { callKeys } from '../../api/calls.ts'
import { askOfCall, type LiveCallWish } from '../../api/live-calls.ts'
import { ApiError } from '../../api/problem.ts'
import { meQuery } from '../../api/session.ts'
import type { CallDetail } from '../../api/types.ts'
import { phoneView, subscribePhone, turnOn } from '../../softphone/my-phone.ts'
import { showProblem, showRefusal } from '../notices.ts'
import { Pill } from '../pill.tsx'
import { Section } from '../section.tsx'
import { PresentGuests } from './call-guests.tsx'
import classes from './live-call.module.css'

const ICON = { size: 16, stroke: 1.8, 'aria-hidden': true } as const
/** As the API calls the reasons of its refusals. */
const KNOWN_REFUSALS = [
  'not_live',
  'already_there',
  'not_there',
  'somebody_talks',
  'nobody_talks',
  'no_phone',
] as const

/** A call while it lives: who is in it, joining it by one's own telephone, and whether it is recorded. */
export function LiveCall({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const { line } = useSyncExternalStore(subscribePhone, phoneView)
  const wish = useWish(call.call_id)
  const there = call.guests.filter((guest) => guest.left_at === null)
  const mine = there.find((guest) => guest.person_id === me?.id)
  const talker = there.find((guest) => guest.mode === 'talk')
  const isPaused = call.recording_pauses.some(({ to }) => to === null)
  const hasPhone = line === 'ready'
  return (
    <Section title={t('call.live.title')} aside={<RecordingState isPaused={isPaused} />}>
      <PresentGuests guests={there} talker={talker} hasAi={call.placed_by === null} />
      <div className={classes.actions}>
        {mine === undefined ? (
          <>
            {me?.role === 'admin' ? (
              <Wish wish="listen" icon={<IconEar {...ICON} />} ask={wish} disabled={!hasPhone}>
                {t('call.live.listen')}
              </Wish>
            ) : null}
            {me?.role === 'admin' && talker !== undefined ? (
              <Wish wish="whisper" icon={<IconMessage2 {...ICON} />} ask={wish} disabled={!hasPhone}>
                {t('call.live.whisper')}
              </Wish>
            ) : null}
            {talker === undefined ? (
              <Wish wish="take-over" icon={<IconHeadset {...ICON} />} ask={wish} disabled={!hasPhone}>
                {t('call.live.take_over')}
              </Wish>
            ) : null}
          </>
        ) : (
          <Wish wish="leave" icon={<IconPhoneOff {...ICON} />} ask={wish}>
            {t('call.live.leave')}
          </Wish>
        )}
        <Wish
          wish={isPaused ? 'recording/resume' : 'recording/pause'}
          icon={isPaused ? <IconPlayerRecordFilled {...ICON} /> : <IconPlayerPauseFilled {...ICON} />}
          ask={wish}
        >
          {t(isPaused ? 'call.live.record' : 'call.live.pause')}
        </Wish>
      </div>
      {hasPhone ? (
        <p className={classes.hint}>{t('call.live.hint')}</p>
      ) : (
        <p className={classes.hint}>
          {t('call.live.phone_off')}
          <Button
            size="compact-xs"
            variant="default"
            loading={line === 'connecting'}
            onClick={() => void turnOn()}
          >
            {t('call.live.turn_on')}
          </Button>
        </p>
      )}
    </Section>
  )
}

function RecordingState({ isPaused }: { readonly isPaused: boolean }) {
  const { t } = useTranslation()
  return (
    <span role="status">
      <Pill tone={isPaused ? 'issue' : 'progress'} dot={isPaused ? true : 'pulse'}>
        {t(isPaused ? 'call.live.recording_paused' : 'call.live.recording')}
      </Pill>
    </span>
  )
}

interface Asking {
  readonly pending: LiveCallWish | undefined
  readonly ask: (wish: LiveCallWish) => void
}

function useWish(callId: string): Asking {
  const { t } = useTranslation()
  const client = useQueryClient()
  const asking = useMutation({
    mutationFn: (wish: LiveCallWish) => askOfCall(callId, wish),
    onError: (error) => {
      const code = error instanceof ApiError ? error.problem.code : undefined
      const known = KNOWN_REFUSALS.find((refusal) => refusal === code)
      if (known === undefined) showProblem(error, t('call.live.title'), t)
      else showRefusal(t('call.live.title'), t(`call.live.refused.${known}`))
    },
    onSettled: () => void client.invalidateQueries({ queryKey: callKeys.call(callId) }),
  })
  return { pending: asking.isPending ? asking.variables : undefined, ask: asking.mutate }
}

interface WishProps {
  readonly wish: LiveCallWish
  readonly icon: ReactNode
  readonly ask: Asking
  readonly disabled?: boolean
  readonly children: ReactNode
}

const Wish = ({ wish, icon, ask, disabled = false, children }: WishProps) => (
  <Button
    variant="default"
    leftSection={icon}
    loading={ask.pending === wish}
    disabled={disabled || (ask.pending !== undefined && ask.pending !== wish)}
    onClick={() => ask.ask(wish)}
  >
    {children}
  </Button>
)
