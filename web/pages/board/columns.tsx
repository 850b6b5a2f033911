import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Board, TicketState } from '../../api/types.ts'
import { useMoveAnnouncement } from './announce.ts'
import { BoardColumn } from './board-column.tsx'
import classes from './board-page.module.css'
import type { BoardSearch } from './board-search.ts'
import { searchWith } from './board-toolbar.tsx'
import { useCardKeys } from './card-keys.ts'
import { arrangeColumn } from './column-order.ts'
import { useFlip } from './use-flip.ts'

interface ColumnsProps {
  readonly board: Board
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
}

/** The four columns beside each other; on a phone one at a time, chosen by tabs. */
export function Columns({ board, search, onSearch }: ColumnsProps) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const phone = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const columns = useMemo(
    () => board.columns.map((column) => ({ column, tickets: arrangeColumn(column, search) })),
    [board, search],
  )
  const shown: TicketState = search.column ?? 'todo'
  useFlip(container, phone ? `${shown}` : columns)
  useCardKeys(container)
  const announcement = useMoveAnnouncement(board)
  return (
    <>
      {phone ? (
        <div className={classes.tabs} role="tablist" aria-label={t('ticket.board.columns')}>
          {columns.map(({ column, tickets }) => (
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
              <span className={classes.tabCount}>{isFiltered(search) ? tickets.length : column.total}</span>
            </button>
          ))}
        </div>
      ) : null}
      <div ref={container} className={classes.columns}>
        {columns
          .filter(({ column }) => !phone || column.state === shown)
          .map(({ column, tickets }) => (
            <BoardColumn
              key={column.state}
              column={column}
              tickets={tickets}
              filtered={isFiltered(search)}
              asTab={phone}
            />
          ))}
      </div>
      <p className="visually-hidden" id="board-keys">
        {t('ticket.board.keys')}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {announcement}
      </p>
    </>
  )
}

const isFiltered = (search: BoardSearch): boolean => search.q !== undefined || search.only !== undefined
