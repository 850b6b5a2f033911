import { useDroppable } from '@dnd-kit/core'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketState } from '../../api/types.ts'
import { BoardCard } from './board-card.tsx'
import { useBoardControls } from './board-context.tsx'
import classes from './board-page.module.css'
import { ColumnHead } from './column-head.tsx'
import { DropHint } from './drop-hint.tsx'
import type { ShownColumn } from './shown-columns.ts'

/** Lets the keys of the board bring a card into view that is not drawn. */
export interface ColumnHandle {
  readonly show: (index: number) => void
}
export type ColumnHandles = RefObject<Map<TicketState, ColumnHandle>>

const GUESSED_CARD_PX = 156
const GAP_PX = 8
const DRAWN_BEYOND = 5
/** So many cards before the end the next page is asked for. */
const READ_AHEAD = 12

interface BoardColumnProps {
  readonly column: ShownColumn
  readonly filtered: boolean
  /** On a phone the column is the panel of a tab, and the page scrolls instead of the column. */
  readonly asTab: boolean
  readonly handles: ColumnHandles
  readonly onNearEnd: (state: TicketState) => void
}

/** Draws the cards in view and a few beyond; the scroll bar is as long as what is loaded. */
export function BoardColumn({ column, filtered, asTab, handles, onNearEnd }: BoardColumnProps) {
  const { t } = useTranslation()
  const { current } = useBoardControls()
  const { state, tickets, nextCursor } = column
  const { setNodeRef, isOver } = useDroppable({ id: state })
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const margin = useScrollMargin(list, asTab)
  const currentIndex = tickets.findIndex((ticket) => ticket.order_no === current)
  const virtualizer = useVirtualizer({
    count: tickets.length,
    getScrollElement: () => (asTab ? document.getElementById('content') : scroller.current),
    estimateSize: () => GUESSED_CARD_PX,
    getItemKey: (index) => tickets[index]?.order_no ?? index,
    gap: GAP_PX,
    overscan: DRAWN_BEYOND,
    scrollMargin: margin,
    // The card with the focus stays, however far away it is scrolled.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), ...(currentIndex === -1 ? [] : [currentIndex])])].sort(
        (a, b) => a - b,
      ),
  })
  const cards = virtualizer.getVirtualItems()

  useLayoutEffect(() => {
    const { current: known } = handles
    known.set(state, { show: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }) })
    return () => void known.delete(state)
  }, [handles, state, virtualizer])

  const lastDrawn = virtualizer.range?.endIndex ?? -1
  useEffect(() => {
    if (nextCursor !== null && lastDrawn >= tickets.length - READ_AHEAD) onNearEnd(state)
  }, [nextCursor, lastDrawn, tickets.length, onNearEnd, state])

  const tabbable = currentIndex === -1 ? (cards[0]?.index ?? 0) : currentIndex
  return (
    <section
      ref={setNodeRef}
      id={`column-${state}`}
      className={classes.column}
      data-column={state}
      data-over={isOver || undefined}
      aria-labelledby={asTab ? `tab-${state}` : `heading-${state}`}
      {...(asTab ? { role: 'tabpanel' } : {})}
    >
      {asTab ? null : <ColumnHead column={column} />}
      <div ref={scroller} className={classes.cards} data-scroller={state}>
        {tickets.length === 0 ? (
          <p className={classes.empty}>
            {t(filtered ? 'ticket.board.empty_filter' : `ticket.board.empty_${state}`)}
          </p>
        ) : (
          <ul ref={list} className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
            {cards.map(({ index, key, start }) => {
              const ticket = tickets[index]
              return ticket === undefined ? null : (
                <li
                  key={key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  aria-setsize={column.atLeast ? -1 : column.total}
                  aria-posinset={index + 1}
                  style={{ transform: `translateY(${start - margin}px)` }}
                >
                  <BoardCard ticket={ticket} tabbable={index === tabbable} />
                </li>
              )
            })}
          </ul>
        )}
        {nextCursor === null || tickets.length === 0 ? null : (
          <p className={classes.more}>{t('board.loading_more')}</p>
        )}
      </div>
      <DropHint state={state} />
    </section>
  )
}

/** Where the list begins in what scrolls; of a column that scrolls by itself, at its top. */
function useScrollMargin(list: RefObject<HTMLElement | null>, asTab: boolean): number {
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const content = document.getElementById('content')
    if (!asTab || content === null || list.current === null) {
      setMargin(0)
      return
    }
    const measure = () => {
      if (list.current === null) return
      const { top } = list.current.getBoundingClientRect()
      setMargin(Math.round(top - content.getBoundingClientRect().top + content.scrollTop))
    }
    measure()
    // What stands above the list may grow, e.g. chips of filters.
    const observer = new ResizeObserver(measure)
    for (const element of content.querySelectorAll('header, [role=tablist]')) observer.observe(element)
    return () => observer.disconnect()
  }, [list, asTab])
  return margin
}
