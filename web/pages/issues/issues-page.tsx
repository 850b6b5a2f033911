import { Button, NativeSelect, SegmentedControl, Skeleton } from '@mantine/core'
import { IconCircleCheck, IconFilterOff } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { fetchIssues, type IssueListFilter, issueCountsQuery, issueKeys } from '../../api/issues.ts'
import { meQuery } from '../../api/session.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { assigneeOf, whoChoices, whoName } from '../../components/issue/who.ts'
import pageClasses from '../../components/page.module.css'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { IssueRows } from './issue-rows.tsx'
import { type IssueSearch, readIssueSearch } from './issue-search.ts'
import classes from './issues-page.module.css'

const KINDS = ['admin_required', 'delivery_delay', 'message_typo', 'complaint'] as const

/** The owner's list: what a person has to decide, the most urgent first. */
export function IssuesPage() {
  const { t } = useTranslation()
  usePageTitle(t('issue.title'))
  const search = useSearch({ from: '/shell/issues' })
  const { data: me } = useQuery(meQuery)
  const filter = filterOf(search, me?.email)
  const issues = useInfiniteQuery({
    queryKey: issueKeys.list(filter),
    queryFn: ({ pageParam, signal }) => fetchIssues(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
  const rows = issues.data?.pages.flatMap((page) => page.issues) ?? []
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('issue.title')}</h1>
        <Counts />
        <p className={pageClasses.lead}>{t('issue.lead')}</p>
      </header>
      <Filters search={search} />
      {issues.data === undefined ? (
        issues.isError ? (
          <ProblemPanel error={issues.error} onRetry={() => void issues.refetch()} />
        ) : (
          <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
            <Skeleton height={76} />
            <Skeleton height={76} />
            <Skeleton height={76} />
          </div>
        )
      ) : rows.length === 0 ? (
        <Nothing search={search} />
      ) : (
        <>
          <IssueRows issues={rows} />
          {issues.hasNextPage ? (
            <Button
              variant="default"
              className={classes.more ?? ''}
              loading={issues.isFetchingNextPage}
              onClick={() => void issues.fetchNextPage()}
            >
              {t('issue.more')}
            </Button>
          ) : null}
        </>
      )}
    </div>
  )
}

function filterOf({ state, kind, who }: IssueSearch, me: string | undefined): IssueListFilter {
  const assignee = assigneeOf(who, me)
  return {
    ...(state === undefined ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
    ...(assignee === undefined ? {} : { assignee }),
  }
}

function Counts() {
  const { t } = useTranslation()
  const { data } = useQuery(issueCountsQuery)
  if (data === undefined) return null
  return (
    <p className={classes.counts}>
      {data.overdue === 0 ? null : (
        <Pill tone="issue">{t('issue.overdue_count', { count: data.overdue })}</Pill>
      )}
      {data.unseen === 0 ? null : <Pill tone="warn">{t('issue.unseen_count', { count: data.unseen })}</Pill>}
    </p>
  )
}

function Filters({ search }: { readonly search: IssueSearch }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/issues' })
  const people = useColleagues()
  const { data: me } = useQuery(meQuery)
  const whose = new Set(whoChoices(people, me?.email))
  // Somebody who can't sign in any more.
  if (search.who !== undefined) whose.add(search.who)
  const choose = (change: Readonly<Record<string, string>>) =>
    void navigate({ search: (known) => readIssueSearch({ ...known, ...change }), replace: true })
  return (
    <search className={classes.filters} aria-label={t('issue.filter.label')}>
      <SegmentedControl
        size="sm"
        value={search.state ?? 'open'}
        data={(['open', 'resolved'] as const).map((value) => ({ value, label: t(`issue.state.${value}`) }))}
        onChange={(state) => choose({ state })}
      />
      <NativeSelect
        size="sm"
        aria-label={t('issue.filter.kind')}
        value={search.kind ?? ''}
        data={[
          { value: '', label: t('issue.filter.all_kinds') },
          ...KINDS.map((kind) => ({ value: kind, label: t(`ticket.issue_kind.${kind}`) })),
        ]}
        onChange={({ currentTarget }) => choose({ kind: currentTarget.value })}
      />
      <NativeSelect
        size="sm"
        aria-label={t('issue.filter.who')}
        value={search.who ?? ''}
        data={[
          { value: '', label: t('issue.filter.everybody') },
          ...[...whose].map((value) => ({ value, label: whoName(value, people, t) })),
        ]}
        onChange={({ currentTarget }) => choose({ who: currentTarget.value })}
      />
    </search>
  )
}

function Nothing({ search }: { readonly search: IssueSearch }) {
  const { t } = useTranslation()
  if (search.kind !== undefined || search.who !== undefined)
    return (
      <StatePanel icon={<IconFilterOff size={24} stroke={1.7} />} title={t('issue.empty_filter')} text="" />
    )
  if (search.state === 'resolved')
    return (
      <StatePanel
        icon={<IconCircleCheck size={24} stroke={1.7} />}
        title={t('issue.empty_resolved')}
        text=""
      />
    )
  return (
    <StatePanel
      icon={<IconCircleCheck size={24} stroke={1.7} />}
      title={t('issue.empty')}
      text={t('issue.empty_text')}
    />
  )
}
