import { IconMessage, IconSparkles, IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Colleague, IssueSummary } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { actionLabel } from '../../components/issue/action-label.ts'
import { actorName } from '../../components/issue/actor-name.ts'
import { causeText } from '../../components/issue/cause-text.ts'
import { DuePill } from '../../components/issue/due-pill.tsx'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { Pill } from '../../components/pill.tsx'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './issues-page.module.css'

export function IssueRows({ issues }: { readonly issues: readonly IssueSummary[] }) {
  const people = useColleagues()
  return (
    <ul className={classes.rows}>
      {issues.map((issue) => (
        <Row key={issue.id} issue={issue} people={people} />
      ))}
    </ul>
  )
}

function Row({ issue, people }: { readonly issue: IssueSummary; readonly people: readonly Colleague[] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const open = issue.resolved_at === null
  const place = [issue.destination, issue.room].filter((part) => part !== null).join(' ')
  return (
    <li className={classes.row} data-urgent={(open && issue.acknowledged_at === null) || undefined}>
      <div className={classes.main}>
        <p className={classes.what}>
          <Link to="/tickets/$orderNo" params={{ orderNo: issue.order_no }} className={classes.open}>
            {t(`ticket.issue_kind.${issue.kind}`)}
          </Link>
          {open && issue.acknowledged_at === null ? (
            <Pill tone="issue" dot>
              {t('issue.seen.unseen')}
            </Pill>
          ) : null}
        </p>
        <p className={classes.cause}>{causeText(issue, t, language, now)}</p>
        {issue.suggestion === null || !open ? null : (
          <p className={classes.advice}>
            <IconSparkles size={14} stroke={1.8} aria-hidden />
            <b>{actionLabel(issue.suggestion.action, issue, t)}</b>
            <span>{issue.suggestion.why[language]}</span>
          </p>
        )}
      </div>
      <dl className={classes.order}>
        <div>
          <dt className="visually-hidden">{t('issue.col.order')}</dt>
          <dd>
            <b className={classes.number}>{issue.order_no}</b> {issue.recipient}
          </dd>
        </div>
        <div>
          <dd className={classes.place}>{place}</dd>
        </div>
        {issue.deliver_by === null ? null : (
          <div>
            <dd className={classes.place}>{formatWhen(issue.deliver_by, language, now)}</dd>
          </div>
        )}
      </dl>
      <div className={classes.side}>
        {open ? <DuePill dueAt={issue.due_at} /> : <Resolved issue={issue} people={people} />}
        <p className={classes.foot}>
          <span title={formatExact(issue.raised_at)}>{formatWhen(issue.raised_at, language, now)}</span>
          {issue.assignee === null ? null : (
            <span className={classes.with}>
              <IconUser size={13} stroke={1.8} aria-label={t('issue.assignee.label')} />
              {actorName(issue.assignee, people, t)}
            </span>
          )}
          {issue.comment_count === 0 ? null : (
            <span className={classes.with}>
              <IconMessage size={13} stroke={1.8} aria-label={t('issue.comments.heading')} />
              {issue.comment_count}
            </span>
          )}
        </p>
      </div>
    </li>
  )
}

function Resolved({
  issue,
  people,
}: {
  readonly issue: IssueSummary
  readonly people: readonly Colleague[]
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const time = formatWhen(issue.resolved_at ?? issue.raised_at, language, now)
  const { resolved_by: by, resolution } = issue
  return (
    <p className={classes.resolved}>
      {by === null || resolution === null
        ? t('issue.resolved_itself', { time })
        : t('issue.resolved_by', {
            actor: actorName(by, people, t),
            action: actionLabel(resolution, issue, t),
            time,
          })}
    </p>
  )
}
