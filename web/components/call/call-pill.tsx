import { IconPhoneIncoming, IconPhoneOff, IconPhoneOutgoing, IconPhoneRinging } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallSummary } from '../../api/types.ts'
import { Pill } from '../pill.tsx'
import type { Tone } from '../tone.ts'

const TONES: Readonly<Record<CallSummary['state'], Tone>> = {
  ringing: 'live',
  live: 'live',
  ended: 'done',
  missed: 'issue',
}

export function CallPill({ call }: { readonly call: CallSummary }) {
  const { t } = useTranslation()
  const Icon =
    call.state === 'missed'
      ? IconPhoneOff
      : call.state === 'ringing'
        ? IconPhoneRinging
        : call.direction === 'inbound'
          ? IconPhoneIncoming
          : IconPhoneOutgoing
  return (
    <Pill
      tone={TONES[call.state]}
      {...(call.state === 'live' ? { dot: 'pulse' } : { icon: <Icon size={13} stroke={2} aria-hidden /> })}
    >
      {t(`call.state.${call.state}`)}
    </Pill>
  )
}
