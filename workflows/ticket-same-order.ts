/** An order that was told twice: two tickets are made one, or known as two. */
import { getExternalWorkflowHandle, setHandler } from '@temporalio/workflow'
import { ticketWorkflowId } from '../domain/ids.ts'
import { giveUp } from './step-failure.ts'
import * as messages from './ticket-messages.ts'
import { change, rules } from './ticket-refusals.ts'
import { type Change, now, type TicketRun, unchanged } from './ticket-run.ts'

/** Registers the handlers; must run before the workflow first waits. */
export function handleSameOrder(run: TicketRun): void {
  const accept = async (apply: Change): Promise<messages.TicketReceipt> => {
    change(run, apply)
    await run.project()
    return { version: run.data.version }
  }

  const merging =
    (input: messages.MergeOrderInput): Change =>
    (ticket) =>
      ticket.mergeInto({ ...input, at: now() })
  setHandler(messages.mergeOrder, (input) => accept(merging(input)), {
    validator: (input) => rules(() => merging(input)(run.ticket)),
  })

  const keeping =
    (input: messages.KeepBothInput): Change =>
    (ticket) =>
      ticket.keepBoth({ ...input, at: now() })
  setHandler(messages.keepBoth, (input) => accept(keeping(input)), {
    validator: (input) => rules(() => keeping(input)(run.ticket)),
  })

  setHandler(messages.takeMerged, async (merged) => {
    run.change((ticket) => ticket.takeMerged(merged))
    await run.project()
  })
}

/** The ticket that goes on gets what it lacks; one that ended meanwhile is a matter for a person. */
export async function tellMerge(run: TicketRun): Promise<Change> {
  const { mergedInto, orderNo, channel, order, evidence, closing } = run.data
  if (mergedInto === null) return unchanged
  const told = { actor: closing?.actor ?? 'system', at: now(), from: orderNo, channel, order, evidence }
  await getExternalWorkflowHandle(ticketWorkflowId(mergedInto))
    .signal(messages.takeMerged, told)
    .catch(() =>
      giveUp(`주문 ${mergedInto}의 진행이 이미 끝나 합칠 수 없습니다.`, {
        code: 'merge_target_closed',
        params: { order: mergedInto },
      }),
    )
  return (ticket) => ticket.mergeTold()
}
