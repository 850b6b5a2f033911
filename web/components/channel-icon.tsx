import {
  IconDeviceMobileMessage,
  IconMessageCircle,
  IconPencil,
  IconPhone,
  IconWorld,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '../api/types.ts'

const ICONS = {
  phone: IconPhone,
  sms: IconDeviceMobileMessage,
  kakao: IconMessageCircle,
  web: IconWorld,
  operator: IconPencil,
} satisfies Record<Channel, unknown>

/** By which way an order or a word came in. */
export function ChannelIcon({ channel, size = 14 }: { readonly channel: Channel; readonly size?: number }) {
  const { t } = useTranslation()
  const Icon = ICONS[channel]
  return (
    <span
      role="img"
      aria-label={t(`ticket.channel.${channel}`)}
      title={t(`ticket.channel.${channel}`)}
      style={{ display: 'inline-flex' }}
    >
      <Icon size={size} stroke={1.8} aria-hidden />
    </span>
  )
}
