import { Button, Skeleton } from '@mantine/core'
import { IconArrowLeft, IconClockHour4, IconMessageOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { takeOverThread, threadKeys, threadQuery, writeInThread } from '../../api/chats.ts'
import { ApiError } from '../../api/problem.ts'
import type { ThreadDetail } from '../../api/types.ts'
import { useNow } from '../../app/clock.ts'
import type { ConversationDoor } from '../../components/conversation/door.ts'
import { MessageBox } from '../../components/conversation/message-box.tsx'
import { MessageList } from '../../components/conversation/message-list.tsx'
import { ThreadBar } from '../../components/conversation/thread-bar.tsx'
import { Pill } from '../../components/pill.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { toneOfState } from '../../components/tone.ts'
import { WorkflowLink } from '../../components/workflow-link.tsx'
import { openText } from '../../i18n/open-text.ts'
import { readConversationSearch } from './conversation-search.ts'
import classes from './conversations-page.module.css'
import { customerOf } from './customer.ts'
import { useEarlier } from './use-earlier.ts'

/** One conversation beside the list; alone on a phone. */
export function Conversation() {
  const { t } = useTranslation()
  const { threadId } = useParams({ from: '/shell/conversations/$threadId' })
  const thread = useQuery(threadQuery(threadId))
  if (thread.data !== undefined) return <Shown key={threadId} thread={thread.data} />
  if (!thread.isError)
    return (
      <div role="status" aria-label={t('action.loading')} className={classes.skeleton}>
        <Skeleton height={48} />
        <Skeleton height={240} />
      </div>
    )
  const status = thread.error instanceof ApiError ? thread.error.problem.status : 0
  if (status !== 404 && status !== 422)
    return <ProblemPanel error={thread.error} onRetry={() => void thread.refetch()} />
  return (
    <StatePanel
      icon={<IconMessageOff size={24} stroke={1.7} />}
      title={t('chat.not_found')}
      text={t('chat.not_found_text')}
    />
  )
}

/** Beside the list while none is chosen. */
export function NoConversation() {
  const { t } = useTranslation()
  return (
    <StatePanel
      icon={<IconMessageOff size={24} stroke={1.7} />}
      title={t('chat.none_chosen')}
      text={t('chat.none_chosen_text')}
    />
  )
}

function Shown({ thread }: { readonly thread: ThreadDetail }) {
  const { t } = useTranslation()
  const threadId = thread.thread_id
  const { messages, hasEarlier, isReading, readEarlier } = useEarlier(thread)
  const door: ConversationDoor = {
    write: (text, key) => writeInThread(threadId, text, key),
    takeOver: (taken) => takeOverThread(threadId, taken),
    queryKey: threadKeys.thread(threadId),
  }
  return (
    <section className={classes.thread} aria-labelledby="conversation-of">
      <Head thread={thread} door={door} />
      <MessageList
        tall
        messages={messages}
        head={
          hasEarlier ? (
            <li className={classes.earlier}>
              <Button size="compact-sm" variant="default" loading={isReading} onClick={readEarlier}>
                {t('chat.earlier')}
              </Button>
            </li>
          ) : null
        }
      />
      <MessageBox
        door={door}
        thread={thread}
        {...(thread.channel === 'kakao' ? { note: <KakaoNote thread={thread} /> } : {})}
      />
    </section>
  )
}

function Head({ thread, door }: { readonly thread: ThreadDetail; readonly door: ConversationDoor }) {
  const { t } = useTranslation()
  const { order } = thread
  const { main, more } = customerOf(thread, t)
  return (
    <header className={classes.threadHead}>
      <Link
        to="/conversations"
        search={readConversationSearch}
        className={classes.back}
        aria-label={t('chat.back_to_list')}
      >
        <IconArrowLeft size={18} stroke={1.8} aria-hidden />
      </Link>
      <div className={classes.about}>
        <h2 id="conversation-of" className={classes.customer}>
          {main}
          {more === null ? null : <span className={classes.more}>{more}</span>}
        </h2>
        <p className={classes.links}>
          {order === null ? (
            <span className={classes.more}>{t('chat.no_order')}</span>
          ) : (
            <>
              <Link to="/tickets/$orderNo" params={{ orderNo: order.order_no }} className={classes.link}>
                {order.order_no}
              </Link>
              <Pill tone={toneOfState[order.state]}>{openText('ticket.sub_state', order.sub_state)}</Pill>
            </>
          )}
          {thread.flow_version === null ? null : (
            <span className={classes.more}>
              {t('chat.flow', {
                version:
                  thread.flow_version === 0
                    ? t('call.flow_shipped')
                    : t('call.flow_version', { version: thread.flow_version }),
              })}
            </span>
          )}
          <WorkflowLink url={thread.workflow_url} className={classes.link}>
            {t('ticket.page.workflow')}
          </WorkflowLink>
        </p>
      </div>
      <ThreadBar door={door} thread={thread} />
    </header>
  )
}

/** KakaoTalk takes an answer for a minute only; what happens then depends on whether we know a number. */
function KakaoNote({ thread }: { readonly thread: ThreadDetail }) {
  const { t } = useTranslation()
  const now = useNow()
  const { kakao_until: until, reachable } = thread
  const seconds = until === null ? 0 : Math.ceil((Date.parse(until) - now) / 1000)
  if (seconds > 0)
    return (
      <p className={classes.note} data-open>
        <IconClockHour4 size={15} stroke={1.8} aria-hidden />
        {t('chat.kakao.open', { seconds })}
      </p>
    )
  return (
    <p className={classes.note}>
      <IconClockHour4 size={15} stroke={1.8} aria-hidden />
      {t(reachable ? 'chat.kakao.over_text' : 'chat.kakao.over_next')}
    </p>
  )
}
