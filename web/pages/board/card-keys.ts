import { type RefObject, useEffect } from 'react'

/** Arrow keys as a shortcut between the cards in the container, all of which Tab reaches too. */
export function useCardKeys(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const board = container.current
    if (board === null) return
    const onKeyDown = (event: KeyboardEvent) => moveFocus(event, board)
    board.addEventListener('keydown', onKeyDown)
    return () => board.removeEventListener('keydown', onKeyDown)
  }, [container])
}

/** Arrow keys go from card to card: up and down within a column, left and right to the nearest in the next one. */
function moveFocus(event: KeyboardEvent, board: HTMLElement): void {
  const from = (event.target as HTMLElement).closest<HTMLElement>('[data-card]')
  if (from === null || event.metaKey || event.ctrlKey || event.altKey) return
  const to = neighbour(from, event.key, board)
  if (to === null) return
  event.preventDefault()
  to.focus()
  to.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

function neighbour(from: HTMLElement, key: string, board: HTMLElement): HTMLElement | null {
  const columns = [...board.querySelectorAll<HTMLElement>('[data-column]')].map((column) => [
    ...column.querySelectorAll<HTMLElement>('[data-card]'),
  ])
  const x = columns.findIndex((cards) => cards.includes(from))
  const column = columns[x]
  if (column === undefined) return null
  const y = column.indexOf(from)
  switch (key) {
    case 'ArrowDown':
      return column[y + 1] ?? null
    case 'ArrowUp':
      return column[y - 1] ?? null
    case 'Home':
      return column[0] ?? null
    case 'End':
      return column.at(-1) ?? null
    case 'ArrowRight':
      return nearest(
        columns.slice(x + 1).find((cards) => cards.length > 0),
        from,
      )
    case 'ArrowLeft':
      return nearest(
        columns
          .slice(0, x)
          .reverse()
          .find((cards) => cards.length > 0),
        from,
      )
    default:
      return null
  }
}

function nearest(cards: readonly HTMLElement[] | undefined, from: HTMLElement): HTMLElement | null {
  const top = from.getBoundingClientRect().top
  const distance = (card: HTMLElement) => Math.abs(card.getBoundingClientRect().top - top)
  return cards?.reduce((best, card) => (distance(card) < distance(best) ? card : best)) ?? null
}
