import { CloseButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TicketSummary } from '../../api/types.ts'
import { actionsOf, BOARD_ACTIONS, useBoardControls } from './board-context.tsx'
import classes from './bulk-bar.module.css'
import { BULK_LIMIT } from './limits.ts'

interface BulkBarProps {
  readonly tickets: readonly TicketSummary[]
  readonly onClear: () => void
}

/** What can be done to the chosen cards, each with the number of those it can be done to. */
export function BulkBar({ tickets, onClear }: BulkBarProps) {
  const { t } = useTranslation()
  const { ask } = useBoardControls()
  return (
    <>
      <p className="visually-hidden" aria-live="polite">
        {tickets.length === 0 ? '' : t('board.selection.announce', { count: tickets.length })}
      </p>
      {tickets.length === 0 ? null : (
        <section className={classes.bar} aria-label={t('board.selection.actions')}>
          <strong className={classes.count}>{t('board.selection.count', { count: tickets.length })}</strong>
          {tickets.length >= BULK_LIMIT ? (
            <span className={classes.full}>{t('board.selection.full', { max: BULK_LIMIT })}</span>
          ) : null}
          <div className={classes.actions}>
            {BOARD_ACTIONS.map((action) => {
              const count = tickets.filter((ticket) => actionsOf(ticket).includes(action)).length
              return (
                <button
                  key={action}
                  type="button"
                  className={classes.action}
                  data-tone={action === 'cancel' ? 'issue' : undefined}
                  disabled={count === 0}
                  onClick={() => ask(action, tickets)}
                >
                  {t(`ticket.action.${action}`)}
                  <span className={classes.possible}>{count}</span>
                </button>
              )
            })}
          </div>
          <CloseButton aria-label={t('board.selection.clear')} onClick={onClear} />
        </section>
      )}
    </>
  )
}
