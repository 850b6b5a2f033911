import { Button } from '@mantine/core'
import { IconSparkles } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Issue, IssueDetail, TicketAction, TicketDetail } from '../../../api/types.ts'
import { InlineProblem } from '../../../components/inline-problem.tsx'
import { actionLabel } from '../../../components/issue/action-label.ts'
import { formatWon } from '../../../format/text.ts'
import { useLanguage } from '../../../i18n/use-language.ts'
import { useAskFor } from '../ticket-actions.tsx'
import { useAct } from '../use-act.ts'
import classes from './issue-panel.module.css'

/** What moves money or ends the order stands back. */
const GRAVE: readonly TicketAction[] = ['refund_and_close']

interface IssueActionsProps {
  readonly ticket: TicketDetail
  readonly issue: Issue
  /** Undefined while it is read. */
  readonly detail: IssueDetail | undefined
}

/** What the AI suggests with its button, then everything else that helps, each with what follows from it. */
export function IssueActions({ ticket, issue, detail }: IssueActionsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const ask = useAskFor()
  const retry = useAct(ticket.order_no, () => {})
  const { actions } = issue
  const suggestion = detail?.suggestion ?? null
  const suggested = suggestion !== null && actions.includes(suggestion.action) ? suggestion : null
  const others = actions.filter((action) => action !== suggested?.action)
  const fromRule = suggested?.source === 'rule'

  const label = (action: TicketAction): string => actionLabel(action, issue, t)

  const effect = (action: TicketAction): string => {
    // No amount is better than one that changes before one's eyes.
    if (detail === undefined) return ''
    const all = formatWon(detail.amounts.all, language)
    const part = formatWon(detail.amounts.part, language)
    switch (action) {
      case 'retry_step':
        return t(issue.step === null ? 'issue.effect.carry_on' : 'issue.effect.retry_step')
      case 'complete_by_hand':
        return t('issue.effect.complete_by_hand')
      case 'refund_and_close':
        return detail.amounts.all === 0
          ? t('issue.effect.refund_and_close_unpaid')
          : t('issue.effect.refund_and_close', { amount: all })
      case 'set_refund_account':
        return t('issue.effect.set_refund_account', { amount: all })
      case 'partial_refund':
        return t('issue.effect.partial_refund', { amount: part })
      case 'reorder':
        return t('issue.effect.reorder')
      case 'tell_delay':
        return t('issue.effect.tell_delay')
      default:
        return ''
    }
  }

  const row = (action: TicketAction, variant: 'filled' | 'default') => (
    <div className={classes.action}>
      <Button
        variant={variant}
        loading={action === 'retry_step' && retry.isPending}
        data-grave={GRAVE.includes(action) || undefined}
        className={classes.actionButton ?? ''}
        // Trying again harms nothing: one click. What takes words, time or money asks first.
        onClick={() => (action === 'retry_step' ? retry.mutate({ action }) : ask(action))}
      >
        {label(action)}
      </Button>
      <p className={classes.effect}>{effect(action)}</p>
    </div>
  )

  return (
    <div className={classes.resolve}>
      {suggested === null ? (
        detail === undefined || detail.suggestion !== null ? null : (
          <p className={classes.adviceWaiting} role="status">
            <IconSparkles size={16} stroke={1.8} aria-hidden />
            {t('issue.advice.waiting')}
          </p>
        )
      ) : (
        <div className={classes.advice}>
          <h3 className={classes.adviceHead}>
            {fromRule ? null : <IconSparkles size={16} stroke={1.8} aria-hidden />}
            {t(fromRule ? 'issue.advice.rule' : 'issue.advice.heading')}
          </h3>
          <p className={classes.why}>{suggested.why[language]}</p>
          {row(suggested.action, 'filled')}
        </div>
      )}
      {retry.error === null ? null : (
        <InlineProblem
          error={retry.error}
          title={t('ticket.dialog.refused', { action: label('retry_step') })}
        />
      )}
      {others.length === 0 ? null : (
        <div>
          <h3 className={classes.subheading}>
            {t(suggested === null ? 'issue.advice.actions' : 'issue.advice.other')}
          </h3>
          <ul className={classes.others}>
            {others.map((action, index) => (
              <li key={action}>
                {row(
                  action,
                  suggested === null && index === 0 && !GRAVE.includes(action) ? 'filled' : 'default',
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {actions.length === 0 ? <p className={classes.effect}>{t('ticket.issue.closed')}</p> : null}
      {actions.length > 0 && !actions.includes('refund_and_close') ? (
        <p className={classes.ownerOnly}>{t('issue.owner_only')}</p>
      ) : null}
    </div>
  )
}
