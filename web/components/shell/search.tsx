import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import {
  IconAlertTriangle,
  IconBuildingStore,
  IconCashBanknote,
  IconGauge,
  IconKey,
  IconLayoutKanban,
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
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import { ticketSearchQuery } from '../../api/tickets.ts'
import type { TicketSummary } from '../../api/types.ts'
import { Pill } from '../pill.tsx'
import { toneOfState } from '../tone.ts'
import classes from './search.module.css'

const PAGES = [
  { to: '/', key: 'board', Icon: IconLayoutKanban },
  { to: '/issues', key: 'issues', Icon: IconAlertTriangle },
  { to: '/morning', key: 'morning', Icon: IconSunrise },
  { to: '/calls', key: 'calls', Icon: IconPhone },
  { to: '/outbound', key: 'outbound', Icon: IconPhoneOutgoing },
  { to: '/campaigns', key: 'campaigns', Icon: IconSpeakerphone },
  { to: '/conversations', key: 'conversations', Icon: IconMessages },
  { to: '/new', key: 'new_order', Icon: IconSquareRoundedPlus },
  { to: '/payments', key: 'payments', Icon: IconCashBanknote },
  { to: '/system', key: 'system', Icon: IconPlugConnected },
] as const
const OWNERS_PAGES = [
  { to: '/settlement', key: 'settlement', Icon: IconReportMoney },
  { to: '/latency', key: 'latency', Icon: IconGauge },
  { to: '/vendors', key: 'vendors', Icon: IconBuildingStore },
  { to: '/people', key: 'people', Icon: IconUsers },
  { to: '/api-keys', key: 'api_keys', Icon: IconKey },
] as const

const TYPING_PAUSE_MS = 180

/** Ctrl-K: every ticket by number, people, hall or words, and the pages. */
export function Search() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [query, setQuery] = useState('')
  const [asked] = useDebouncedValue(query.trim(), TYPING_PAUSE_MS)
  const found = useQuery({
    ...ticketSearchQuery(asked),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  })
  const tickets = asked === '' ? [] : (found.data?.tickets ?? [])
  const { data: me } = useQuery(meQuery)
  const reachable = me?.role === 'admin' ? [...PAGES, ...OWNERS_PAGES] : PAGES
  const pages = reachable.filter(({ key }) =>
    t(`nav.${key}`).toLowerCase().includes(query.trim().toLowerCase()),
  )
  const nothing = asked !== '' && found.isSuccess && tickets.length === 0 && pages.length === 0
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      scrollable
      maxHeight={460}
      attributes={{ content: { 'aria-label': t('nav.search') } }}
      classNames={{
        content: classes.content ?? '',
        search: classes.search ?? '',
        action: classes.action ?? '',
      }}
    >
      <Spotlight.Search
        placeholder={t('spotlight.placeholder')}
        aria-label={t('spotlight.placeholder')}
        leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {tickets.length > 0 ? (
          <Spotlight.ActionsGroup label={t('spotlight.tickets')}>
            {tickets.map((ticket) => (
              <Spotlight.Action
                key={ticket.order_no}
                onClick={() =>
                  void navigate({ to: '/tickets/$orderNo', params: { orderNo: ticket.order_no } })
                }
              >
                <Found ticket={ticket} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {pages.length > 0 ? (
          <Spotlight.ActionsGroup label={t('spotlight.pages')}>
            {pages.map(({ to, key, Icon }) => (
              <Spotlight.Action key={key} onClick={() => void navigate({ to })}>
                <span className={classes.page}>
                  <Icon size={18} stroke={1.7} aria-hidden />
                  {t(`nav.${key}`)}
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ) : null}
        {nothing ? <Spotlight.Empty>{t('spotlight.nothing')}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function Found({ ticket }: { readonly ticket: TicketSummary }) {
  const { t } = useTranslation()
  return (
    <span className={classes.ticket}>
      <span className={classes.main}>
        <strong>{ticket.recipient ?? t('ticket.board.unnamed')}</strong>
        <span className={classes.where}>
          {[ticket.destination, ticket.room].filter((part) => part !== null).join(' ')}
        </span>
      </span>
      <span className={classes.number}>{ticket.order_no}</span>
      <Pill tone={toneOfState[ticket.state]}>{t(`ticket.state.${ticket.state}`)}</Pill>
    </span>
  )
}
