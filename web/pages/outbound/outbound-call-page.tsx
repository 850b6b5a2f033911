import { Button } from '@mantine/core'
import { IconArrowLeft, IconDownload, IconPhoneX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { callQuery } from '../../api/calls.ts'
import { outboundQuery, resultUrl } from '../../api/outbound.ts'
import { ApiError } from '../../api/problem.ts'
import type { OutboundRecord } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { CallParts } from '../../components/call/call-parts.tsx'
import { RecordingsProvider } from '../../components/call/recording.tsx'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { WorkflowLink } from '../../components/workflow-link.tsx'
import { Answers } from './answers.tsx'
import { Basics } from './basics.tsx'
import { CancelButton } from './cancel-button.tsx'
import classes from './outbound-call-page.module.css'
import { PutThroughButton } from './put-through.tsx'
import { OutboundPill } from './state-pill.tsx'
import { Transfers } from './transfers.tsx'
import { useOutboundAct } from './use-outbound-act.ts'

/** One requested call: how it stands, what it has brought, and the call itself, live or as it was recorded. */
export function OutboundCallPage() {
  const { outboundId } = useParams({ from: '/shell/outbound/$outboundId' })
  const { t } = useTranslation()
  const request = useQuery(outboundQuery(outboundId))
  usePageTitle(t('outbound.detail.title', { id: outboundId }))
  if (request.data !== undefined)
    return (
      <RecordingsProvider>
        <Outbound request={request.data} />
      </RecordingsProvider>
    )
  if (!request.isError) return <PageSkeleton />
  const status = request.error instanceof ApiError ? request.error.problem.status : 0
  if (status !== 404 && status !== 422)
    return <ProblemPanel error={request.error} onRetry={() => void request.refetch()} />
  return (
    <StatePanel page icon={<IconPhoneX size={24} stroke={1.7} />} title={t('outbound.detail.not_found')}>
      <Button component={Link} to="/outbound">
        {t('outbound.title')}
      </Button>
    </StatePanel>
  )
}

function Outbound({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const call = useQuery({ ...callQuery(request.record_id ?? ''), enabled: request.record_id !== null })
  return (
    <div className={pageClasses.page}>
      <header className={classes.header}>
        <div className={classes.top}>
          <Link to="/outbound" className={classes.back}>
            <IconArrowLeft size={16} stroke={1.9} aria-hidden />
            {t('outbound.detail.back')}
          </Link>
          <WorkflowLink className={classes.external} url={call.data?.workflow_url ?? null}>
            {t('call.workflow')}
          </WorkflowLink>
        </div>
        <h1 className={classes.title}>
          {t('outbound.detail.title', { id: request.outbound_id })}
          <span role="status">
            <OutboundPill call={request} />
          </span>
        </h1>
        <Actions request={request} />
      </header>
      <div className={classes.columns}>
        <Basics request={request} />
        <div className={classes.column}>
          <Answers request={request} />
          <Transfers request={request} />
          <Summary request={request} />
        </div>
      </div>
      <TheCall request={request} call={call} />
    </div>
  )
}

function Actions({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const { retry } = useOutboundAct(request.outbound_id)
  return (
    <div className={classes.actions}>
      {request.state === 'connected' ? <PutThroughButton request={request} /> : null}
      {request.is_over ? null : <CancelButton request={request} />}
      {request.is_over && request.state !== 'completed' ? (
        <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
          {t('outbound.retry')}
        </Button>
      ) : null}
      {request.is_over ? (
        <Button
          component="a"
          href={resultUrl(request.outbound_id)}
          download={`${request.outbound_id}.json`}
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
        >
          {t('outbound.detail.json')}
        </Button>
      ) : null}
    </div>
  )
}

function Summary({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  return (
    <Section title={t('outbound.detail.summary')}>
      {request.summary === null ? (
        <SectionEmpty>
          {t(request.is_over ? 'outbound.detail.no_summary' : 'outbound.detail.summary_later')}
        </SectionEmpty>
      ) : (
        <p className={classes.summary}>{request.summary}</p>
      )}
    </Section>
  )
}

interface TheCallProps {
  readonly request: OutboundRecord
  readonly call: ReturnType<typeof useQuery<Parameters<typeof CallParts>[0]['call']>>
}

/** The call under way, or the last one. */
function TheCall({ request, call }: TheCallProps) {
  const { t } = useTranslation()
  if (request.record_id === null)
    return (
      <Section title={t('call.transcript')}>
        <SectionEmpty>
          {t(request.is_over ? 'outbound.detail.call_none' : 'outbound.detail.call_waiting')}
        </SectionEmpty>
      </Section>
    )
  if (call.data !== undefined) return <CallParts call={call.data} faces />
  if (call.isError) return <ProblemPanel error={call.error} onRetry={() => void call.refetch()} />
  return <PageSkeleton />
}
