/** Calls to numbers that were put on the do-not-call list, or have to be forgotten, are called off. */
import { makeOutboundId } from '../domain/ids.ts'
import type { ApiDependencies } from './dependencies.ts'
import { outboundInput } from './outbound-input.ts'
import { ApiProblem } from './problems.ts'
import { findOutbounds, type OutboundRow } from './queries/outbound.ts'
import { createViewContext } from './views/view-context.ts'

type Deps = Pick<ApiDependencies, 'database' | 'outbound' | 'settings'>

/** @throws ApiProblem where the engine is away: `kept-outbound.ts` finds them again. */
export const callOffListed = (deps: Deps, outboundIds: readonly string[]): Promise<void> =>
  callOff(deps, outboundIds, 'opt_out')

/** So many at a time: where one of them fails the rest of these are still called off, those after them are not. */
const AT_ONCE = 50

/** Whether they wait or are talked on. @throws ApiProblem where the engine is away. */
export async function callOff(
  { database, outbound, settings }: Deps,
  outboundIds: readonly string[],
  reason: 'opt_out' | 'forgotten',
): Promise<void> {
  const view = createViewContext(settings)
  const callOffOne = async (row: OutboundRow): Promise<void> => {
    if (row.is_over) return
    const outboundId = makeOutboundId(row.outbound_id.slice('ob-'.length))
    try {
      if (await outbound.cancel(outboundId, reason)) return
      // Its workflow may not have been started yet; then it is, to be called off in order.
      await outbound.start(outboundInput(row, settings, view))
      await outbound.cancel(outboundId, reason)
    } catch (error) {
      const isOver = error instanceof ApiProblem && error.problem === 'refused'
      if (!isOver) throw error
    }
  }
  for (let from = 0; from < outboundIds.length; from += AT_ONCE) {
    const rows = await findOutbounds(database, outboundIds.slice(from, from + AT_ONCE))
    const ends = await Promise.allSettled(rows.map(callOffOne))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
}
