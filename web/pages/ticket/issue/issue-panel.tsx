import { Skeleton } from '@mantine/core'
import { IconAlertTriangleFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { orderIssuesQuery } from '../../../api/issues.ts'
import type { Issue, IssueDetail, TicketDetail } from '../../../api/types.ts'
import { useMinute } from '../../../app/clock.ts'
import { actionLabel } from '../../../components/issue/action-label.ts'
import { actorName } from '../../../components/issue/actor-name.ts'
import { causeText } from '../../../components/issue/cause-text.ts'
import { useColleagues } from '../../../components/issue/use-colleagues.ts'
import { formatWhen } from '../../../format/time.ts'
import { openText } from '../../../i18n/open-text.ts'
import { useLanguage } from '../../../i18n/use-language.ts'
import { IssueActions } from './issue-actions.tsx'
import { IssueComments } from './issue-comments.tsx'
import { IssueEvidence } from './issue-evidence.tsx'
import { IssueHandling } from './issue-handling.tsx'
import classes from './issue-panel.module.css'

/** Why the order needs a person, everything that helps to decide, and what gets it going again. */
export function IssuePanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { data } = useQuery(orderIssuesQuery(ticket.order_no))
  const issues = data?.issues ?? []
  const { issue } = ticket
  const past = issues.filter(({ resolved_at }) => resolved_at !== null)
  if (issue === null || ticket.state !== 'issue') return <PastIssues issues={past} />
  const waiting = issues.filter(({ id, resolved_at }) => resolved_at === null && id !== issue.id)
  return (
    <>
      <OpenIssue
        ticket={ticket}
        issue={issue}
        detail={issues.find(({ id }) => id === issue.id)}
        waiting={waiting}
      />
      <PastIssues issues={past} />
    </>
  )
}

interface OpenIssueProps {
  readonly ticket: TicketDetail
  readonly issue: Issue
  readonly detail: IssueDetail | undefined
  readonly waiting: readonly IssueDetail[]
}

function OpenIssue({ ticket, issue, detail, waiting }: OpenIssueProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const people = useColleagues()
  return (
    <section className={classes.panel} aria-labelledby="issue-heading">
      <header className={classes.head}>
        <IconAlertTriangleFilled className={classes.icon ?? ''} size={22} aria-hidden />
        <div className={classes.text}>
          <h2 className={classes.title} id="issue-heading">
            {t(`ticket.issue_kind.${issue.kind}`)}
          </h2>
          <p className={classes.meta}>
            <span>
              {t('issue.raised', {
                actor: actorName(issue.raised_by, people, t),
                time: formatWhen(issue.raised_at, language, now),
              })}
            </span>
            {issue.step === null ? null : (
              <span>{t('issue.step', { step: openText('ticket.step', issue.step) })}</span>
            )}
          </p>
        </div>
        {detail === undefined ? null : <IssueHandling issue={detail} />}
      </header>
      <p className={classes.reason}>{causeText(issue, t, language, now)}</p>
      <div className={classes.body}>
        <div className={classes.facts}>
          {detail === undefined ? (
            <div role="status" aria-label={t('action.loading')} className={classes.reading}>
              <Skeleton height={18} width="30%" />
              <Skeleton height={44} />
              <Skeleton height={36} />
            </div>
          ) : (
            <>
              <IssueEvidence issue={detail} />
              <IssueComments issue={detail} />
            </>
          )}
        </div>
        <IssueActions ticket={ticket} issue={issue} detail={detail} />
      </div>
      {waiting.length === 0 ? null : <WaitingIssues issues={waiting} />}
    </section>
  )
}

/** They can be read and looked after already; what resolves them comes when they come up. */
function WaitingIssues({ issues }: { readonly issues: readonly IssueDetail[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  return (
    <div className={classes.waiting}>
      <h3 className={classes.subheading}>{t('issue.waiting.heading')}</h3>
      <p className={classes.effect}>{t('issue.waiting.text')}</p>
      <ul>
        {issues.map((issue) => (
          <li key={issue.id} className={classes.waitingIssue}>
            <div className={classes.waitingHead}>
              <b>{t(`ticket.issue_kind.${issue.kind}`)}</b>
              <span className={classes.pastReason}>{causeText(issue, t, language, now)}</span>
              <IssueHandling issue={issue} of={t(`ticket.issue_kind.${issue.kind}`)} />
            </div>
            <details>
              <summary>{t('issue.waiting.more', { count: issue.comments.length })}</summary>
              <div className={classes.waitingMore}>
                <IssueEvidence issue={issue} />
                <IssueComments issue={issue} of={t(`ticket.issue_kind.${issue.kind}`)} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What went wrong before, and how it ended. */
function PastIssues({ issues }: { readonly issues: readonly IssueDetail[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const people = useColleagues()
  if (issues.length === 0) return null
  return (
    <details className={classes.past}>
      <summary>{t('issue.past.count', { count: issues.length })}</summary>
      <ul>
        {issues.toReversed().map((issue) => {
          const time = formatWhen(issue.resolved_at ?? issue.raised_at, language, now)
          const by = issue.resolved_by
          return (
            <li key={issue.id} className={classes.pastIssue}>
              <b>{t(`ticket.issue_kind.${issue.kind}`)}</b>
              <span className={classes.pastReason}>
                {causeText(issue, t, language, now)}
                {issue.resolution_note === null ? null : ` – ${issue.resolution_note}`}
              </span>
              <span className={classes.pastEnd}>
                {by === null || issue.resolution === null
                  ? t('issue.resolved_itself', { time })
                  : t('issue.resolved_by', {
                      actor: actorName(by, people, t),
                      action: actionLabel(issue.resolution, issue, t),
                      time,
                    })}
              </span>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
