import { IconEar, IconHeadset, IconMessage2, IconSparkles } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallDetail } from '../../api/types.ts'
import { formatExact } from '../../format/time.ts'
import { Section } from '../section.tsx'
import classes from './call-guests.module.css'

type Guest = CallDetail['guests'][number]

const ICONS = { listen: IconEar, whisper: IconMessage2, talk: IconHeadset } as const

interface PresentGuestsProps {
  readonly guests: readonly Guest[]
  readonly talker: Guest | undefined
  /** Our AI talks as long as nobody of ours does. */
  readonly hasAi: boolean
}

/** Who is in the call now, beside the caller. */
export function PresentGuests({ guests, talker, hasAi }: PresentGuestsProps) {
  const { t } = useTranslation()
  const isTaken = talker !== undefined && talker.joined_at !== null
  return (
    <ul className={classes.present} aria-label={t('call.live.who')}>
      {isTaken || !hasAi ? null : (
        <li className={classes.guest}>
          <IconSparkles size={16} stroke={1.8} aria-hidden />
          <strong>{t('call.speaker.ai')}</strong>
          <span className={classes.mode}>{t('call.live.mode.talk')}</span>
        </li>
      )}
      {guests.map((guest) => {
        const Icon = ICONS[guest.mode]
        return (
          <li
            key={guest.asked_at + guest.name}
            className={classes.guest}
            data-ringing={guest.joined_at === null || undefined}
          >
            <Icon size={16} stroke={1.8} aria-hidden />
            <strong>{guest.name}</strong>
            <span className={classes.mode}>
              {t(guest.joined_at === null ? 'call.live.rings' : `call.live.mode.${guest.mode}`)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** Who was in a call that is over: it stays on record. */
export function GuestsSection({ guests }: { readonly guests: readonly Guest[] }) {
  const { t } = useTranslation()
  if (guests.length === 0) return null
  return (
    <Section title={t('call.guests')}>
      <ul className={classes.past}>
        {guests.map((guest) => {
          const Icon = ICONS[guest.mode]
          return (
            <li key={guest.asked_at + guest.name} className={classes.guest}>
              <Icon size={16} stroke={1.8} aria-hidden />
              <strong>{guest.name}</strong>
              <span className={classes.mode}>{t(`call.live.was.${guest.mode}`)}</span>
              <span className={classes.when}>
                {guest.joined_at === null ? (
                  t('call.live.not_joined')
                ) : (
                  <>
                    {formatExact(guest.joined_at)}
                    {guest.left_at === null ? null : ` – ${formatExact(guest.left_at)}`}
                  </>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
