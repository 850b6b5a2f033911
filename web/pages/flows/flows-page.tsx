import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { flowsQuery } from '../../api/flows.ts'
import { meQuery } from '../../api/session.ts'
import type { FlowList } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './flows.module.css'

/** Conversations whose words the owner may change. */
export function FlowsPage() {
  const { t } = useTranslation()
  usePageTitle(t('flow.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('flow.title')} text={t('flow.owner_only')} />
  return <OwnersPage />
}

function OwnersPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(flowsQuery)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('flow.title')}</h1>
        <p className={pageClasses.lead}>{t('flow.lead')}</p>
      </header>
      {data !== undefined ? (
        <ul className={classes.rows}>
          {data.flows.map((flow) => (
            <Row key={flow.flow} flow={flow} />
          ))}
        </ul>
      ) : error !== null ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')}>
          <Skeleton height={280} />
        </div>
      )}
    </div>
  )
}

function Row({ flow }: { readonly flow: FlowList['flows'][number] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { draft, live_version, released_at, released_by } = flow
  return (
    <li className={classes.row}>
      <Link to="/flows/$flow" params={{ flow: flow.flow }} className={classes.name}>
        {t(`flow.name.${flow.flow}`)}
      </Link>
      <p className={classes.what}>{t(`flow.what.${flow.flow}`)}</p>
      <div className={classes.pills}>
        <Pill tone={live_version === 0 ? 'done' : 'progress'}>
          {live_version === 0 ? t('flow.shipped') : t('flow.version', { version: live_version })}
        </Pill>
        {draft === null ? null : (
          <Pill tone={draft.state === 'tried' ? 'live' : 'todo'}>{t(`flow.state.${draft.state}`)}</Pill>
        )}
      </div>
      <p className={classes.since}>
        {released_at === null || released_by === null
          ? t('flow.never_changed')
          : t('flow.live_since', { when: formatWhen(released_at, language, now), who: released_by })}
      </p>
    </li>
  )
}
