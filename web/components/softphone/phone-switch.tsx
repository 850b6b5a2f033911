import { Popover, Switch, UnstyledButton } from '@mantine/core'
import { IconHeadset, IconHeadsetOff } from '@tabler/icons-react'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { phoneView, subscribePhone, turnOff, turnOn, wasOn } from '../../softphone/my-phone.ts'
import rail from '../shell/rail-switch.module.css'
import { DeviceChoice } from './device-choice.tsx'
import classes from './phone-switch.module.css'

const TONES = { off: undefined, connecting: undefined, ready: 'good', failed: 'bad' } as const

/** Whether this browser takes calls, and with which devices. */
export function PhoneSwitch() {
  const { t } = useTranslation()
  const { line, extension, problem } = useSyncExternalStore(subscribePhone, phoneView)
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
        <div className={classes.head}>
          <strong>{t('softphone.label')}</strong>
          {extension === null ? null : (
            <span className={classes.extension}>{t('softphone.extension', { number: extension })}</span>
          )}
        </div>
        <Switch
          checked={isOn}
          label={t('softphone.receive')}
          description={line === 'failed' ? t('softphone.retrying') : t('softphone.receive_hint')}
          onChange={(event) => void (event.currentTarget.checked ? turnOn() : turnOff())}
        />
        {problem === 'microphone' ? (
          <p className={classes.problem} role="alert">
            {t('softphone.problem.microphone')}
          </p>
        ) : null}
        {isOn ? <DeviceChoice /> : null}
      </Popover.Dropdown>
    </Popover>
  )
}
