/** Where a key leads from a card. Pure: the cards of the columns that are shown, by order number. */
export interface CardPlace {
  readonly column: number
  readonly index: number
}

const KEYS: Readonly<Record<string, 'up' | 'down' | 'left' | 'right' | 'first' | 'last'>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
  k: 'up',
  j: 'down',
  h: 'left',
  l: 'right',
}

/** @returns null for a key that moves nowhere. @param from null: no card has the focus yet. */
export function moveFrom(
  columns: readonly (readonly string[])[],
  from: CardPlace | null,
  key: string,
): CardPlace | null {
  const way = KEYS[key.length === 1 ? key.toLowerCase() : key]
  if (way === undefined) return null
  if (from === null) {
    const column = columns.findIndex((cards) => cards.length > 0)
    return column === -1 ? null : { column, index: 0 }
  }
  const last = (columns[from.column]?.length ?? 0) - 1
  switch (way) {
    case 'up':
      return from.index === 0 ? null : { ...from, index: from.index - 1 }
    case 'down':
      return from.index >= last ? null : { ...from, index: from.index + 1 }
    case 'first':
      return { ...from, index: 0 }
    case 'last':
      return { ...from, index: last }
    case 'left':
      return sideways(columns, from, -1)
    case 'right':
      return sideways(columns, from, 1)
  }
}

/** To the next column that has cards; the page moves on to the card that stands beside. */
function sideways(columns: readonly (readonly string[])[], from: CardPlace, step: 1 | -1): CardPlace | null {
  for (let column = from.column + step; columns[column] !== undefined; column += step) {
    const cards = columns[column] ?? []
    if (cards.length > 0) return { column, index: Math.min(from.index, cards.length - 1) }
  }
  return null
}

export function placeOf(columns: readonly (readonly string[])[], orderNo: string): CardPlace | null {
  for (const [column, cards] of columns.entries()) {
    const index = cards.indexOf(orderNo)
    if (index !== -1) return { column, index }
  }
  return null
}
