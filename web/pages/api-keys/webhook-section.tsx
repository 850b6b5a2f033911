import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { resendDelivery, webhookDeliveriesQuery } from '../../api/api-keys.ts'
import type { WebhookDelivery } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './api-keys-page.module.css'

const TONES: Readonly<Record<WebhookDelivery['state'], Tone>> = {
  waiting: 'warn',
  delivered: 'progress',
  dead: 'issue',
}

/** Which results another program was told, those that nobody took first. */
export function WebhookSection() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(webhookDeliveriesQuery)
  if (error !== null) return <ProblemPanel error={error} onRetry={() => void refetch()} />
  if (data === undefined) return null
  const { url, deliveries } = data
  return (
    <Section title={t('api_key.webhook.title')}>
      <p className={classes.about}>
        {url === null ? t('api_key.webhook.off') : t('api_key.webhook.to', { url })}
      </p>
      {deliveries.length === 0 ? (
        url === null ? null : (
          <SectionEmpty>{t('api_key.webhook.none')}</SectionEmpty>
        )
      ) : (
        <ul className={classes.deliveries} aria-label={t('api_key.webhook.list')}>
          {deliveries.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} canResend={url !== null} />
          ))}
        </ul>
      )}
    </Section>
  )
}

type EventKey = 'outbound_result' | 'campaign_completed' | 'campaign_stopped' | 'campaign_paused'

function Delivery({
  delivery,
  canResend,
}: {
  readonly delivery: WebhookDelivery
  readonly canResend: boolean
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const client = useQueryClient()
  const { id, event, outbound_id, campaign_id, state, tries, last_error } = delivery
  const subject = outbound_id ?? campaign_id ?? ''
  const resend = useMutation({
    mutationFn: () => resendDelivery(id),
    onSuccess: () => showDone(t('api_key.webhook.resent', { id: subject })),
    onError: (error) => showProblem(error, t('api_key.webhook.resend'), t),
    onSettled: () => client.invalidateQueries({ queryKey: webhookDeliveriesQuery.queryKey }),
  })
  return (
    <li className={classes.delivery}>
      {campaign_id === null ? (
        <Link to="/outbound/$outboundId" params={{ outboundId: subject }} className={classes.subject}>
          {subject}
        </Link>
      ) : (
        <Link to="/campaigns/$campaignId" params={{ campaignId: campaign_id }} className={classes.subject}>
          {subject}
        </Link>
      )}
      <Pill tone={TONES[state]}>{t(`api_key.webhook.state.${state}`)}</Pill>
      <span className={classes.made}>
        {[
          formatWhen(delivery.created_at, language, now),
          t(`api_key.webhook.event.${event.replace('.', '_') as EventKey}`),
          t('api_key.webhook.tries', { count: tries }),
          ...(last_error === null ? [] : [last_error]),
        ].join(' · ')}
      </span>
      {state === 'dead' && canResend ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={resend.isPending}
          aria-label={t('api_key.webhook.resend_of', { id: subject })}
          onClick={() => resend.mutate()}
        >
          {t('api_key.webhook.resend')}
        </Button>
      ) : null}
    </li>
  )
}
