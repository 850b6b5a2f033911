import { Skeleton } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { flowQuery } from '../../api/flows.ts'
import { meQuery } from '../../api/session.ts'
import type { FlowName } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { FlowEditor } from './flow-editor.tsx'
import classes from './flows.module.css'

/** One conversation: its words, a talk with the draft, and what was live when. */
export function FlowPage() {
  const { t } = useTranslation()
  const { flow } = useParams({ from: '/shell/flows/$flow' })
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('flow.title')} text={t('flow.owner_only')} />
  // What is no flow is told by the API.
  return <OwnersFlow flow={flow as FlowName} key={flow} />
}

function OwnersFlow({ flow }: { readonly flow: FlowName }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(flowQuery(flow))
  const title = data === undefined ? t('flow.title') : t(`flow.name.${flow}`)
  usePageTitle(title)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <Link to="/flows" className={classes.back}>
          <IconArrowLeft size={16} stroke={1.9} aria-hidden />
          {t('flow.title')}
        </Link>
        <h1 className={pageClasses.title}>{title}</h1>
        {data === undefined ? null : <p className={pageClasses.lead}>{t(`flow.what.${flow}`)}</p>}
      </header>
      {data !== undefined ? (
        // Another draft than the one that is edited begins the form anew.
        <FlowEditor flow={data} key={data.draft?.revision ?? `live-${data.live.version}`} />
      ) : error !== null ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')}>
          <Skeleton height={420} />
        </div>
      )}
    </div>
  )
}
