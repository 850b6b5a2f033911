/** One action on many tickets: each decides for itself, and each answer is told. */
import { parseOrderNo } from '../domain/ids.ts'
import type { Person } from './context.ts'
import type { ApiDependencies } from './dependencies.ts'
import { ApiProblem, PROBLEMS } from './problems.ts'
import { findTickets } from './queries/tickets.ts'
import type { BulkRequest, BulkResult } from './schemas/board.ts'
import { performAction } from './ticket-actions.ts'
import { viewTicketSummary } from './views/tickets.ts'
import type { ViewContext } from './views/view-context.ts'

/** Tickets asked at the same time: a person waits for the slowest chain, not for the sum. */
const AT_ONCE = 8

interface Outcome {
  readonly code: string | null
  readonly detail: string | null
}
const DONE: Outcome = { code: null, detail: null }

/**
 * @param idempotencyKey the same one again asks each ticket under the same key, so each does it once.
 */
export async function performBulk(
  deps: ApiDependencies,
  request: BulkRequest,
  person: Person,
  idempotencyKey: string | undefined,
  view: ViewContext,
): Promise<BulkResult> {
  const orderNos = [...new Set(request.order_nos)]
  const known = new Set((await findTickets(deps.database, orderNos)).map((row) => row.order_no))
  const outcomes = new Map<string, Outcome>()
  const waiting = [...orderNos]
  const work = async (): Promise<void> => {
    for (let orderNo = waiting.shift(); orderNo !== undefined; orderNo = waiting.shift()) {
      const key = idempotencyKey === undefined ? undefined : `${idempotencyKey} ${orderNo}`
      const outcome = known.has(orderNo)
        ? await attempt(deps, () => performAction(deps, parseOrderNo(orderNo), request.action, person, key))
        : { code: 'not_found', detail: `There is no order ${orderNo}.` }
      outcomes.set(orderNo, outcome)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const now = new Map((await findTickets(deps.database, orderNos)).map((row) => [row.order_no, row]))
  return {
    results: orderNos.map((orderNo) => {
      const row = now.get(orderNo)
      const { code, detail } = outcomes.get(orderNo) ?? DONE
      return {
        order_no: orderNo,
        done: code === null,
        code,
        detail,
        ticket: row === undefined ? null : viewTicketSummary(row, view),
      }
    }),
  }
}

/** A refusal of one ticket is its answer; what it says is the same as for a single action. */
async function attempt({ logger }: ApiDependencies, act: () => Promise<void>): Promise<Outcome> {
  try {
    await act()
    return DONE
  } catch (error) {
    if (!(error instanceof ApiProblem)) {
      logger.error({ err: error }, 'action on one of many tickets failed')
      return { code: 'internal_error', detail: PROBLEMS.internal_error.title }
    }
    return { code: error.extras.code ?? error.problem, detail: error.message }
  }
}
