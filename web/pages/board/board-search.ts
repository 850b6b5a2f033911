/** The part of the board that is chosen in its address. */
export interface BoardSearch {
  readonly q?: string
  readonly sort?: 'newest'
  readonly only?: 'attention' | 'calls'
  /** Column shown on a phone. */
  readonly column?: 'in_progress' | 'issue' | 'done'
}

/** Keeps what is understood; defaults are left out so that the plain address means the plain board. */
export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const { q, sort, only, column } = search
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(typeof q === 'number' ? { q: String(q) } : {}),
    ...(sort === 'newest' ? { sort } : {}),
    ...(only === 'attention' || only === 'calls' ? { only } : {}),
    ...(column === 'in_progress' || column === 'issue' || column === 'done' ? { column } : {}),
  }
}
