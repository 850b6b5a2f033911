import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { boardQuery, fetchColumnPage } from '../../api/tickets.ts'
import type { Board, TicketSummary } from '../../api/types.ts'
import { showProblem } from '../../components/notices.ts'
import classes from './board-page.module.css'
import type { Column } from './column-order.ts'
import { TicketCard } from './ticket-card.tsx'

interface BoardColumnProps {
  readonly column: Column
  /** Those to show, in order. */
  readonly tickets: readonly TicketSummary[]
  readonly filtered: boolean
  /** On a phone the column is the panel of a tab. */
  readonly asTab: boolean
}

export function BoardColumn({ column, tickets, filtered, asTab }: BoardColumnProps) {
  const { t } = useTranslation()
  const { state, total } = column
  return (
    <section
      id={`column-${state}`}
      className={classes.column}
      data-column={state}
      aria-labelledby={asTab ? `tab-${state}` : `heading-${state}`}
      {...(asTab ? { role: 'tabpanel' } : {})}
    >
      {asTab ? null : (
        <h2 className={classes.columnHead} id={`heading-${state}`}>
          <span className={classes.columnDot} aria-hidden />
          <span>{t(`ticket.state.${state}`)}</span>
          <span className={classes.columnCount}>
            {filtered ? t('ticket.board.shown_of', { shown: tickets.length, total }) : total}
          </span>
        </h2>
      )}
      <div className={classes.cards}>
        {tickets.length === 0 ? (
          <p className={classes.empty}>
            {t(filtered ? 'ticket.board.empty_filter' : `ticket.board.empty_${state}`)}
          </p>
        ) : (
          <ul className={classes.list} aria-describedby="board-keys">
            {tickets.map((ticket) => (
              <li key={ticket.order_no} data-flip={ticket.order_no}>
                <TicketCard ticket={ticket} />
              </li>
            ))}
          </ul>
        )}
        <LoadMore column={column} />
      </div>
    </section>
  )
}

function LoadMore({ column }: { readonly column: Column }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { next_cursor: cursor, state } = column
  const more = useMutation({
    mutationFn: (from: string) => fetchColumnPage(state, from),
    onSuccess: (page) =>
      client.setQueryData(
        boardQuery.queryKey,
        (board: Board | undefined) => board && append(board, state, page),
      ),
    onError: (error) => showProblem(error, t('action.more'), t),
  })
  if (cursor === null) return null
  return (
    <Button
      variant="subtle"
      size="xs"
      fullWidth
      mt={8}
      loading={more.isPending}
      onClick={() => more.mutate(cursor)}
    >
      {t('ticket.board.load_more', { count: Math.max(0, column.total - column.tickets.length) })}
    </Button>
  )
}

function append(
  board: Board,
  state: Column['state'],
  page: Awaited<ReturnType<typeof fetchColumnPage>>,
): Board {
  return {
    columns: board.columns.map((column) => {
      if (column.state !== state) return column
      const known = new Set(column.tickets.map((ticket) => ticket.order_no))
      const added = page.tickets.filter((ticket) => !known.has(ticket.order_no))
      return { ...column, tickets: [...column.tickets, ...added], next_cursor: page.next_cursor }
    }),
  }
}
