import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '../../api/types.ts'
import { Section } from '../../components/section.tsx'
import { formatPhone } from '../../format/text.ts'
import { clockOf, WEEKDAYS } from './calling-hours.ts'
import classes from './campaign-page.module.css'
import { Moment } from './moment.tsx'

/** What was laid down when it was made. */
export function PlanFacts({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { hours, caller_display_name: name, started_at: started } = campaign
  const days = WEEKDAYS.filter((day) => hours.weekdays.includes(day)).map((day) => t(`campaign.day.d${day}`))
  return (
    <Section title={t('campaign.plan.title')}>
      <dl className={classes.facts}>
        <Fact label={t('campaign.plan.kind')}>{t(`campaign.kind.${campaign.kind}`)}</Fact>
        <Fact label={t('campaign.plan.callers')}>
          {campaign.caller_numbers.map(formatPhone).join(', ')}
          {name === null ? null : ` (${name})`}
        </Fact>
        <Fact label={t('campaign.plan.purpose')}>{campaign.purpose}</Fact>
        <Fact label={t('campaign.plan.questions')}>
          <ol className={classes.questions}>
            {campaign.questions.map((question, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they keep their places, and may be worded alike
              <li key={index}>{question}</li>
            ))}
          </ol>
        </Fact>
        <Fact label={t('campaign.plan.hours')}>
          {days.join(' ')} {clockOf(hours.from)}–{clockOf(hours.until)}
          {hours.on_holidays ? ` · ${t('campaign.plan.on_holidays')}` : null}
        </Fact>
        {hours.closed_days.length === 0 ? null : (
          <Fact label={t('campaign.plan.closed_days')}>{hours.closed_days.join(', ')}</Fact>
        )}
        <Fact label={t('campaign.plan.retries')}>
          {t('campaign.plan.retries_count', { count: campaign.max_retries })}
        </Fact>
        <Fact label={t('campaign.plan.requested_by')}>{campaign.requested_by}</Fact>
        <Fact label={t('campaign.plan.created')}>
          <Moment at={campaign.created_at} />
        </Fact>
        {started === null ? null : (
          <Fact label={t('campaign.plan.started')}>
            <Moment at={started} />
          </Fact>
        )}
      </dl>
    </Section>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
