import { Button, Switch } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { callNumber, phoneView, subscribePhone, turnOff, turnOn } from '../../softphone/my-phone.ts'
import { DeviceChoice } from './device-choice.tsx'
import { DialPad } from './dial-pad.tsx'
import classes from './phone-switch.module.css'

interface PhonePanelProps {
  /** What it stands in has no title of its own. */
  readonly hasTitle?: boolean
  /** A number was dialled. */
  readonly onCalled?: () => void
}

/** One's telephone: on or off, a number to call, and its devices. */
export function PhonePanel({ hasTitle = true, onCalled }: PhonePanelProps) {
  const { t } = useTranslation()
  const { line, call, extension, problem } = useSyncExternalStore(subscribePhone, phoneView)
  const isOn = line !== 'off'
  const dial = (number: string) => {
    callNumber(number)
    onCalled?.()
  }
  return (
    <>
      <div className={classes.head}>
        {hasTitle ? <strong>{t('softphone.label')}</strong> : null}
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
      {line === 'ready' && call === null ? (
        <DialPad
          label={t('softphone.dial')}
          onEnter={dial}
          actions={(number) => (
            <Button type="submit" leftSection={<IconPhone size={16} aria-hidden />} disabled={number === ''}>
              {t('softphone.call_it')}
            </Button>
          )}
        />
      ) : null}
      {isOn ? <DeviceChoice /> : null}
    </>
  )
}
