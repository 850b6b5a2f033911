import { Button, Group, Skeleton } from '@mantine/core'
import { IconPhoneOff, IconPlus, IconSpeakerphone } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { campaignsQuery } from '../../api/campaigns.ts'
import type { Campaign } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { CampaignPill } from './campaign-pill.tsx'
import classes from './campaigns-page.module.css'
import { Moment } from './moment.tsx'
import { ProgressBar } from './progress-bar.tsx'

/** Every campaign with how far it is; rows change while calls go on. */
export function CampaignsPage() {
  const { t } = useTranslation()
  usePageTitle(t('campaign.title'))
  const campaigns = useQuery(campaignsQuery)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('campaign.title')}</h1>
        <Group gap="xs">
          <Button
            component={Link}
            to="/call-law"
            size="sm"
            variant="default"
            leftSection={<IconPhoneOff size={16} stroke={1.8} aria-hidden />}
          >
            {t('call_law.link')}
          </Button>
          <NewButton />
        </Group>
        <p className={pageClasses.lead}>{t('campaign.lead')}</p>
      </header>
      {campaigns.data === undefined ? (
        campaigns.isError ? (
          <ProblemPanel error={campaigns.error} onRetry={() => void campaigns.refetch()} />
        ) : (
          <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
            <Skeleton height={56} />
            <Skeleton height={56} />
            <Skeleton height={56} />
          </div>
        )
      ) : campaigns.data.campaigns.length === 0 ? (
        <StatePanel
          icon={<IconSpeakerphone size={24} stroke={1.7} />}
          title={t('campaign.empty')}
          text={t('campaign.empty_text')}
        >
          <NewButton />
        </StatePanel>
      ) : (
        <Rows campaigns={campaigns.data.campaigns} />
      )}
    </div>
  )
}

function NewButton() {
  const { t } = useTranslation()
  return (
    <Button
      component={Link}
      to="/campaigns/new"
      size="sm"
      leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
    >
      {t('campaign.new')}
    </Button>
  )
}

const COLUMNS = ['name', 'state', 'progress', 'success_rate', 'started'] as const

function Rows({ campaigns }: { readonly campaigns: readonly Campaign[] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={t('campaign.title')}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" data-column={column}>
                {t(`campaign.col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => (
            <Row key={campaign.campaign_id} campaign={campaign} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { counts, success_rate: rate } = campaign
  const done = counts.done.toLocaleString('en-US')
  const total = counts.total.toLocaleString('en-US')
  return (
    <tr className={classes.row} data-campaign={campaign.campaign_id}>
      <td className={classes.name}>
        <Link
          to="/campaigns/$campaignId"
          params={{ campaignId: campaign.campaign_id }}
          className={classes.open}
        >
          {campaign.name}
        </Link>
        <span className={classes.kind}>{t(`campaign.kind.${campaign.kind}`)}</span>
      </td>
      <td>
        <CampaignPill campaign={campaign} />
      </td>
      <td className={classes.progress}>
        <ProgressBar counts={counts} />
        <span>{counts.total === 0 ? t('campaign.no_rows') : t('campaign.progress', { done, total })}</span>
      </td>
      <td className={classes.rate} data-label={t('campaign.col.success_rate')}>
        {rate === null ? t('campaign.none') : `${Math.round(rate * 100)}%`}
      </td>
      <td className={classes.nowrap}>
        {campaign.started_at === null ? (
          <span className={classes.none}>{t('campaign.not_started')}</span>
        ) : (
          <Moment at={campaign.started_at} />
        )}
      </td>
    </tr>
  )
}
