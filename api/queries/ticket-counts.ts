/** How many tickets of each state fit a filter: summed up from kept counts, or counted up to a bound. */
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { DataKeys } from '../../db/encryption.ts'
import type { TicketState } from '../schemas/tickets.ts'
import { countedConditions, isCounted, type TicketFilter } from './ticket-filter.ts'
import { ticketConditions } from './tickets.ts'

/** Nobody reads a longer list; beyond it the board says "1,000+". */
const COUNT_BOUND = 1_000

export interface TicketTotal {
  readonly total: number
  /** There are more. */
  readonly atLeast: boolean
}

/** For each of the states, in their order. */
export async function countTickets(
  database: Database,
  filter: TicketFilter,
  states: readonly TicketState[],
  keys: DataKeys,
): Promise<readonly TicketTotal[]> {
  if (isCounted(filter)) {
    const sums = await sumCounts(database, filter)
    return states.map((state) => ({ total: sums.get(state) ?? 0, atLeast: false }))
  }
  // What the kept counts rule out needs no look: one query instead of up to four long ones.
  const possible = await sumCounts(database, filter)
  return Promise.all(
    states.map((state) =>
      (possible.get(state) ?? 0) === 0
        ? { total: 0, atLeast: false }
        : countUpTo(database, { ...filter, state }, keys),
    ),
  )
}

async function sumCounts(database: Database, filter: TicketFilter): Promise<ReadonlyMap<string, number>> {
  let query = database
    .selectFrom('ticket_counts')
    .select(['current_state', (eb) => eb.fn.sum<string>('total').as('total')])
    .groupBy('current_state')
  for (const condition of countedConditions('ticket_counts', filter)) query = query.where(condition)
  const rows = await query.execute()
  return new Map(rows.map((row) => [row.current_state, Number(row.total)]))
}

async function countUpTo(database: Database, filter: TicketFilter, keys: DataKeys): Promise<TicketTotal> {
  let some = database
    .selectFrom('tickets')
    .$if((filter.text ?? '').trim() !== '', (query) =>
      query.innerJoin('orders', 'orders.id', 'tickets.order_id'),
    )
    .select(sql<number>`1`.as('one'))
    .limit(COUNT_BOUND + 1)
  const wanted = { needed: COUNT_BOUND + 1, ordered: false }
  for (const condition of await ticketConditions(database, filter, wanted, keys)) some = some.where(condition)
  const { count } = await database
    .selectFrom(some.as('some'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return { total: Math.min(Number(count), COUNT_BOUND), atLeast: Number(count) > COUNT_BOUND }
}
