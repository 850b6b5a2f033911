import { type RefObject, useEffect, useRef } from 'react'
import type { TicketState } from '../../api/types.ts'
import type { ColumnHandles } from './board-column.tsx'
import { type CardPlace, moveFrom, placeOf } from './card-moves.ts'

export interface BoardKeys {
  /** Cards of the columns that are shown. */
  readonly columns: readonly { readonly state: TicketState; readonly cards: readonly string[] }[]
  readonly handles: ColumnHandles
  /** The card that had the focus last. */
  readonly current: string | null
  /** A card is held: its keys are the drag's. */
  readonly isLifted: boolean
  readonly onCurrent: (orderNo: string) => void
  readonly onToggle: (orderNo: string, range: boolean) => void
  readonly onMenu: (orderNo: string) => void
  readonly onClear: () => void
  readonly onHelp: () => void
}

/** Frames to wait for a card that is being scrolled into view. */
const PATIENCE_FRAMES = 12

/** The keys of the board; they work while no text is typed and no dialog or menu is open. */
export function useBoardKeys(container: RefObject<HTMLElement | null>, keys: BoardKeys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const board = container.current
      if (board !== null && !isElsewhere(event)) handle(event, board, latest.current)
    }
    const onFocus = (event: FocusEvent) => {
      const card = (event.target as HTMLElement).closest<HTMLElement>('[data-card]')
      if (card?.dataset.card !== undefined) latest.current.onCurrent(card.dataset.card)
    }
    document.addEventListener('keydown', onKeyDown)
    const board = container.current
    board?.addEventListener('focusin', onFocus)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      board?.removeEventListener('focusin', onFocus)
    }
  }, [container])
}

/** In a text, a dialog, a menu, or with a key that is the browser's. */
function isElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true
  const target = event.target as HTMLElement
  if (target.closest('[role=dialog], [role=menu], [role=listbox], select, textarea') !== null) return true
  return target instanceof HTMLInputElement && target.type !== 'checkbox'
}

function handle(event: KeyboardEvent, board: HTMLElement, keys: BoardKeys): void {
  if (keys.isLifted) return
  const focused = (event.target as HTMLElement).closest<HTMLElement>('[data-flip]')?.dataset.flip
  const columns = keys.columns.map(({ cards }) => cards)
  const from = placeOf(columns, focused ?? keys.current ?? '')
  const orderNo = focused ?? null
  switch (event.key) {
    case '?':
      event.preventDefault()
      keys.onHelp()
      return
    case 'Escape':
      keys.onClear()
      return
    case 'x':
      if (orderNo !== null) keys.onToggle(orderNo, false)
      return
    case '.':
    case 'm':
      if (orderNo === null) return
      event.preventDefault()
      keys.onMenu(orderNo)
      return
  }
  const to = moveFrom(columns, from, event.key)
  if (to === null) return
  event.preventDefault()
  const isSideways = from !== null && to.column !== from.column
  const place = isSideways ? beside(board, keys, from, to) : to
  const target = columns[place.column]?.[place.index]
  if (target === undefined) return
  if (event.shiftKey && !isSideways) {
    if (orderNo !== null) keys.onToggle(orderNo, true)
    keys.onToggle(target, true)
  }
  focusCard(board, keys, place, target)
}

/** Of the other column's cards in view, the one nearest in height. */
function beside(board: HTMLElement, { columns }: BoardKeys, from: CardPlace, to: CardPlace): CardPlace {
  const element = (place: CardPlace) => {
    const orderNo = columns[place.column]?.cards[place.index]
    return orderNo === undefined ? null : board.querySelector(`[data-card="${CSS.escape(orderNo)}"]`)
  }
  const top = element(from)?.getBoundingClientRect().top
  const cards = columns[to.column]?.cards ?? []
  if (top === undefined) return to
  const distances = cards.flatMap((_, index) => {
    const rect = element({ ...to, index })?.getBoundingClientRect()
    return rect === undefined ? [] : [{ index, distance: Math.abs(rect.top - top) }]
  })
  const nearest = distances.sort((a, b) => a.distance - b.distance)[0]
  return nearest === undefined ? to : { ...to, index: nearest.index }
}

/** Scrolls to the card and gives it the focus as soon as it is drawn. */
function focusCard(board: HTMLElement, keys: BoardKeys, place: CardPlace, orderNo: string): void {
  const state = keys.columns[place.column]?.state
  if (state !== undefined) keys.handles.current.get(state)?.show(place.index)
  let frames = 0
  const attempt = () => {
    const card = board.querySelector<HTMLElement>(`[data-card="${CSS.escape(orderNo)}"]`)
    if (card !== null) {
      card.focus({ preventScroll: true })
      card.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    } else if (frames++ < PATIENCE_FRAMES) requestAnimationFrame(attempt)
  }
  attempt()
}
