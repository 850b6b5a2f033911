/** How the time to pay moves while it runs: with the wanted time, and by what an Issue took of it. */
import { koreanIso } from '../domain/korean-time.ts'
import { endAfterHold, type PaymentTime, reminderSeconds, timeAfterEdit } from '../domain/payment-time.ts'
import { isHeld, openAccount } from '../domain/ticket.ts'
import { bySystem, MOVES_PAYMENT_TIME, type TicketRun } from './ticket-run.ts'
import { timeToPay } from './ticket-text-steps.ts'

/** Revision since which the time under an Issue does not count as time to pay. */
const GIVES_TIME_BACK = 2

/** The wanted time is another one: nobody pays for a wreath whose time has passed. @param before it was this. */
export function followWantedTime(run: TicketRun, before: string | null): void {
  const running = runningTime(run)
  // What an Issue takes of the time is known when it is over: then all is told at once.
  if (!run.isSince(MOVES_PAYMENT_TIME) || running === null || isHeld(run.data)) return
  const { deliver_by: wanted } = run.data.order
  if (wanted !== before) move(run, timeAfterEdit(run.input.policy, running, wanted, Date.now()))
}

/** Nobody can pay while an Issue holds the order: a person who lets it go on does not find it cancelled. */
export function giveTimeBack(
  run: TicketRun,
  held: { readonly fromMs: number; readonly wantedBefore: string | null },
): void {
  const running = runningTime(run)
  if (!run.isSince(GIVES_TIME_BACK) || running === null) return
  const { fromMs, wantedBefore } = held
  const { deliver_by: wanted } = run.data.order
  const untilMs = Date.now()
  const endsAtMs = endAfterHold({ endsAtMs: running.endsAtMs, fromMs, untilMs, deliverBy: wanted })
  if (!run.isSince(MOVES_PAYMENT_TIME)) {
    // An account is closed by its bank at the time that it was opened for.
    if (endsAtMs > running.endsAtMs && openAccount(run.data) === null)
      run.change((ticket) => ticket.payableUntil(koreanIso(endsAtMs)))
    return
  }
  const later = (endsAtMs - running.endsAtMs) / 1000
  const given = { endsAtMs, seconds: running.seconds + Math.round(later) }
  move(run, wanted === wantedBefore ? given : timeAfterEdit(run.input.policy, given, wanted, untilMs))
}

/** Null while no time to pay runs. */
function runningTime(run: TicketRun): PaymentTime | null {
  const { subState, closing, outcome, paymentExpiresAt } = run.data
  const isRunning = subState === 'awaiting_payment' && closing === null && outcome === null
  if (!isRunning || paymentExpiresAt === null) return null
  return { endsAtMs: Date.parse(paymentExpiresAt), seconds: timeToPay(run) }
}

function move(run: TicketRun, { endsAtMs, seconds }: PaymentTime): void {
  const endsAt = koreanIso(endsAtMs)
  if (endsAt === run.data.paymentExpiresAt) return
  const remindLater = Date.now() < endsAtMs - reminderSeconds(run.input.policy, seconds) * 1000
  run.change((ticket) => ticket.paymentTimeMoved({ ...bySystem(), endsAt, seconds, remindLater }))
}
