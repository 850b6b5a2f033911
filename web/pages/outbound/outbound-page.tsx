import { Button, Menu, NativeSelect, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconDownload, IconFilterOff, IconPhoneOutgoing, IconPlus, IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exportUrl, outboundListQuery, outboundStatsQuery } from '../../api/outbound.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './outbound-page.module.css'
import { OutboundRows } from './outbound-rows.tsx'
import { type OutboundSearch, readOutboundSearch, STATES } from './outbound-search.ts'

const TYPING_PAUSE_MS = 250

/** Every requested call with how it went; rows change while calls go on. */
export function OutboundPage() {
  const { t } = useTranslation()
  usePageTitle(t('outbound.title'))
  const search = useSearch({ from: '/shell/outbound' })
  const calls = useInfiniteQuery({ ...outboundListQuery(search), placeholderData: keepPreviousData })
  const rows = calls.data?.pages.flatMap((page) => page.calls) ?? []
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('outbound.title')}</h1>
        <Button
          component={Link}
          to="/outbound/new"
          size="sm"
          leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
        >
          {t('outbound.new')}
        </Button>
        <p className={pageClasses.lead}>{t('outbound.lead')}</p>
      </header>
      <Stats />
      <Filters search={search} />
      {calls.data === undefined ? (
        calls.isError ? (
          <ProblemPanel error={calls.error} onRetry={() => void calls.refetch()} />
        ) : (
          <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
            <Skeleton height={48} />
            <Skeleton height={48} />
            <Skeleton height={48} />
          </div>
        )
      ) : rows.length === 0 ? (
        <Nothing search={search} />
      ) : (
        <>
          <OutboundRows calls={rows} />
          {calls.hasNextPage ? (
            <Button
              variant="default"
              className={classes.more ?? ''}
              loading={calls.isFetchingNextPage}
              onClick={() => void calls.fetchNextPage()}
            >
              {t('outbound.more')}
            </Button>
          ) : null}
        </>
      )}
    </div>
  )
}

function Stats() {
  const { t } = useTranslation()
  const { data } = useQuery(outboundStatsQuery)
  const rate = data?.success_rate ?? null
  const cards = [
    ['total', data?.total],
    ['completed', data?.completed],
    ['in_progress', data?.in_progress],
    ['no_answer', data?.no_answer],
  ] as const
  return (
    <dl className={classes.stats} aria-label={t('outbound.stats.label')}>
      {cards.map(([name, count]) => (
        <div key={name} className={classes.card} data-name={name}>
          <dt>{t(`outbound.stats.${name}`)}</dt>
          <dd>{count === undefined ? '–' : count.toLocaleString('en-US')}</dd>
        </div>
      ))}
      <div className={classes.card} data-name="success_rate" title={t('outbound.stats.rate_hint')}>
        <dt>{t('outbound.stats.success_rate')}</dt>
        <dd>{rate === null ? '–' : `${Math.round(rate * 100)}%`}</dd>
      </div>
    </dl>
  )
}

function Filters({ search }: { readonly search: OutboundSearch }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/outbound' })
  const [words, setWords] = useState(search.q ?? '')
  const choose = (change: Readonly<Record<string, string>>) =>
    void navigate({ search: (known) => readOutboundSearch({ ...known, ...change }), replace: true })
  const ask = useDebouncedCallback((q: string) => choose({ q }), TYPING_PAUSE_MS)
  // The address was changed from elsewhere: back, or a link.
  useEffect(
    () => setWords((typed) => (typed.trim() === (search.q ?? '') ? typed : (search.q ?? ''))),
    [search.q],
  )
  return (
    <search className={classes.filters} aria-label={t('outbound.filter.label')}>
      <NativeSelect
        size="sm"
        aria-label={t('outbound.filter.state')}
        value={search.state ?? ''}
        data={[
          { value: '', label: t('outbound.filter.all') },
          ...STATES.map((state) => ({ value: state, label: t(`outbound.state.${state}`) })),
        ]}
        onChange={({ currentTarget }) => choose({ state: currentTarget.value })}
      />
      <TextInput
        size="sm"
        type="search"
        className={classes.words ?? ''}
        aria-label={t('outbound.filter.search')}
        placeholder={t('outbound.filter.search_hint')}
        leftSection={<IconSearch size={15} stroke={1.8} aria-hidden />}
        value={words}
        onChange={({ currentTarget }) => {
          setWords(currentTarget.value)
          ask(currentTarget.value)
        }}
      />
      <Export search={search} />
    </search>
  )
}

function Export({ search }: { readonly search: OutboundSearch }) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}>
          {t('outbound.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['csv', 'json'] as const).map((format) => (
          <Menu.Item key={format} component="a" href={exportUrl(search, format, language)} download>
            {t(`outbound.export_${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Nothing({ search }: { readonly search: OutboundSearch }) {
  const { t } = useTranslation()
  if (search.state !== undefined || search.q !== undefined)
    return <StatePanel icon={<IconFilterOff size={24} stroke={1.7} />} title={t('outbound.empty_filter')} />
  return (
    <StatePanel
      icon={<IconPhoneOutgoing size={24} stroke={1.7} />}
      title={t('outbound.empty')}
      text={t('outbound.empty_text')}
    />
  )
}
