import { Button } from '@mantine/core'
import { IconArrowLeft, IconPhoneX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { callQuery } from '../../api/calls.ts'
import { ApiError } from '../../api/problem.ts'
import type { CallDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { CallLength } from '../../components/call/call-length.tsx'
import { CallParts } from '../../components/call/call-parts.tsx'
import { CallPill } from '../../components/call/call-pill.tsx'
import { RecordingsProvider } from '../../components/call/recording.tsx'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { WorkflowLink } from '../../components/workflow-link.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './call-page.module.css'
import { CallReading } from './call-reading.tsx'

export function CallPage() {
  const { callId } = useParams({ from: '/shell/calls/$callId' })
  const { t } = useTranslation()
  const call = useQuery(callQuery(callId))
  usePageTitle(t('call.title'))
  if (call.data !== undefined)
    return (
      <RecordingsProvider>
        <Call call={call.data} />
      </RecordingsProvider>
    )
  if (!call.isError) return <PageSkeleton />
  const status = call.error instanceof ApiError ? call.error.problem.status : 0
  if (status !== 404 && status !== 422)
    return <ProblemPanel error={call.error} onRetry={() => void call.refetch()} />
  return (
    <StatePanel page icon={<IconPhoneX size={24} stroke={1.7} />} title={t('call.not_found')}>
      <Button component={Link} to="/calls">
        {t('call.title')}
      </Button>
    </StatePanel>
  )
}

function Call({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const other = call.direction === 'inbound' ? call.from_number : call.to_number
  return (
    <div className={pageClasses.page}>
      <header className={classes.header}>
        <div className={classes.top}>
          <Link to="/calls" className={classes.back}>
            <IconArrowLeft size={16} stroke={1.9} aria-hidden />
            {t('call.title')}
          </Link>
          <WorkflowLink className={classes.external} url={call.workflow_url}>
            {t('call.workflow')}
          </WorkflowLink>
        </div>
        <h1 className={classes.title}>
          {other === '' ? t('call.no_number') : formatPhone(other)}
          <CallPill call={call} />
        </h1>
        {call.summary === null ? null : <p className={classes.summary}>{call.summary}</p>}
        {call.analysis === null ? null : <CallReading reading={call.analysis} />}
        <dl className={classes.facts}>
          <Fact label={t('call.started')}>
            <time dateTime={call.called_at} title={formatExact(call.called_at)}>
              {formatWhen(call.called_at, language, now)}
            </time>
          </Fact>
          <Fact label={t('call.duration')}>
            <CallLength call={call} />
          </Fact>
          <Fact label={t(call.direction === 'inbound' ? 'call.to' : 'call.from')}>
            {formatPhone(call.direction === 'inbound' ? call.to_number : call.from_number)}
          </Fact>
          {call.placed_by === null ? null : <Fact label={t('call.placed_label')}>{call.placed_by.name}</Fact>}
          <Fact label={t('call.order')}>
            {call.order_no === null ? (
              t('call.no_order')
            ) : (
              <Link to="/tickets/$orderNo" params={{ orderNo: call.order_no }} className={classes.order}>
                {call.order_no}
              </Link>
            )}
          </Fact>
          {call.flow === null ? null : (
            <Fact label={t('call.flow')}>
              {call.flow.version === 0
                ? t('call.flow_shipped')
                : t('call.flow_version', { version: call.flow.version })}
            </Fact>
          )}
        </dl>
      </header>
      <CallParts call={call} />
    </div>
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
