import { Button, NumberInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { Section } from '../../components/section.tsx'
import classes from './campaign-page.module.css'
import { LIMITS, rateError, windowError } from './speed.ts'
import { useCampaignAct } from './use-campaign-act.ts'

/** How fast it goes; may be changed while it runs. */
export function SpeedPart({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { speed: known } = campaign
  // What is typed stays typed when the campaign moves on; null: as it is.
  const [typedWindow, setWindow] = useState<number | string | null>(null)
  const [typedRate, setRate] = useState<number | string | null>(null)
  const windowSize = typedWindow ?? known.window_size
  const rate = typedRate ?? known.calls_per_second
  const { speed } = useCampaignAct(campaign.campaign_id)
  const errors = { window: windowError(windowSize, t), rate: rateError(rate, t) }
  const isSame = windowSize === known.window_size && rate === known.calls_per_second
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (errors.window !== null || errors.rate !== null || isSame) return
    speed.mutate(
      { window_size: Number(windowSize), calls_per_second: Number(rate) },
      {
        onSuccess: () => {
          setWindow(null)
          setRate(null)
        },
      },
    )
  }
  return (
    <Section title={t('campaign.speed.title')}>
      <form className={formClasses.stack} onSubmit={save} noValidate>
        <NumberInput
          label={t('campaign.speed.window')}
          description={t('campaign.speed.window_hint', { max: LIMITS.windowSize })}
          min={1}
          max={LIMITS.windowSize}
          allowDecimal={false}
          clampBehavior="none"
          value={windowSize}
          onChange={setWindow}
          error={errors.window}
        />
        <NumberInput
          label={t('campaign.speed.rate')}
          description={t('campaign.speed.rate_hint', { max: LIMITS.callsPerSecond })}
          min={LIMITS.slowest}
          max={LIMITS.callsPerSecond}
          step={0.5}
          clampBehavior="none"
          value={rate}
          onChange={setRate}
          error={errors.rate}
        />
        <Button
          type="submit"
          variant="default"
          className={classes.save ?? ''}
          loading={speed.isPending}
          disabled={isSame || errors.window !== null || errors.rate !== null}
        >
          {t('campaign.speed.save')}
        </Button>
      </form>
    </Section>
  )
}
