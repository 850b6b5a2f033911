import { Button } from '@mantine/core'
import { IconArrowLeft, IconPhoneX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callQuery } from '../../api/calls.ts'
import { ApiError } from '../../api/problem.ts'
import { meQuery } from '../../api/session.ts'
import type { CallDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { CallLength } from '../../components/call/call-length.tsx'
import { CallPill } from '../../components/call/call-pill.tsx'
import { PauseList } from '../../components/call/pauses.tsx'
import { Player } from '../../components/call/player.tsx'
import { RecordingsProvider } from '../../components/call/recording.tsx'
import { Transcript } from '../../components/call/transcript.tsx'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { WorkflowLink } from '../../components/workflow-link.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { CallCost } from './call-cost.tsx'
import { answerFigures } from './call-figures.ts'
import { GuestsSection } from './call-guests.tsx'
import classes from './call-page.module.css'
import { CallReading } from './call-reading.tsx'
import { LiveCall } from './live-call.tsx'
import { SignallingSection } from './signalling-section.tsx'

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
  const [heardAt, setHeardAt] = useState<number | undefined>()
  const { data: me } = useQuery(meQuery)
  const isOver = call.state !== 'live' && call.state !== 'ringing'
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
      {call.state === 'live' ? <LiveCall call={call} /> : null}
      <Figures call={call} />
      <Section title={t('call.recording')}>
        {call.recording_url === null ? (
          <SectionEmpty>
            {t(
              call.state === 'live' || call.state === 'ringing'
                ? 'call.recording_later'
                : 'call.recording_none',
            )}
          </SectionEmpty>
        ) : (
          <Player
            callId={call.call_id}
            url={call.recording_url}
            pauses={call.recording_pauses}
            ours={call.placed_by?.name}
            onTime={setHeardAt}
          />
        )}
        <PauseList pauses={call.recording_pauses} />
      </Section>
      <Section title={t('call.transcript')}>
        <Transcript call={call} heardAt={heardAt} />
      </Section>
      {call.usage === null ? null : <CallCost usage={call.usage} />}
      {isOver ? <GuestsSection guests={call.guests} /> : null}
      {me?.role === 'admin' && isOver ? <SignallingSection callId={call.call_id} /> : null}
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

/** Answer times of the call: figures, and one bar an answer. */
function Figures({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation()
  const figures = answerFigures(call.transcript)
  if (figures === null) return null
  return (
    <Section title={t('call.figures')}>
      <div className={classes.figures}>
        <Figure label={t('call.latency_median')} value={`${figures.medianMs} ms`} />
        <Figure label={t('call.latency_worst')} value={`${Math.round(figures.worstMs)} ms`} />
        <Figure label={t('call.answers')} value={String(figures.answers)} />
        <div className={classes.bars} aria-hidden>
          {figures.eachMs.map((ms, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: answers have an order and nothing else
            <i key={index} style={{ height: `${Math.max(6, (ms / figures.worstMs) * 100)}%` }} />
          ))}
        </div>
      </div>
    </Section>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <p className={classes.figureLabel}>{label}</p>
      <p className={classes.figure}>{value}</p>
    </div>
  )
}
