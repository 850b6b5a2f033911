import { Skeleton } from '@mantine/core'
import { IconPhoneOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { callsQuery } from '../../api/calls.ts'
import type { CallSummary } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { CallRows } from './call-rows.tsx'
import classes from './calls-page.module.css'

/** Every call, those of this moment first. */
export function CallsPage() {
  const { t } = useTranslation()
  usePageTitle(t('call.title'))
  const calls = useQuery(callsQuery)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('call.title')}</h1>
      </header>
      {calls.data !== undefined ? (
        <CallLists calls={calls.data.calls} />
      ) : calls.isError ? (
        <ProblemPanel error={calls.error} onRetry={() => void calls.refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
          <Skeleton height={64} />
          <Skeleton height={64} />
          <Skeleton height={64} />
        </div>
      )}
    </div>
  )
}

function CallLists({ calls }: { readonly calls: readonly CallSummary[] }) {
  const { t } = useTranslation()
  const goingOn = calls.filter(isGoingOn)
  const earlier = calls.filter((call) => !isGoingOn(call))
  if (calls.length === 0)
    return (
      <StatePanel
        icon={<IconPhoneOff size={24} stroke={1.7} />}
        title={t('call.empty')}
        text={t('call.empty_text')}
      />
    )
  return (
    <>
      {goingOn.length === 0 ? null : (
        <section aria-labelledby="calls-live">
          <h2 className={classes.heading} id="calls-live">
            {t('call.live_now')}
            <span className={classes.count}>{t('call.count', { count: goingOn.length })}</span>
          </h2>
          <CallRows calls={goingOn} labelledBy="calls-live" />
        </section>
      )}
      {earlier.length === 0 ? null : (
        <section aria-labelledby="calls-earlier">
          <h2 className={classes.heading} id="calls-earlier">
            {t('call.earlier')}
          </h2>
          <CallRows calls={earlier} labelledBy="calls-earlier" />
        </section>
      )}
    </>
  )
}

const isGoingOn = (call: CallSummary): boolean => call.state === 'live' || call.state === 'ringing'
