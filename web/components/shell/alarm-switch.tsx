import { UnstyledButton } from '@mantine/core'
import { IconBell, IconBellOff } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { isMuted, setMuted, subscribeMuted } from '../../app/alarm-sound.ts'
import classes from './rail-switch.module.css'

/** Whether this browser rings when an Issue comes up. */
export function AlarmSwitch() {
  const { t } = useTranslation()
  const muted = useSyncExternalStore(subscribeMuted, isMuted)
  const label = t(muted ? 'issue.alarm.unmute' : 'issue.alarm.mute')
  const Icon = muted ? IconBellOff : IconBell
  return (
    <UnstyledButton
      className={classes.switch}
      aria-label={label}
      title={label}
      data-tone={muted ? 'note' : undefined}
      onClick={() => setMuted(!muted)}
    >
      <Icon size={16} stroke={1.8} aria-hidden />
      <span className={classes.text}>{muted ? t('issue.alarm.muted') : label}</span>
    </UnstyledButton>
  )
}
