import { Button } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { callNumber, phoneView, subscribePhone, turnOn } from '../../softphone/my-phone.ts'
import classes from './flows.module.css'

interface TrialCallProps {
  readonly number: string
  readonly isSaved: boolean
}

/** A talk by voice, on this browser's telephone: the call itself is shown where all calls of that are. */
export function TrialCall({ number, isSaved }: TrialCallProps) {
  const { t } = useTranslation()
  const { line, call } = useSyncExternalStore(subscribePhone, phoneView)
  const isReady = line === 'ready'
  return (
    <div className={classes.trialCall}>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconPhone size={16} stroke={1.8} aria-hidden />}
        disabled={!isSaved || call !== null}
        loading={line === 'connecting'}
        onClick={() => (isReady ? callNumber(number, t('flow.trial_call_name')) : void turnOn())}
      >
        {t(isReady ? 'flow.trial_call' : 'flow.trial_phone_on')}
      </Button>
      <p className={classes.hint}>{t(isReady ? 'flow.trial_call_hint' : 'flow.trial_phone_hint')}</p>
    </div>
  )
}
