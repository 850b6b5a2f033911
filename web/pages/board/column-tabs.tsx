import { useTranslation } from 'react-i18next'
import type { TicketState } from '../../api/types.ts'
import classes from './board-page.module.css'
import type { BoardSearch } from './board-search.ts'
import { searchWith } from './board-toolbar.tsx'
import type { ShownColumn } from './shown-columns.ts'
import { useTotalText } from './total-text.ts'

interface ColumnTabsProps {
  readonly columns: readonly ShownColumn[]
  readonly shown: TicketState
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
}

/** On a phone: one column at a time. */
export function ColumnTabs({ columns, shown, search, onSearch }: ColumnTabsProps) {
  const { t } = useTranslation()
  const totalText = useTotalText()
  return (
    <div className={classes.tabs} role="tablist" aria-label={t('ticket.board.columns')}>
      {columns.map((column) => (
        <button
          key={column.state}
          type="button"
          role="tab"
          id={`tab-${column.state}`}
          aria-controls={`column-${column.state}`}
          aria-selected={shown === column.state}
          className={classes.tab}
          data-tone={column.state}
          onClick={() =>
            onSearch(searchWith(search, 'column', column.state === 'todo' ? undefined : column.state))
          }
        >
          <span>{t(`ticket.state.${column.state}`)}</span>
          <span className={classes.tabCount}>{totalText(column)}</span>
        </button>
      ))}
    </div>
  )
}
