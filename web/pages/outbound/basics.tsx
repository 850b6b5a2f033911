import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutboundRecord } from '../../api/types.ts'
import { useMinute, useNow } from '../../app/clock.ts'
import { Section } from '../../components/section.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatDuration, formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './outbound-call-page.module.css'
import { OutboundPill } from './state-pill.tsx'

/** What was asked for, and how it stands. */
export function Basics({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const { caller_display_name: name, failure_reason: reason } = request
  return (
    <Section title={t('outbound.detail.basics')}>
      <dl className={classes.facts}>
        <Fact label={t('outbound.detail.caller')}>
          {formatPhone(request.caller_number)}
          {name === null ? null : ` (${name})`}
        </Fact>
        <Fact label={t('outbound.detail.callee')}>{formatPhone(request.callee_number)}</Fact>
        <Fact label={t('outbound.detail.purpose')}>{request.purpose}</Fact>
        <Fact label={t('outbound.detail.state')}>
          <OutboundPill call={request} />
          {reason === null ? null : <span className={classes.reason}>{reason}</span>}
        </Fact>
        <Fact label={t('outbound.detail.length')}>
          <Length request={request} />
        </Fact>
        <Fact label={t('outbound.detail.attempts')}>
          {t('outbound.detail.attempts_count', { count: request.attempt_count })}
        </Fact>
        <Moment label={t('outbound.detail.scheduled')} at={request.is_over ? null : request.scheduled_at} />
        <Moment label={t('outbound.detail.next_try')} at={request.next_try_at} />
        <Moment label={t('outbound.detail.requested_at')} at={request.created_at} />
        <Fact label={t('outbound.detail.requested_by')}>{request.requested_by}</Fact>
        <Fact label={t('outbound.detail.priority')}>{request.priority}</Fact>
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

function Moment({ label, at }: { readonly label: string; readonly at: string | null }) {
  const language = useLanguage()
  const now = useMinute()
  if (at === null) return null
  return (
    <Fact label={label}>
      <time dateTime={at} title={formatExact(at)}>
        {formatWhen(at, language, now)}
      </time>
    </Fact>
  )
}

function Length({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const { state, answered_at: answeredAt } = request
  if (state === 'connected' && answeredAt !== null) return <Running since={answeredAt} />
  if (answeredAt === null || !request.is_over) return <>{t('outbound.none')}</>
  return <>{t('outbound.seconds', { seconds: request.duration_seconds })}</>
}

function Running({ since }: { readonly since: string }) {
  const seconds = (useNow() - Date.parse(since)) / 1000
  return <span role="timer">{formatDuration(seconds)}</span>
}
