import { Button, Group, Popover } from '@mantine/core'
import { IconDownload, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { campaignResultsUrl } from '../../api/campaigns.ts'
import type { Campaign } from '../../api/types.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './campaign-page.module.css'
import { useCampaignAct } from './use-campaign-act.ts'

const ICON = { size: 15, stroke: 1.8, 'aria-hidden': true } as const

/** What may be done with it as it stands. */
export function Controls({ campaign }: { readonly campaign: Campaign }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { steer } = useCampaignAct(campaign.campaign_id)
  const { state, counts, issue } = campaign
  const doing = steer.isPending ? steer.variables : null
  return (
    <div className={classes.actions}>
      {state === 'draft' && counts.total > 0 ? (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay {...ICON} />}
          loading={doing === 'start'}
          onClick={() => steer.mutate('start')}
        >
          {t('campaign.act.start')}
        </Button>
      ) : null}
      {state === 'running' ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause {...ICON} />}
          loading={doing === 'pause'}
          onClick={() => steer.mutate('pause')}
        >
          {t('campaign.act.pause')}
        </Button>
      ) : null}
      {/* The notice of the breaker has its own. */}
      {state === 'paused' && issue === null ? (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay {...ICON} />}
          loading={doing === 'resume'}
          onClick={() => steer.mutate('resume')}
        >
          {t('campaign.act.resume')}
        </Button>
      ) : null}
      {state === 'running' || state === 'paused' ? (
        <StopButton campaign={campaign} isStopping={doing === 'stop'} onStop={() => steer.mutate('stop')} />
      ) : null}
      {counts.total === 0 ? null : (
        <Button
          component="a"
          href={campaignResultsUrl(campaign.campaign_id, language)}
          download={`${campaign.campaign_id}.csv`}
          size="xs"
          variant="default"
          leftSection={<IconDownload {...ICON} />}
        >
          {t('campaign.act.results')}
        </Button>
      )}
    </div>
  )
}

interface StopButtonProps {
  readonly campaign: Campaign
  readonly isStopping: boolean
  readonly onStop: () => void
}

/** Ends it, asking once more before. */
function StopButton({ campaign, isStopping, onStop }: StopButtonProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  return (
    <Popover opened={asking} onChange={setAsking} trapFocus position="bottom-start" width={290}>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerStop {...ICON} />}
          loading={isStopping}
          onClick={() => setAsking(true)}
        >
          {t('campaign.act.stop')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('campaign.act.stop_ask')}>
        <p className={classes.ask}>{t('campaign.act.stop_ask')}</p>
        <p className={classes.askText}>{t('campaign.act.stop_text', { count: campaign.counts.waiting })}</p>
        <Group gap="xs" justify="flex-end" mt={10}>
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            {t('action.close')}
          </Button>
          <Button
            size="xs"
            color="clay"
            onClick={() => {
              setAsking(false)
              onStop()
            }}
          >
            {t('campaign.act.stop')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
