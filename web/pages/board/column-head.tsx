import { useTranslation } from 'react-i18next'
import { useBoardControls } from './board-context.tsx'
import classes from './board-page.module.css'
import type { ShownColumn } from './shown-columns.ts'
import { useTotalText } from './total-text.ts'

/** Name of the column, how many there are, and a box that chooses what is loaded. */
export function ColumnHead({ column }: { readonly column: ShownColumn }) {
  const { t } = useTranslation()
  const { chosen, toggleAll } = useBoardControls()
  const totalText = useTotalText()
  const { state, tickets } = column
  const isAll = tickets.length > 0 && tickets.every((ticket) => chosen.has(ticket.order_no))
  return (
    <div className={classes.columnHead}>
      <span className={classes.columnDot} aria-hidden />
      <h2 id={`heading-${state}`} className={classes.columnTitle}>
        <span>{t(`ticket.state.${state}`)}</span>{' '}
        <span className={classes.columnCount}>{totalText(column)}</span>
      </h2>
      {tickets.length === 0 ? null : (
        <input
          type="checkbox"
          className={classes.columnCheck}
          data-choosing={chosen.size > 0 || undefined}
          aria-label={t('board.selection.all', { state: t(`ticket.state.${state}`) })}
          checked={isAll}
          onChange={() => toggleAll(state)}
        />
      )}
    </div>
  )
}
