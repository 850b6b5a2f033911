/** Calls to numbers that were put on the do-not-call list, or have to be forgotten, are called off. */
import { makeOutboundId } from '../domain/ids.ts'
import type { ApiDependencies } from './dependencies.ts'
import { outboundInput } from './outbound-input.ts'
import { ApiProblem } from './problems.ts'
import { findOutbounds } from './queries/outbound.ts'
import { createViewContext } from './views/view-context.ts'

type Deps = Pick<ApiDependencies, 'database' | 'outbound' | 'settings'>

/** @throws ApiProblem where the engine is away: `kept-outbound.ts` finds them again. */
export const callOffListed = (deps: Deps, outboundIds: readonly string[]): Promise<void> =>
  callOff(deps, outboundIds, 'opt_out')

/** Whether they wait or are talked on. @throws ApiProblem where the engine is away. */
export async function callOff(
  { database, outbound, settings }: Deps,
  outboundIds: readonly string[],
  reason: 'opt_out' | 'forgotten',
): Promise<void> {
  if (outboundIds.length === 0) return
  const view = createViewContext(settings)
  for (const row of await findOutbounds(database, outboundIds)) {
    if (row.is_over) continue
    const outboundId = makeOutboundId(row.outbound_id.slice('ob-'.length))
    try {
      if (await outbound.cancel(outboundId, reason)) continue
      // Its workflow may not have been started yet; then it is, to be called off in order.
      await outbound.start(outboundInput(row, settings, view))
      await outbound.cancel(outboundId, reason)
    } catch (error) {
      const isOver = error instanceof ApiProblem && error.problem === 'refused'
      if (!isOver) throw error
    }
  }
}
