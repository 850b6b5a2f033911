import { Button, Skeleton, UnstyledButton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { flowKeys, flowVersionQuery, releaseFlowVersion } from '../../api/flows.ts'
import type { FlowDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { FlowDiff } from './flow-diff.tsx'
import { changesOf } from './flow-form.ts'
import classes from './flows.module.css'

/** What was live when, by whom and why; each version can be brought back. */
export function FlowHistory({ flow }: { readonly flow: FlowDetail }) {
  const { t } = useTranslation()
  const { releases, live } = flow
  return (
    <Section title={t('flow.history')}>
      {releases.length === 0 ? <SectionEmpty>{t('flow.never_changed')}</SectionEmpty> : null}
      <ol className={classes.history}>
        {releases.map((release, index) => (
          <Release
            key={`${release.released_at} ${release.version}`}
            flow={flow}
            release={release}
            isLive={index === 0}
          />
        ))}
        {live.version === 0 ? null : <Shipped flow={flow} />}
      </ol>
    </Section>
  )
}

interface ReleaseProps {
  readonly flow: FlowDetail
  readonly release: FlowDetail['releases'][number]
  readonly isLive: boolean
}

function Release({ flow, release, isLive }: ReleaseProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { version, released_at, released_by, reason } = release
  return (
    <li>
      <div className={classes.release}>
        <VersionName version={version} />
        {isLive ? <Pill tone="progress">{t('flow.live')}</Pill> : null}
        <time dateTime={released_at} title={formatExact(released_at)}>
          {formatWhen(released_at, language, now)}
        </time>
      </div>
      <p className={classes.reason}>{reason}</p>
      <p className={classes.since}>{released_by}</p>
      {version === flow.live.version ? null : <BringBack flow={flow} version={version} />}
    </li>
  )
}

function Shipped({ flow }: { readonly flow: FlowDetail }) {
  return (
    <li>
      <div className={classes.release}>
        <VersionName version={0} />
      </div>
      <BringBack flow={flow} version={0} />
    </li>
  )
}

function VersionName({ version }: { readonly version: number }) {
  const { t } = useTranslation()
  return <strong>{version === 0 ? t('flow.shipped') : t('flow.version', { version })}</strong>
}

function BringBack({ flow, version }: { readonly flow: FlowDetail; readonly version: number }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const name = version === 0 ? t('flow.shipped') : t('flow.version', { version })
  const back = useMutation({
    mutationFn: () => releaseFlowVersion(flow.flow, version, t('flow.brought_back_reason', { name })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: flowKeys.all })
      showDone(t('flow.brought_back', { name }))
    },
    onError: (error) => showProblem(error, t('flow.bring_back'), t),
  })
  return (
    <>
      <div className={classes.backRow}>
        <UnstyledButton
          className={classes.compare}
          aria-expanded={isOpen}
          aria-label={t('flow.compare_of', { name })}
          onClick={() => setOpen(!isOpen)}
        >
          {t('flow.compare')}
        </UnstyledButton>
        <Button
          size="compact-xs"
          variant="default"
          loading={back.isPending}
          aria-label={t('flow.bring_back_of', { name })}
          onClick={() => back.mutate()}
        >
          {t('flow.bring_back')}
        </Button>
      </div>
      {isOpen ? <Comparison flow={flow} version={version} /> : null}
    </>
  )
}

/** What would change if it went live again. */
function Comparison({ flow, version }: { readonly flow: FlowDetail; readonly version: number }) {
  const { t } = useTranslation()
  const { data } = useQuery(flowVersionQuery(flow.flow, version))
  if (data === undefined) return <Skeleton height={40} />
  const changes = changesOf(flow.live.content, data.content, t)
  return changes.length === 0 ? (
    <SectionEmpty>{t('flow.no_changes')}</SectionEmpty>
  ) : (
    <FlowDiff changes={changes} />
  )
}
