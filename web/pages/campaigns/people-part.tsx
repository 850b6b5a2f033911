import { Button, NativeSelect } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { campaignRowsQuery } from '../../api/campaigns.ts'
import type { Campaign, CampaignRow } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatPhone } from '../../format/text.ts'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { OutboundPill } from '../outbound/state-pill.tsx'
import { ROW_STATES, readCampaignSearch } from './campaign-search.ts'
import { ListUpload } from './list-upload.tsx'
import classes from './people-part.module.css'
import { useCampaignAct } from './use-campaign-act.ts'

/** Who is on its list and how each stands. */
export function PeoplePart({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { rows: state } = useSearch({ from: '/shell/campaigns/$campaignId' })
  const navigate = useNavigate({ from: '/campaigns/$campaignId' })
  const rows = useInfiniteQuery({
    ...campaignRowsQuery(campaign.campaign_id, state),
    placeholderData: keepPreviousData,
  })
  const [isAdding, setAdding] = useState(false)
  const isOver = campaign.state === 'done' || campaign.state === 'stopped'
  const shown = rows.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Section
      title={t('campaign.rows.title')}
      aside={
        <div className={classes.aside}>
          <NativeSelect
            size="xs"
            aria-label={t('campaign.rows.filter')}
            value={state ?? ''}
            data={[
              { value: '', label: t('campaign.rows.all') },
              ...ROW_STATES.map((value) => ({ value, label: t(`campaign.parts.${value}`) })),
            ]}
            onChange={({ currentTarget }) =>
              void navigate({
                search: readCampaignSearch({ rows: currentTarget.value }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          {isOver || isAdding ? null : (
            <Button size="xs" variant="default" onClick={() => setAdding(true)}>
              {t('campaign.list.more')}
            </Button>
          )}
        </div>
      }
    >
      {isAdding && !isOver ? (
        <div className={classes.add}>
          <ListUpload campaign={campaign} onAdded={() => setAdding(false)} />
        </div>
      ) : null}
      {rows.data === undefined ? (
        rows.isError ? (
          <ProblemPanel error={rows.error} onRetry={() => void rows.refetch()} />
        ) : null
      ) : shown.length === 0 ? (
        <SectionEmpty>
          {t(state === undefined ? 'campaign.rows.empty' : 'campaign.rows.empty_filter')}
        </SectionEmpty>
      ) : (
        <>
          <Rows campaign={campaign} rows={shown} />
          {rows.hasNextPage ? (
            <Button
              variant="default"
              size="xs"
              className={classes.more ?? ''}
              loading={rows.isFetchingNextPage}
              onClick={() => void rows.fetchNextPage()}
            >
              {t('campaign.rows.more')}
            </Button>
          ) : null}
        </>
      )}
    </Section>
  )
}

interface RowsProps {
  readonly campaign: Campaign
  readonly rows: readonly CampaignRow[]
}

function Rows({ campaign, rows }: RowsProps) {
  const { t } = useTranslation()
  const { skip } = useCampaignAct(campaign.campaign_id)
  const skipping = skip.isPending ? skip.variables : null
  return (
    <table className={classes.table} aria-label={t('campaign.rows.title')}>
      <thead>
        <tr>
          {(['line', 'callee', 'state', 'attempts', 'act'] as const).map((column) => (
            <th key={column} scope="col" data-column={column}>
              {t(`campaign.rows.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.row_id} data-row={row.row_id}>
            <td className={classes.line}>{row.line}</td>
            <td className={classes.callee}>{formatPhone(row.callee_number)}</td>
            <td className={classes.state}>
              <RowState row={row} />
            </td>
            <td className={classes.attempts}>{t('campaign.rows.attempts', { count: row.attempts })}</td>
            <td className={classes.act}>
              {row.outbound_id === null ? null : (
                <Link
                  to="/outbound/$outboundId"
                  params={{ outboundId: row.outbound_id }}
                  className={classes.view}
                  aria-label={t('campaign.rows.view_of', { line: row.line })}
                >
                  {t('campaign.rows.view')}
                </Link>
              )}
              {row.state === 'waiting' ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={skipping === row.row_id}
                  aria-label={t('campaign.rows.skip_of', { line: row.line })}
                  onClick={() => skip.mutate(row.row_id)}
                >
                  {t('campaign.rows.skip')}
                </Button>
              ) : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function RowState({ row }: { readonly row: CampaignRow }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { state, why, outcome, due_at: due } = row
  if (state === 'done' && outcome !== null)
    return <OutboundPill call={{ state: outcome, is_over: true, next_try_at: null, failure_reason: null }} />
  const isLater = state === 'waiting' && due !== null && Date.parse(due) > now
  return (
    <>
      {t(`campaign.parts.${state}`)}
      {why === null ? null : <span className={classes.why}>{t(`campaign.why.${why}`)}</span>}
      {isLater ? (
        <span className={classes.why}>
          {t('campaign.rows.due', { when: formatWhen(due, language, now) })}
        </span>
      ) : null}
    </>
  )
}
