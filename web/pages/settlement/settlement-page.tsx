import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import { type SettlementRange, settlementCsvPath, settlementQuery } from '../../api/settlement.ts'
import { useMinute } from '../../app/clock.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { useLanguage } from '../../i18n/use-language.ts'
import { Figures } from './figures.tsx'
import classes from './settlement-page.module.css'
import { rangeOf, type SettlementSearch } from './settlement-search.ts'
import { Statements } from './statements.tsx'

/** What was earned, and whether the vendors see it the same way. For the owner. */
export function SettlementPage() {
  const { t } = useTranslation()
  usePageTitle(t('settlement.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') {
    return <OwnerOnly title={t('settlement.title')} text={t('settlement.owner_only')} />
  }
  return <OwnersPage />
}

function OwnersPage() {
  const { t } = useTranslation()
  const search: SettlementSearch = useSearch({ from: '/shell/settlement' })
  const range = rangeOf(search, useMinute())
  const figures = useQuery(settlementQuery(range))
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('settlement.title')}</h1>
        <RangeControls range={range} />
      </header>
      {figures.data !== undefined ? (
        <>
          <Figures view={figures.data} />
          <Statements range={range} vendors={figures.data.vendor_names} openId={search.statement ?? null} />
        </>
      ) : figures.isError ? (
        <ProblemPanel error={figures.error} onRetry={() => void figures.refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
          <Skeleton height={84} />
          <Skeleton height={280} />
        </div>
      )}
    </div>
  )
}

function RangeControls({ range }: { readonly range: SettlementRange }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const navigate = useNavigate()
  const go = (change: Partial<SettlementSearch>) =>
    void navigate({ to: '/settlement', search: { ...range, ...change }, replace: true })
  const day = (name: 'from' | 'to') => (
    <TextInput
      type="date"
      size="xs"
      label={t(`settlement.${name}`)}
      value={range[name]}
      {...(name === 'from' ? { max: range.to } : { min: range.from })}
      // A field that is being typed into is empty for a moment.
      onChange={({ currentTarget }) => currentTarget.value !== '' && go({ [name]: currentTarget.value })}
    />
  )
  return (
    <div className={classes.controls}>
      {day('from')}
      {day('to')}
      <SegmentedControl
        size="xs"
        aria-label={t('settlement.period.label')}
        value={range.period}
        onChange={(period) => go({ period: period as SettlementRange['period'] })}
        data={(['day', 'week', 'month'] as const).map((value) => ({
          value,
          label: t(`settlement.period.${value}`),
        }))}
      />
      <Button
        component="a"
        href={settlementCsvPath(range, language)}
        download
        size="xs"
        variant="default"
        leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
      >
        {t('settlement.export')}
      </Button>
    </div>
  )
}
