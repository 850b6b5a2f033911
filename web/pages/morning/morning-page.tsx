import { ActionIcon, Button, Skeleton, TextInput } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconMoonStars, IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { morningQuery } from '../../api/morning.ts'
import type { Morning } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { MorningGroup } from './morning-group.tsx'
import classes from './morning-page.module.css'

/** The night's orders of all channels, one line each, what needs a person first. */
export function MorningPage() {
  const { t } = useTranslation()
  usePageTitle(t('morning.title'))
  const { date } = useSearch({ from: '/shell/morning' })
  const morning = useQuery(morningQuery(date))
  return (
    <div className={`${pageClasses.page} ${classes.page}`}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('morning.title')}</h1>
        {morning.data === undefined ? null : <DayPicker date={morning.data.date} />}
      </header>
      {morning.data !== undefined ? (
        <Night morning={morning.data} />
      ) : morning.isError ? (
        <ProblemPanel error={morning.error} onRetry={() => void morning.refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
          <Skeleton height={72} />
          <Skeleton height={180} />
        </div>
      )}
    </div>
  )
}

function Night({ morning }: { readonly morning: Morning }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const total = morning.groups.reduce((sum, { orders }) => sum + orders.length, 0)
  const filled = morning.groups.filter(({ orders }) => orders.length > 0)
  return (
    <>
      <p className={classes.night}>
        {t('morning.night', {
          from: formatWhen(morning.from, language, now),
          until: formatWhen(morning.until, language, now),
        })}
      </p>
      <ul className={classes.counts} aria-label={t('morning.total', { count: total })}>
        {morning.groups.map(({ group, orders }) => (
          <li key={group} data-group={group} data-empty={orders.length === 0 || undefined}>
            <a href={orders.length === 0 ? undefined : `#morning-${group}`}>
              <span className={classes.number}>{orders.length}</span>
              <span>{t(`morning.group.${group}`)}</span>
            </a>
          </li>
        ))}
      </ul>
      {total === 0 ? (
        <StatePanel icon={<IconMoonStars size={24} stroke={1.7} />} title={t('morning.empty')} text="" />
      ) : (
        filled.map(({ group, orders }) => <MorningGroup key={group} group={group} orders={orders} />)
      )}
    </>
  )
}

const DAY_MS = 86_400_000
/** Days of the calendar, without a time of day that could slip into another one. */
const shifted = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

function DayPicker({ date }: { readonly date: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/morning' })
  const arrow = { variant: 'default', size: 34 } as const
  return (
    <div className={classes.tools}>
      <ActionIcon
        {...arrow}
        renderRoot={(props) => <Link {...props} to="/morning" search={{ date: shifted(date, -1) }} />}
        aria-label={t('morning.previous')}
      >
        <IconChevronLeft size={17} stroke={1.8} aria-hidden />
      </ActionIcon>
      <TextInput
        type="date"
        size="sm"
        aria-label={t('morning.date')}
        value={date}
        onChange={({ currentTarget }) => {
          if (currentTarget.value !== '')
            void navigate({ search: { date: currentTarget.value }, replace: true })
        }}
      />
      <ActionIcon
        {...arrow}
        renderRoot={(props) => <Link {...props} to="/morning" search={{ date: shifted(date, 1) }} />}
        aria-label={t('morning.next')}
      >
        <IconChevronRight size={17} stroke={1.8} aria-hidden />
      </ActionIcon>
      <Button variant="default" size="sm" component={Link} to="/morning">
        {t('morning.today')}
      </Button>
      <Button
        variant="default"
        size="sm"
        className={classes.print ?? ''}
        leftSection={<IconPrinter size={16} stroke={1.7} aria-hidden />}
        onClick={() => window.print()}
      >
        {t('morning.print')}
      </Button>
    </div>
  )
}
