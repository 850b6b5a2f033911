import { Popover, UnstyledButton } from '@mantine/core'
import { IconHeadset, IconHeadsetOff } from '@tabler/icons-react'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { phoneView, subscribePhone, turnOn, wasOn } from '../../softphone/my-phone.ts'
import rail from '../shell/rail-switch.module.css'
import { PhonePanel } from './phone-panel.tsx'
import classes from './phone-switch.module.css'

const TONES = { off: undefined, connecting: undefined, ready: 'good', failed: 'bad' } as const

/** Whether this browser takes calls; opens its telephone. Where the screen is narrow the account menu does. */
export function PhoneSwitch() {
  const { t } = useTranslation()
  const { line } = useSyncExternalStore(subscribePhone, phoneView)
  useEffect(() => {
    if (wasOn()) void turnOn()
  }, [])
  const isOn = line !== 'off'
  const Icon = isOn ? IconHeadset : IconHeadsetOff
  return (
    <Popover position="right-end" width={280} shadow="none" trapFocus>
      <Popover.Target>
        <UnstyledButton
          className={rail.switch}
          data-tone={TONES[line]}
          aria-label={`${t('softphone.label')}: ${t(`softphone.line.${line}`)}`}
        >
          <Icon size={16} stroke={1.8} aria-hidden />
          <span className={rail.text}>{t(`softphone.line.${line}`)}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.panel ?? ''}>
        <PhonePanel />
      </Popover.Dropdown>
    </Popover>
  )
}
