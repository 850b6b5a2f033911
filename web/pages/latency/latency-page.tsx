import { SegmentedControl, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LATENCY_RANGES, type LatencyRange, latencyQuery } from '../../api/latency.ts'
import { meQuery } from '../../api/session.ts'
import type { LatencyView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './latency-page.module.css'
import { LatencyShares } from './latency-shares.tsx'
import { LatencyTable } from './latency-table.tsx'

/** How long callers wait for our answers, where that time goes, and whether it is too long now. */
export function LatencyPage() {
  const { t } = useTranslation()
  usePageTitle(t('latency.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('latency.title')} text={t('latency.owner_only')} />
  return <OwnersPage />
}

function OwnersPage() {
  const { t } = useTranslation()
  const [range, setRange] = useState<LatencyRange>('day')
  const { data, isError, error, refetch } = useQuery(latencyQuery(range))
  const ranges = Object.keys(LATENCY_RANGES) as LatencyRange[]
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('latency.title')}</h1>
        <SegmentedControl
          size="xs"
          aria-label={t('latency.range.label')}
          value={range}
          onChange={(value) => setRange(value as LatencyRange)}
          data={ranges.map((value) => ({ value, label: t(`latency.range.${value}`) }))}
        />
      </header>
      {data !== undefined ? (
        <Figures view={data} />
      ) : isError ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
          <Skeleton height={56} />
          <Skeleton height={240} />
        </div>
      )}
    </div>
  )
}

function Figures({ view }: { readonly view: LatencyView }) {
  const { t } = useTranslation()
  const { total, alarm } = view
  return (
    <>
      <AlarmNow alarm={alarm} />
      {total.wait === null ? (
        <Section title={t('latency.over_time')}>
          <SectionEmpty>{t('latency.empty')}</SectionEmpty>
        </Section>
      ) : (
        <>
          <dl className={classes.summary}>
            {(['p50', 'p95', 'p99'] as const).map((name) => (
              <div key={name} className={classes.card} data-main={name === 'p95' || undefined}>
                <dt>{t(`latency.${name}`)}</dt>
                <dd>{t('latency.ms', { ms: (total.wait?.[name] ?? 0).toLocaleString() })}</dd>
              </div>
            ))}
            <div className={classes.card}>
              <dt>{t('latency.turns')}</dt>
              <dd>{total.turns.toLocaleString()}</dd>
            </div>
          </dl>
          {total.parts === null ? null : <LatencyShares parts={total.parts} />}
          <LatencyTable view={view} />
        </>
      )}
      {alarm.last.length === 0 ? null : <LastAlarms alarms={alarm.last} />}
    </>
  )
}

function AlarmNow({ alarm }: { readonly alarm: LatencyView['alarm'] }) {
  const { t } = useTranslation()
  const { limit, window_minutes: minutes, now, open } = alarm
  const tooLong = open !== null
  return (
    <p className={classes.alarm} data-open={tooLong || undefined} role={tooLong ? 'alert' : 'status'}>
      {tooLong ? <IconAlertTriangle size={18} aria-hidden /> : <IconCircleCheck size={18} aria-hidden />}
      <span>
        {tooLong
          ? t('latency.alarm_open', {
              p95: open.p95.toLocaleString(),
              limit: open.limit.toLocaleString(),
              minutes: open.window_minutes,
            })
          : limit === 0
            ? t('latency.alarm_none')
            : t('latency.alarm_quiet', { limit: limit.toLocaleString(), minutes })}{' '}
        {now.p95 === null ? null : t('latency.now', { p95: now.p95.toLocaleString(), count: now.turns })}
      </span>
    </p>
  )
}

function LastAlarms({ alarms }: { readonly alarms: LatencyView['alarm']['last'] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const minute = useMinute()
  return (
    <Section title={t('latency.alarms')}>
      <ul className={classes.alarms}>
        {alarms.map(({ raised_at: raisedAt, cleared_at: clearedAt, p95, limit }) => (
          <li key={raisedAt}>
            <span>
              {formatWhen(raisedAt, language, minute)} –{' '}
              {clearedAt === null ? t('latency.still') : formatWhen(clearedAt, language, minute)}
            </span>
            <span>
              {t('latency.alarm_was', { p95: p95.toLocaleString(), limit: limit.toLocaleString() })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
