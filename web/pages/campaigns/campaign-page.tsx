import { Button } from '@mantine/core'
import { IconAlertTriangle, IconArrowLeft, IconPlayerPlay, IconSpeakerphone } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { campaignQuery } from '../../api/campaigns.ts'
import { ApiError } from '../../api/problem.ts'
import type { Campaign } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { AnswerRates, CampaignAnswersPart } from './answers-part.tsx'
import classes from './campaign-page.module.css'
import { CampaignPill } from './campaign-pill.tsx'
import { Controls } from './controls.tsx'
import { Moment } from './moment.tsx'
import { Outcomes, Reasons } from './outcomes.tsx'
import { PeoplePart } from './people-part.tsx'
import { PlanFacts } from './plan-facts.tsx'
import { PARTS, ProgressBar } from './progress-bar.tsx'
import { SpeedPart } from './speed-part.tsx'
import { useCampaignAct } from './use-campaign-act.ts'

/** One campaign: how far it is, what it brings, who is on its list, and what steers it. */
export function CampaignPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId' })
  const { t } = useTranslation()
  const campaign = useQuery(campaignQuery(campaignId))
  usePageTitle(campaign.data?.name ?? t('campaign.title'))
  if (campaign.data !== undefined) return <OneCampaign campaign={campaign.data} />
  if (!campaign.isError) return <PageSkeleton />
  const status = campaign.error instanceof ApiError ? campaign.error.problem.status : 0
  if (status !== 404 && status !== 422)
    return <ProblemPanel error={campaign.error} onRetry={() => void campaign.refetch()} />
  return (
    <StatePanel page icon={<IconSpeakerphone size={24} stroke={1.7} />} title={t('campaign.not_found')}>
      <Button component={Link} to="/campaigns">
        {t('campaign.title')}
      </Button>
    </StatePanel>
  )
}

function OneCampaign({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const isRunning = campaign.state === 'running'
  return (
    <div className={pageClasses.page}>
      <header className={classes.header}>
        <Link to="/campaigns" className={classes.back}>
          <IconArrowLeft size={16} stroke={1.9} aria-hidden />
          {t('campaign.back')}
        </Link>
        <div className={classes.head}>
          <h1 className={classes.title}>
            <span className={classes.name}>{campaign.name}</span>
            <span role="status">
              <CampaignPill campaign={campaign} />
            </span>
          </h1>
          <Controls campaign={campaign} />
        </div>
      </header>
      {campaign.state === 'paused' ? <BreakerIssue campaign={campaign} /> : null}
      <Figures campaign={campaign} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <CampaignAnswersPart id={campaign.campaign_id} isRunning={isRunning} />
          <AnswerRates id={campaign.campaign_id} isRunning={isRunning} />
        </div>
        <div className={classes.column}>
          <Outcomes counts={campaign.counts} />
          <Reasons counts={campaign.counts} />
        </div>
      </div>
      <PeoplePart campaign={campaign} />
      <div className={classes.columns}>
        <PlanFacts campaign={campaign} />
        {campaign.state === 'running' || campaign.state === 'paused' ? (
          <SpeedPart campaign={campaign} />
        ) : null}
      </div>
    </div>
  )
}

/** Why it stands still by itself, with the way on. */
function BreakerIssue({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { steer } = useCampaignAct(campaign.campaign_id)
  const { issue } = campaign
  if (issue === null) return null
  const { failed, ended } = issue
  return (
    <section className={classes.issue} role="alert">
      <IconAlertTriangle size={22} stroke={1.8} aria-hidden />
      <div className={classes.issueBody}>
        <h2 className={classes.issueTitle}>{t('campaign.issue.title')}</h2>
        <p>{t('campaign.issue.text', { failed, ended })}</p>
        <p className={classes.issueSince}>
          {t('campaign.issue.since')} <Moment at={issue.at} />
        </p>
      </div>
      <Button
        leftSection={<IconPlayerPlay size={16} stroke={1.9} aria-hidden />}
        loading={steer.isPending}
        onClick={() => steer.mutate('resume')}
      >
        {t('campaign.act.resume')}
      </Button>
    </section>
  )
}

function Figures({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { counts, success_rate: rate, expected_end: expected, ended_at: ended } = campaign
  const end = ended ?? expected
  return (
    <div className={classes.figures}>
      <dl className={classes.stats} aria-label={t('campaign.figures.label')}>
        {(['total', 'done', 'completed'] as const).map((name) => (
          <div key={name} className={classes.card}>
            <dt>{t(`campaign.figures.${name}`)}</dt>
            <dd>{counts[name].toLocaleString('en-US')}</dd>
          </div>
        ))}
        <div className={classes.card} data-name="success_rate" title={t('campaign.figures.rate_hint')}>
          <dt>{t('campaign.figures.success_rate')}</dt>
          <dd>{rate === null ? '–' : `${Math.round(rate * 100)}%`}</dd>
        </div>
        <div className={classes.card} data-name="end">
          <dt>{t(ended === null ? 'campaign.figures.expected_end' : 'campaign.figures.ended')}</dt>
          <dd>{end === null ? '–' : <Moment at={end} />}</dd>
        </div>
      </dl>
      <div className={classes.progress}>
        <ProgressBar counts={counts} tall />
        <ul className={classes.legend}>
          {[...PARTS, 'waiting' as const].map((part) => (
            <li key={part} data-part={part}>
              {t(`campaign.parts.${part}`)} <b>{counts[part].toLocaleString('en-US')}</b>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
