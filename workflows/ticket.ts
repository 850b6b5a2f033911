/**
 * One order from its first words to Done. Reads like the state diagram: `nextMove` of domain/ticket-steps.ts
 * says what is to be done, this loop does it, and everything a person or webhook says goes through the
 * handlers. A failing step never fails the ticket: it becomes an Issue that waits for a person.
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import { koreanIso } from '../domain/korean-time.ts'
import { type NextMove, nextMove } from '../domain/ticket.ts'
import { handleMessages } from './ticket-handlers.ts'
import type { TicketInput, TicketResult } from './ticket-messages.ts'
import { bySystem, TicketRun } from './ticket-run.ts'
import { STEPS } from './ticket-steps.ts'

export async function ticket(input: TicketInput): Promise<TicketResult> {
  const run = new TicketRun(input)
  handleMessages(run)
  for (let moves = 0; ; moves++) {
    await run.project()
    const move = nextMove(run.data)
    if (move === 'finished') break
    // A handler may wait for a later move, so this is not the place to wait for it.
    if (moves > 0 && historyIsLong(input) && allHandlersFinished()) {
      await continueAsNew<typeof ticket>({ ...input, carried: run.carry() })
    }
    await make(run, move)
  }
  await condition(allHandlersFinished)
  await run.project()
  return { orderNo: run.data.orderNo, outcome: run.data.outcome ?? 'cancelled' }
}

async function make(run: TicketRun, move: Exclude<NextMove, 'finished'>): Promise<void> {
  switch (move) {
    case 'await_order':
    case 'await_person':
      await run.waitWhile(move)
      return
    case 'await_payment':
      return awaitPayment(run)
    case 'await_edit_window':
      return awaitEditWindow(run)
    case 'finish':
      return run.change((ticket) => ticket.finish(bySystem()))
    default:
      return run.take(move, () => STEPS[move](run))
  }
}

/** An order that is not paid in time is cancelled. */
async function awaitPayment(run: TicketRun): Promise<void> {
  if (run.data.paymentExpiresAt === null) {
    // A person gave the link: the time to pay begins now.
    const expiresAt = koreanIso(Date.now() + run.input.policy.paymentExpirySeconds * 1000)
    return run.change((ticket) => ticket.paymentLinkSent({ ...bySystem(), expiresAt }))
  }
  const woken = await run.waitWhile('await_payment', until(run.data.paymentExpiresAt), '결제 기한')
  if (woken) return
  run.change((ticket) =>
    ticket.cancel({ ...bySystem(), cause: 'payment_expired', reason: '기한 안에 결제되지 않았습니다.' }),
  )
}

/** The customer may still change the order; then the text is final. */
async function awaitEditWindow(run: TicketRun): Promise<void> {
  const woken = await run.waitWhile('await_edit_window', until(run.data.editWindowEndsAt), '수정 가능 시간')
  if (!woken) run.change((ticket) => ticket.editWindowClosed(bySystem()))
}

/** Milliseconds until a time; 0 when it has passed or is unknown. */
function until(iso: string | null): number {
  return iso === null ? 0 : Math.max(0, Date.parse(iso) - Date.now())
}

function historyIsLong(input: TicketInput): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo()
  return continueAsNewSuggested || (input.continueAfterEvents ?? Infinity) <= historyLength
}
