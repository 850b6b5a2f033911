/** Calls to numbers that were put on the do-not-call list are called off, whether they wait or are talked on. */
import { makeOutboundId } from '../domain/ids.ts'
import type { ApiDependencies } from './dependencies.ts'
import { outboundInput } from './outbound-input.ts'
import { ApiProblem } from './problems.ts'
import { findOutbounds } from './queries/outbound.ts'
import { createViewContext } from './views/view-context.ts'

/** @throws ApiProblem where the engine is away: `kept-outbound.ts` finds them again. */
export async function callOffListed(
  { database, outbound, settings }: Pick<ApiDependencies, 'database' | 'outbound' | 'settings'>,
  outboundIds: readonly string[],
): Promise<void> {
  if (outboundIds.length === 0) return
  const view = createViewContext(settings)
  for (const row of await findOutbounds(database, outboundIds)) {
    if (row.is_over) continue
    const outboundId = makeOutboundId(row.outbound_id.slice('ob-'.length))
    try {
      if (await outbound.cancel(outboundId, 'opt_out')) continue
      // Its workflow may not have been started yet; then it is, to be called off in order.
      await outbound.start(outboundInput(row, settings, view))
      await outbound.cancel(outboundId, 'opt_out')
    } catch (error) {
      const isOver = error instanceof ApiProblem && error.problem === 'refused'
      if (!isOver) throw error
    }
  }
}
