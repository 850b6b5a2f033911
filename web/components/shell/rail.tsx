import { Tooltip, UnstyledButton } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import {
  IconAlertTriangle,
  IconBuildingStore,
  IconCashBanknote,
  IconGauge,
  IconKey,
  IconLayoutKanban,
  IconMessage2Cog,
  IconMessages,
  IconPhone,
  IconPhoneOutgoing,
  IconPlugConnected,
  IconReportMoney,
  IconSearch,
  IconSpeakerphone,
  IconSquareRoundedPlus,
  IconSunrise,
  IconUsers,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { callsQuery } from '../../api/calls.ts'
import { threadCountsQuery } from '../../api/chats.ts'
import { issueCountsQuery } from '../../api/issues.ts'
import { reconciliationQuery } from '../../api/payments.ts'
import { meQuery } from '../../api/session.ts'
import { PhoneSwitch } from '../softphone/phone-switch.tsx'
import { AlarmSwitch } from './alarm-switch.tsx'
import { BrandMark } from './brand.tsx'
import { LiveBadge } from './live-badge.tsx'
import classes from './rail.module.css'
import { UserMenu } from './user-menu.tsx'

const ICON = { size: 20, stroke: 1.7, 'aria-hidden': true } as const

interface RailProps {
  readonly onChangePassword: () => void
  readonly onOpenPhone: () => void
}

/** Main menu: a column beside the page, icons alone on a small desktop, a bar below on a phone. */
export function Rail({ onChangePassword, onOpenPhone }: RailProps) {
  const { t } = useTranslation()
  const { data: calls } = useQuery({
    ...callsQuery,
    select: (page) => page.calls.filter((call) => call.state === 'live' || call.state === 'ringing').length,
  })
  const { data: issues } = useQuery({ ...issueCountsQuery, select: ({ open }) => open })
  const { data: threads } = useQuery({ ...threadCountsQuery, select: ({ waiting }) => waiting })
  const { data: money } = useQuery({
    ...reconciliationQuery,
    select: (view) => view.open_deposits + view.open_returns,
  })
  const { data: me } = useQuery(meQuery)
  return (
    <nav className={classes.rail} aria-label={t('nav.label')}>
      <Link to="/" className={classes.brand} aria-label={t('app.name')}>
        <BrandMark />
        <span className={classes.brandText}>{t('app.name')}</span>
      </Link>
      <SearchButton />
      <ul className={classes.items}>
        <Item to="/" label={t('nav.board')} icon={<IconLayoutKanban {...ICON} />} exact />
        <Item to="/issues" label={t('nav.issues')} icon={<IconAlertTriangle {...ICON} />}>
          <Count tone="issue" count={issues ?? 0} label={t('nav.open_issues', { count: issues ?? 0 })} />
        </Item>
        <Item to="/morning" label={t('nav.morning')} icon={<IconSunrise {...ICON} />} />
        <Item to="/calls" label={t('nav.calls')} icon={<IconPhone {...ICON} />}>
          <Count tone="live" count={calls ?? 0} label={t('nav.live_calls', { count: calls ?? 0 })} />
        </Item>
        <Item to="/outbound" label={t('nav.outbound')} icon={<IconPhoneOutgoing {...ICON} />} wideOnly />
        <Item to="/campaigns" label={t('nav.campaigns')} icon={<IconSpeakerphone {...ICON} />} wideOnly />
        <Item to="/conversations" label={t('nav.conversations')} icon={<IconMessages {...ICON} />} wideOnly>
          <Count
            tone="issue"
            count={threads ?? 0}
            label={t('nav.waiting_threads', { count: threads ?? 0 })}
          />
        </Item>
        <Item to="/new" label={t('nav.new_order')} icon={<IconSquareRoundedPlus {...ICON} />} />
        <Item to="/payments" label={t('nav.payments')} icon={<IconCashBanknote {...ICON} />} wideOnly>
          <Count tone="issue" count={money ?? 0} label={t('nav.open_money', { count: money ?? 0 })} />
        </Item>
        {me?.role === 'admin' ? (
          <>
            <Item
              to="/settlement"
              label={t('nav.settlement')}
              icon={<IconReportMoney {...ICON} />}
              wideOnly
            />
            <Item to="/latency" label={t('nav.latency')} icon={<IconGauge {...ICON} />} wideOnly />
            <Item to="/vendors" label={t('nav.vendors')} icon={<IconBuildingStore {...ICON} />} wideOnly />
            <Item to="/flows" label={t('nav.flows')} icon={<IconMessage2Cog {...ICON} />} wideOnly />
            <Item to="/people" label={t('nav.people')} icon={<IconUsers {...ICON} />} wideOnly />
            <Item to="/api-keys" label={t('nav.api_keys')} icon={<IconKey {...ICON} />} wideOnly />
          </>
        ) : null}
        <Item to="/system" label={t('nav.system')} icon={<IconPlugConnected {...ICON} />} wideOnly />
      </ul>
      <div className={classes.foot}>
        <PhoneSwitch />
        <AlarmSwitch />
        <LiveBadge />
        <UserMenu onChangePassword={onChangePassword} onOpenPhone={onOpenPhone} />
      </div>
    </nav>
  )
}

function SearchButton() {
  const { t } = useTranslation()
  const os = useOs()
  return (
    <UnstyledButton className={classes.search} onClick={spotlight.open} aria-label={t('nav.search')}>
      <IconSearch {...ICON} size={17} />
      <span className={classes.searchText}>{t('nav.search')}</span>
      <kbd className={classes.keys}>{os === 'macos' || os === 'ios' ? '⌘K' : 'Ctrl K'}</kbd>
    </UnstyledButton>
  )
}

interface ItemProps {
  readonly to: NonNullable<LinkProps['to']>
  readonly label: string
  readonly icon: ReactNode
  readonly exact?: boolean
  /** On a phone it is in the account menu. */
  readonly wideOnly?: boolean
  readonly children?: ReactNode
}

function Item({ to, label, icon, exact = false, wideOnly = false, children }: ItemProps) {
  return (
    <li data-wide={wideOnly || undefined}>
      <Tooltip label={label} position="right" openDelay={500} classNames={{ tooltip: classes.tooltip ?? '' }}>
        <Link to={to} className={classes.item} activeOptions={{ exact, includeSearch: false }}>
          {icon}
          <span className={classes.itemText}>{label}</span>
          {children}
        </Link>
      </Tooltip>
    </li>
  )
}

function Count(props: { readonly tone: 'issue' | 'live'; readonly count: number; readonly label: string }) {
  if (props.count === 0) return null
  return (
    <span className={classes.count} data-tone={props.tone}>
      <span aria-hidden>{props.count}</span>
      <span className="visually-hidden">{props.label}</span>
    </span>
  )
}
