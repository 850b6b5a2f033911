/** What Postgres itself knows of how common things are: read once a minute, for choosing how to search. */
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'

export interface SearchStatistics {
  /** Share of the orders that have a pair of letters, 0 to 1. */
  readonly frequencyOf: (gram: number) => number
  /** Orders altogether. */
  readonly orders: number
  /** Tickets of a state, roughly. */
  readonly ticketsOf: (state: string) => number
}

const AGE_MS = 60_000
const known = new WeakMap<Database, { readonly at: number; readonly statistics: Promise<SearchStatistics> }>()

/** At most a minute old. */
export function readStatistics(database: Database): Promise<SearchStatistics> {
  const last = known.get(database)
  if (last !== undefined && Date.now() - last.at < AGE_MS) return last.statistics
  const statistics = queryStatistics(database)
  known.set(database, { at: Date.now(), statistics })
  // A failure is not kept.
  statistics.catch(() => known.delete(database))
  return statistics
}

async function queryStatistics(database: Database): Promise<SearchStatistics> {
  const [{ rows: grams }, { rows: states }] = await Promise.all([
    // The list of frequencies ends with the lowest, the highest in it, and that of null.
    sql<{ elements: number[] | null; frequencies: number[] | null }>`
      select most_common_elems::text::int[] as elements, most_common_elem_freqs as frequencies
      from pg_stats where schemaname = current_schema and tablename = 'orders_search'`.execute(database),
    sql<{ state: string; total: string }>`
      select current_state as state, sum(total) as total from ticket_counts group by 1`.execute(database),
  ])
  const { elements, frequencies } = grams[0] ?? { elements: null, frequencies: null }
  const frequent = new Map((elements ?? []).map((gram, i) => [gram, frequencies?.[i] ?? 0]))
  // Without statistics the table is small or new, and every pair counts as rare.
  const rest = frequencies?.[frequent.size] ?? 0
  const totals = new Map(states.map(({ state, total }) => [state, Number(total)]))
  return {
    frequencyOf: (gram) => frequent.get(gram) ?? rest,
    orders: [...totals.values()].reduce((sum, total) => sum + total, 0),
    ticketsOf: (state) => totals.get(state) ?? 0,
  }
}
