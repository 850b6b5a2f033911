import { IconPhoto, IconSparkles } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { ThreadSummary } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { usePersonName } from '../../components/issue/use-colleagues.ts'
import { Pill } from '../../components/pill.tsx'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { readConversationSearch } from './conversation-search.ts'
import classes from './conversations-page.module.css'
import { customerOf } from './customer.ts'

/** The one that was written in last first. */
export function ConversationRows({ threads }: { readonly threads: readonly ThreadSummary[] }) {
  const { t } = useTranslation()
  return (
    <ul className={classes.rows} aria-label={t('chat.page_title')}>
      {threads.map((thread) => (
        <Row key={thread.thread_id} thread={thread} />
      ))}
    </ul>
  )
}

function Row({ thread }: { readonly thread: ThreadSummary }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { newest, order } = thread
  const { main, more } = customerOf(thread, t)
  return (
    <li className={classes.row} data-urgent={thread.state === 'waiting' || undefined}>
      <p className={classes.first}>
        <ChannelIcon channel={thread.channel} size={15} />
        <Link
          to="/conversations/$threadId"
          params={{ threadId: thread.thread_id }}
          search={readConversationSearch}
          className={classes.open}
        >
          {main}
        </Link>
        {more === null ? null : <span className={classes.more}>{more}</span>}
        <time className={classes.when} dateTime={newest.at} title={formatExact(newest.at)}>
          {formatWhen(newest.at, language, now)}
        </time>
      </p>
      <p className={classes.words}>
        <Author thread={thread} />
        {newest.pictures > 0 ? (
          <span className={classes.pictures}>
            <IconPhoto size={14} stroke={1.8} aria-hidden />
            {t('chat.pictures', { count: newest.pictures })}
          </span>
        ) : null}{' '}
        {newest.words}
      </p>
      <p className={classes.last}>
        {newest.direction === 'out' && newest.status === 'failed' ? (
          <Pill tone="issue">{t('ticket.message_status.failed')}</Pill>
        ) : null}
        <State thread={thread} />
        <span className={classes.order}>
          {order === null ? t('chat.no_order') : `${order.order_no} ${order.recipient ?? ''}`}
        </span>
      </p>
    </li>
  )
}

function Author({ thread: { newest } }: { readonly thread: ThreadSummary }) {
  const { t } = useTranslation()
  const personName = usePersonName()
  if (newest.direction === 'in') return null
  if (newest.author === 'ai')
    return (
      <span className={classes.ai}>
        <IconSparkles size={12} stroke={2} aria-hidden />
        {t('chat.author.ai')}:
      </span>
    )
  const name = newest.author === 'system' ? t('chat.author.system') : personName(newest.author)
  return <span className={classes.who}>{name}:</span>
}

function State({ thread }: { readonly thread: ThreadSummary }) {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  const personName = usePersonName()
  const { state, taken_by: takenBy } = thread
  if (state === 'ai') return null
  return (
    <>
      {state === 'waiting' ? (
        <Pill tone="issue" dot>
          {t('chat.waiting')}
        </Pill>
      ) : null}
      {takenBy === null ? null : (
        <Pill tone="todo">
          {takenBy === me?.email ? t('chat.with_me') : t('chat.with', { name: personName(takenBy) })}
        </Pill>
      )}
    </>
  )
}
