import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconPhoneCalling,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPhonePause,
  IconPhoneRinging,
  IconPhoneX,
  IconRefresh,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { OutboundRecord, OutboundState } from '../../api/types.ts'
import { Pill } from '../../components/pill.tsx'
import type { Tone } from '../../components/tone.ts'

const LOOK: Readonly<Record<OutboundState, { readonly tone: Tone; readonly Icon: typeof IconClock }>> = {
  queued: { tone: 'todo', Icon: IconClock },
  dialing: { tone: 'live', Icon: IconPhoneOutgoing },
  ringing: { tone: 'live', Icon: IconPhoneRinging },
  connected: { tone: 'live', Icon: IconPhoneCalling },
  completed: { tone: 'progress', Icon: IconCircleCheck },
  no_answer: { tone: 'warn', Icon: IconPhoneOff },
  busy: { tone: 'warn', Icon: IconPhonePause },
  rejected: { tone: 'issue', Icon: IconPhoneX },
  failed: { tone: 'issue', Icon: IconAlertTriangle },
  cancelled: { tone: 'done', Icon: IconBan },
}

type Standing = Pick<OutboundRecord, 'state' | 'is_over' | 'next_try_at' | 'failure_reason'>

/** How a request stands; one that is called again says so. */
export function OutboundPill({ call }: { readonly call: Standing }) {
  const { t } = useTranslation()
  const { tone, Icon } = LOOK[call.state]
  const title = call.failure_reason === null ? {} : { title: call.failure_reason }
  if (call.next_try_at !== null)
    return (
      <Pill tone="warn" icon={<IconRefresh size={13} stroke={2} aria-hidden />} {...title}>
        {t(`outbound.state.${call.state}`)} · {t('outbound.waits_retry')}
      </Pill>
    )
  return (
    <Pill tone={tone} icon={<Icon size={13} stroke={2} aria-hidden />} {...title}>
      {t(`outbound.state.${call.state}`)}
    </Pill>
  )
}
