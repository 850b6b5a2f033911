import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { append, boardQuery, fetchColumnPage, totalsQuery } from '../../api/board.ts'
import type { BoardView, LoadedBoard } from '../../api/board-view.ts'
import { meQuery } from '../../api/session.ts'
import type { TicketState } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { usePendingActions } from '../../app/pending.tsx'
import { showProblem } from '../../components/notices.ts'
import { type BoardSearch, viewOf } from './board-search.ts'
import { shownColumns } from './shown-columns.ts'

/** The board of a search, as it is shown, and how to read on. */
export function useBoard(search: BoardSearch) {
  const nowMs = useMinute()
  const { data: me } = useQuery(meQuery)
  // One object as long as it asks the same, so that only a real change reads again.
  const wanted = JSON.stringify(viewOf(search, nowMs, me?.email))
  const view = useMemo(() => JSON.parse(wanted) as BoardView, [wanted])
  const board = useQuery({ ...boardQuery(view), placeholderData: keepPreviousData })
  const totals = useQuery({ ...totalsQuery(view.filter), placeholderData: keepPreviousData })
  const pending = usePendingActions()
  const newer = totals.dataUpdatedAt > board.dataUpdatedAt && !totals.isPlaceholderData
  const columns = useMemo(
    () =>
      board.data === undefined
        ? undefined
        : shownColumns(board.data, newer ? totals.data : undefined, pending, view, Date.now()),
    [board.data, newer, totals.data, pending, view],
  )
  return { board, columns, view, loadMore: useLoadMore(view), stale: board.isPlaceholderData }
}

/** Reads the next page of a column; asked again meanwhile it does nothing. */
function useLoadMore(view: BoardView): (state: TicketState) => void {
  const client = useQueryClient()
  const { t } = useTranslation()
  const loading = useRef(new Set<TicketState>())
  return useCallback(
    (state) => {
      const { queryKey } = boardQuery(view)
      const cursor = client
        .getQueryData<LoadedBoard>(queryKey)
        ?.columns.find((column) => column.state === state)?.next_cursor
      if (cursor == null || loading.current.has(state)) return
      loading.current.add(state)
      fetchColumnPage(view, state, cursor)
        .then(
          (page) =>
            client.setQueryData<LoadedBoard>(
              queryKey,
              // The board may have been read again meanwhile: this page belongs where its cursor was.
              (now) =>
                now?.columns.some((column) => column.state === state && column.next_cursor === cursor)
                  ? append(now, view, state, page)
                  : now,
            ),
          (error: unknown) => showProblem(error, t('action.more'), t),
        )
        .finally(() => loading.current.delete(state))
    },
    [client, view, t],
  )
}
