import { Button } from '@mantine/core'
import { IconAlertTriangleFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TicketAction, TicketDetail } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { formatWhen } from '../../format/time.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './issue-panel.module.css'
import { useAskFor } from './ticket-actions.tsx'

/** Why the order stands still, and what gets it going again. */
export function IssuePanel({ ticket }: { readonly ticket: TicketDetail }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const ask = useAskFor()
  const { issue } = ticket
  if (issue === null || ticket.state !== 'issue') return null
  return (
    <section className={classes.panel} aria-labelledby="issue-heading">
      <IconAlertTriangleFilled className={classes.icon ?? ''} size={22} aria-hidden />
      <div className={classes.text}>
        <h2 className={classes.title} id="issue-heading">
          {t(`ticket.issue_kind.${issue.kind}`)}
        </h2>
        <p className={classes.reason}>{issue.reason}</p>
        <p className={classes.meta}>
          {issue.step === null ? null : (
            <span>
              {t('ticket.issue.stopped_at')}: <b>{openText('ticket.step', issue.step)}</b>
            </span>
          )}
          <span>
            {t('ticket.issue.raised', {
              actor: openText('ticket.actor', issue.raised_by),
              time: formatWhen(issue.raised_at, language, now),
            })}
          </span>
        </p>
      </div>
      <div className={classes.actions}>
        {issue.actions.length === 0 ? <p>{t('ticket.issue.closed')}</p> : null}
        {issue.actions.map((action, index) => (
          <Button key={action} {...look(action, index)} onClick={() => ask(action)}>
            {t(`ticket.action.${action}`)}
          </Button>
        ))}
      </div>
    </section>
  )
}

function look(action: TicketAction, index: number) {
  if (index === 0 && action !== 'refund_and_close') return { variant: 'filled' } as const
  return { variant: 'default' } as const
}
