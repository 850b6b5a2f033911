import { Button, Skeleton } from '@mantine/core'
import { IconFilterOff, IconMessageOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Outlet, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { threadsQuery } from '../../api/chats.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { ConversationFilters } from './conversation-filters.tsx'
import { ConversationRows } from './conversation-rows.tsx'
import type { ConversationSearch } from './conversation-search.ts'
import classes from './conversations-page.module.css'

/** Every conversation by text and KakaoTalk, also those that no order came of; the chosen one beside the list. */
export function ConversationsPage() {
  const { t } = useTranslation()
  usePageTitle(t('chat.page_title'))
  const search = useSearch({ from: '/shell/conversations' })
  const { threadId } = useParams({ strict: false })
  return (
    <div className={classes.page} data-open={threadId !== undefined || undefined}>
      <div className={classes.list}>
        <h1 className={pageClasses.title}>{t('chat.page_title')}</h1>
        <ConversationFilters search={search} />
        <List search={search} />
      </div>
      <div className={classes.pane}>
        <Outlet />
      </div>
    </div>
  )
}

function List({ search }: { readonly search: ConversationSearch }) {
  const { t } = useTranslation()
  const threads = useInfiniteQuery(threadsQuery(search))
  const rows = threads.data?.pages.flatMap((page) => page.threads) ?? []
  if (threads.data === undefined)
    return threads.isError ? (
      <ProblemPanel error={threads.error} onRetry={() => void threads.refetch()} />
    ) : (
      <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
        <Skeleton height={76} />
        <Skeleton height={76} />
        <Skeleton height={76} />
      </div>
    )
  if (rows.length === 0)
    return Object.keys(search).length > 0 ? (
      <StatePanel icon={<IconFilterOff size={24} stroke={1.7} />} title={t('chat.empty_filter')} />
    ) : (
      <StatePanel
        icon={<IconMessageOff size={24} stroke={1.7} />}
        title={t('chat.empty_page')}
        text={t('chat.empty_page_text')}
      />
    )
  return (
    <div className={classes.scroll}>
      <ConversationRows threads={rows} />
      {threads.hasNextPage ? (
        <Button
          variant="default"
          fullWidth
          loading={threads.isFetchingNextPage}
          onClick={() => void threads.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      ) : null}
    </div>
  )
}
