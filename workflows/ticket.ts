/**
 * One order from its first words to Done. Reads like the state diagram: `nextMove` of domain/ticket-steps.ts
 * says what is to be done, this loop does it, and everything a person or webhook says goes through the
 * handlers. A failing step never fails the ticket: it becomes an Issue that waits for a person.
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import { koreanIso } from '../domain/korean-time.ts'
import { editNoticeDueAt } from '../domain/owed-notices.ts'
import { reminderSeconds } from '../domain/payment-time.ts'
import { missedTheDoor, type NextMove, nextMove, openAccount } from '../domain/ticket.ts'
import { TicketAlarms } from './ticket-alarms.ts'
import { handleMessages } from './ticket-handlers.ts'
import type { TicketInput, TicketResult } from './ticket-messages.ts'
import { byCustomer, rereadFallenPayment } from './ticket-money-steps.ts'
import { giveTimeBack } from './ticket-payment-time.ts'
import { bySystem, MONEY_IN_FULL, TicketRun } from './ticket-run.ts'
import { STEPS } from './ticket-steps.ts'
import { timeToPay } from './ticket-text-steps.ts'

/** Revision since which an Issue that a person raises while a step is under way takes none of the time to pay either. */
const GIVES_BACK_IN_STEPS = 5

export async function ticket(input: TicketInput): Promise<TicketResult> {
  const run = new TicketRun(input)
  handleMessages(run)
  const alarms = new TicketAlarms(run)
  for (let moves = 0; ; moves++) {
    refuseMissedEdits(run)
    await run.project()
    const move = nextMove(run.data)
    if (move === 'finished') break
    // A handler may wait for a later move, so this is not the place to wait for it.
    if (moves > 0 && historyIsLong(input) && allHandlersFinished() && !alarms.busy) {
      await continueAsNew<typeof ticket>({ ...input, carried: run.carry() })
    }
    await make(run, move)
  }
  run.tellState()
  await condition(() => allHandlersFinished() && !alarms.busy)
  await run.project()
  return { orderNo: run.data.orderNo, outcome: run.data.outcome ?? 'cancelled' }
}

/** The customer was promised a change that can't be kept any more: a person makes it good. */
function refuseMissedEdits(run: TicketRun): void {
  if (!missedTheDoor(run.data) || !run.since(4, 'edits-that-missed-the-door')) return
  const reason = '화환이 이미 배송되었습니다.'
  run.change((ticket) => ticket.editRefused({ ...bySystem(), code: 'DELIVERED', reason }))
}

async function make(run: TicketRun, move: Exclude<NextMove, 'finished'>): Promise<void> {
  switch (move) {
    case 'await_order':
      await run.waitWhile(move)
      return
    case 'await_person':
      return awaitPerson(run)
    case 'await_payment':
      return awaitPayment(run)
    case 'await_edit_window':
      return awaitEditWindow(run)
    case 'reread_fallen_payment':
      return rereadFallenPayment(run)
    case 'take_deposits':
      return run.change((ticket) => ticket.depositsTaken(byCustomer()))
    case 'finish':
      return run.change((ticket) => ticket.finish(bySystem()))
    default:
      await run.take(move, STEPS)
      return giveBackHoldInStep(run)
  }
}

async function awaitPerson(run: TicketRun): Promise<void> {
  const held = { fromMs: Date.now(), wantedBefore: run.data.order.deliver_by }
  await run.waitWhile('await_person')
  giveTimeBack(run, held)
}

/** An Issue that a person raised while a step was under way is over by now. */
function giveBackHoldInStep(run: TicketRun): void {
  const { heldInStep } = run
  run.heldInStep = null
  if (heldInStep !== null && run.isSince(GIVES_BACK_IN_STEPS)) giveTimeBack(run, heldInStep)
}

/** An order that is not paid in time is cancelled; before that the customer is reminded once. */
async function awaitPayment(run: TicketRun): Promise<void> {
  if (run.data.paymentExpiresAt === null) {
    // A person gave the link: the time to pay begins now.
    const seconds = timeToPay(run)
    const expiresAt = koreanIso(Date.now() + seconds * 1000)
    return run.change((ticket) => ticket.paymentLinkSent({ ...bySystem(), expiresAt, seconds }))
  }
  const { paymentExpiresAt } = run.data
  const isMoved = () => run.data.paymentExpiresAt !== paymentExpiresAt
  const leftMs = until(paymentExpiresAt)
  if (run.since(1, MONEY_IN_FULL) && run.data.reminder === null && leftMs > 0) {
    const beforeMs = reminderSeconds(run.input.policy, timeToPay(run)) * 1000
    if (beforeMs > 0) {
      const restMs = Math.max(0, leftMs - beforeMs)
      const woken = await run.waitWhile('await_payment', restMs, '결제 기한 알림', isMoved)
      if (!woken) run.change((ticket) => ticket.reminderDue())
      return
    }
  }
  const woken = await run.waitWhile('await_payment', leftMs, '결제 기한', isMoved)
  if (woken) return
  // Money may have come in silently: the account is read before the order is given up.
  if (openAccount(run.data) !== null && !run.data.lastLook) return run.change((ticket) => ticket.lookAgain())
  run.change((ticket) =>
    ticket.cancel({ ...bySystem(), cause: 'payment_expired', reason: '기한 안에 결제되지 않았습니다.' }),
  )
}

/** The customer may still change the order, and is told once they have paused; then the text is final. */
async function awaitEditWindow(run: TicketRun): Promise<void> {
  const tellAtMs = editNoticeDueAt(run.data)
  if (tellAtMs !== null && tellAtMs < Date.parse(run.data.editWindowEndsAt ?? '')) {
    const pausedMs = tellAtMs - Date.now()
    const isOver = await run.waitWhile('await_edit_window', pausedMs, '수정이 끝나기를 기다림')
    // Edited again meanwhile: the pause begins anew.
    if (isOver || editNoticeDueAt(run.data) !== tellAtMs) return
    return run.take('send_notice', STEPS)
  }
  const edited = () => tellAtMs === null && editNoticeDueAt(run.data) !== null
  const leftMs = until(run.data.editWindowEndsAt)
  const woken = await run.waitWhile('await_edit_window', leftMs, '수정 가능 시간', edited)
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
