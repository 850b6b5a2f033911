import {
  IconAlertTriangle,
  IconCircleCheck,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import type { Tone } from '../../components/tone.ts'

const LOOK: Readonly<
  Record<Campaign['state'], { readonly tone: Tone; readonly Icon: typeof IconCircleCheck }>
> = {
  draft: { tone: 'todo', Icon: IconPencil },
  running: { tone: 'live', Icon: IconPlayerPlay },
  paused: { tone: 'warn', Icon: IconPlayerPause },
  stopped: { tone: 'done', Icon: IconPlayerStop },
  done: { tone: 'progress', Icon: IconCircleCheck },
}

/** How a campaign stands; one that its breaker has paused says so. */
export function CampaignPill({ campaign }: { readonly campaign: Pick<Campaign, 'state' | 'issue'> }) {
  const { t } = useTranslation()
  if (campaign.state === 'paused' && campaign.issue !== null)
    return (
      <Pill tone="issue" icon={<IconAlertTriangle size={13} stroke={2} aria-hidden />}>
        {t('campaign.tripped')}
      </Pill>
    )
  const { tone, Icon } = LOOK[campaign.state]
  return (
    <Pill tone={tone} icon={<Icon size={13} stroke={2} aria-hidden />}>
      {t(`campaign.state.${campaign.state}`)}
    </Pill>
  )
}
