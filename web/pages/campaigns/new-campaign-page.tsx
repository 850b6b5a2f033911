import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconArrowLeft, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { campaignKeys, campaignQuery, createCampaign } from '../../api/campaigns.ts'
import { outboundOptionsQuery } from '../../api/outbound.ts'
import { ApiError } from '../../api/problem.ts'
import type { Campaign, OutboundOptions } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { Part } from '../outbound/form-parts.tsx'
import outboundClasses from '../outbound/new-outbound-page.module.css'
import { ListUpload } from './list-upload.tsx'
import classes from './new-campaign-page.module.css'
import { PlanFacts } from './plan-facts.tsx'
import { emptyPlan, type PlanValues, planRules, planToSend, refusedPlanFields } from './plan-form.ts'
import { AboutPart, HoursPart, MorePart, PacePart, WordsPart } from './plan-parts.tsx'
import { inOurWords } from './refusals.ts'
import { useCampaignAct } from './use-campaign-act.ts'

const STEPS = ['plan', 'list', 'start'] as const
type Step = (typeof STEPS)[number]

/** Makes a campaign: first the plan, then its list, then it is started. Which one it is stands in the address. */
export function NewCampaignPage() {
  const { t } = useTranslation()
  usePageTitle(t('campaign.new'))
  const { campaign: id } = useSearch({ from: '/shell/campaigns/new' })
  return id === undefined ? <PlanStep /> : <ListStep id={id} />
}

interface FrameProps {
  readonly step: Step
  /** Of the campaign, once it is made. */
  readonly name?: string
  readonly children: ReactNode
}

function Frame({ step, name: made, children }: FrameProps) {
  const { t } = useTranslation()
  return (
    <div className={`${pageClasses.page} ${pageClasses.narrow}`}>
      <header className={pageClasses.head}>
        <Link to="/campaigns" className={outboundClasses.back}>
          <IconArrowLeft size={16} stroke={1.9} aria-hidden />
          {t('campaign.back')}
        </Link>
        <h1 className={`${pageClasses.title} ${outboundClasses.title}`}>{made ?? t('campaign.new')}</h1>
      </header>
      <ol className={classes.steps} aria-label={t('campaign.form.steps')}>
        {STEPS.map((name, index) => (
          <li
            key={name}
            data-past={index < STEPS.indexOf(step) || undefined}
            aria-current={name === step ? 'step' : undefined}
          >
            <span className={classes.place}>{index + 1}</span>
            {t(`campaign.form.step.${name}`)}
          </li>
        ))}
      </ol>
      {children}
    </div>
  )
}

function PlanStep() {
  const options = useQuery(outboundOptionsQuery)
  if (options.data === undefined)
    return options.isError ? (
      <ProblemPanel error={options.error} onRetry={() => void options.refetch()} />
    ) : (
      <PageSkeleton />
    )
  return (
    <Frame step="plan">
      <PlanForm options={options.data} />
    </Frame>
  )
}

function PlanForm({ options }: { readonly options: OutboundOptions }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const form = useForm<PlanValues>({
    initialValues: emptyPlan(options),
    validate: planRules(t, options),
    // Not when a field is left: what is said then would move the button away from under the pointer.
    validateInputOnChange: true,
  })
  const focusFirst = (errors: Readonly<Record<string, unknown>>) =>
    // What is folded away is unfolded first.
    requestAnimationFrame(() => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus())
  const make = useMutation({
    mutationFn: (values: PlanValues) => createCampaign(planToSend(values)),
    onSuccess: async (campaign) => {
      client.setQueryData(campaignQuery(campaign.campaign_id).queryKey, campaign)
      void client.invalidateQueries({ queryKey: campaignKeys.list })
      await navigate({ to: '/campaigns/new', search: { campaign: campaign.campaign_id }, replace: true })
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return
      const fields = refusedPlanFields(error.problem, t)
      form.setErrors(fields)
      focusFirst(fields)
    },
  })
  const refused = make.error instanceof ApiError ? refusedPlanFields(make.error.problem, t) : {}
  return (
    <form
      className={outboundClasses.form}
      noValidate
      onSubmit={form.onSubmit((values) => make.mutate(values), focusFirst)}
    >
      <AboutPart form={form} options={options} />
      <WordsPart form={form} />
      <HoursPart form={form} />
      <PacePart form={form} />
      <MorePart form={form} options={options} />
      <footer className={outboundClasses.foot}>
        {make.error === null || Object.keys(refused).length > 0 ? null : (
          <InlineProblem error={inOurWords(make.error, t)} />
        )}
        {options.enabled ? null : <p role="alert">{t('outbound.form.disabled')}</p>}
        <div className={outboundClasses.submit}>
          <Button component={Link} to="/campaigns" variant="default" size="md">
            {t('action.cancel')}
          </Button>
          <Button type="submit" size="md" loading={make.isPending}>
            {t('campaign.form.next')}
          </Button>
        </div>
      </footer>
    </form>
  )
}

function ListStep({ id }: { readonly id: string }) {
  const campaign = useQuery(campaignQuery(id))
  if (campaign.data !== undefined) return <ListOf campaign={campaign.data} />
  if (campaign.isError) return <ProblemPanel error={campaign.error} onRetry={() => void campaign.refetch()} />
  return <PageSkeleton />
}

function ListOf({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const { steer } = useCampaignAct(campaign.campaign_id)
  const [isAddingMore, setAddingMore] = useState(false)
  const { campaign_id: campaignId, counts } = campaign
  const isFilled = counts.total > 0
  // It has begun: here or by somebody else.
  if (campaign.state !== 'draft')
    return <Navigate to="/campaigns/$campaignId" params={{ campaignId }} replace />
  return (
    <Frame step={isFilled ? 'start' : 'list'} name={campaign.name}>
      {isFilled ? (
        <Part title={t('campaign.form.ready', { name: campaign.name })}>
          <p>{t('campaign.form.ready_text', { count: counts.total })}</p>
          <div className={classes.buttons}>
            <Button
              size="md"
              leftSection={<IconPlayerPlay size={16} stroke={1.9} aria-hidden />}
              loading={steer.isPending}
              onClick={() => steer.mutate('start')}
            >
              {t('campaign.form.start')}
            </Button>
            <Link to="/campaigns/$campaignId" params={{ campaignId }} className={outboundClasses.link}>
              {t('campaign.form.later')}
            </Link>
            {isAddingMore ? null : (
              <Button variant="subtle" size="md" onClick={() => setAddingMore(true)}>
                {t('campaign.list.more')}
              </Button>
            )}
          </div>
        </Part>
      ) : null}
      {!isFilled || isAddingMore ? (
        <Part title={t('campaign.list.title')}>
          <ListUpload campaign={campaign} onAdded={() => setAddingMore(false)} />
        </Part>
      ) : null}
      <PlanFacts campaign={campaign} />
    </Frame>
  )
}
