/**
 * A vendor without doors is phoned to hear how far an order is: at the moments of domain/vendor-calls.ts. What they
 * say counts as what is read from a door; a call that tells nothing is repeated, and then a person is asked.
 */
import { condition } from '@temporalio/workflow'
import type { VendorCallOutcome } from '../activities/activity-types.ts'
import { nextMove } from '../domain/ticket.ts'
import { type ChosenVendor, failureEvidence, type VendorFailure } from '../domain/vendor.ts'
import { lateByWord, nextVendorCall, whenCallable } from '../domain/vendor-calls.ts'
import { giveUp } from './step-failure.ts'
import { type Change, now, type TicketRun, unchanged } from './ticket-run.ts'
import { callVendor } from './ticket-vendor-call.ts'
import { foundLate, heard } from './vendor-word.ts'

/** Until a call is due and was made, or something else is to be done first. */
export async function followByPhone(run: TicketRun, vendor: ChosenVendor): Promise<Change> {
  run.change((ticket) => ticket.followedByPhone(true))
  const { policy } = run.input
  const due = nextVendorCall(run.data, policy)
  if (due.kind === 'ask_person') askPerson(run, due.why)
  const isOutdated = () => {
    const next = nextVendorCall(run.data, policy)
    return next.kind !== 'call' || next.atMs !== due.atMs || nextMove(run.data) !== 'follow_delivery'
  }
  const leftMs = whenCallable(Math.max(due.atMs, Date.now()), policy) - Date.now()
  if (leftMs > 0 && (await condition(isOutdated, leftMs, { summary: '외주업체에 전화할 때까지 대기' })))
    return unchanged
  return call(run, vendor)
}

async function call(run: TicketRun, vendor: ChosenVendor): Promise<Change> {
  const { purchaseOrder } = run.data
  if (purchaseOrder === null) return unchanged
  const { reference, erpOrderId } = purchaseOrder
  const outcome = await callVendor(run, vendor, { task: { kind: 'status' }, reference, erpOrderId })
  const at = now()
  if (outcome.status !== 'told') return toldNothing(run, outcome, at)
  const told = heard(outcome.report)
  return (ticket) => {
    const next = told(ticket.vendorPhoned({ at, heard: true }))
    const check = lateByWord(next.data, run.input.policy, Date.parse(at))
    return check === null ? next : foundLate(next.data, { check })(next)
  }
}

/** Nobody there, no clear answer, or no such order: a person sees each of the vendor's words in the call itself. */
function toldNothing(run: TicketRun, outcome: VendorCallOutcome, at: string): Change {
  const phoned: Change = (ticket) => ticket.vendorPhoned({ at, heard: false })
  const failures: readonly VendorFailure[] = outcome.status === 'out' ? outcome.failures : []
  const isHopeless = failures.length > 0 && failures.every(({ mayPass }) => !mayPass)
  const after = phoned(run.ticket).data
  const next = nextVendorCall(after, run.input.policy)
  if (!isHopeless && next.kind === 'call') return phoned
  run.change(phoned)
  const evidence =
    outcome.status === 'refused'
      ? [{ kind: 'vendor_answer', code: outcome.code, reason: outcome.reason } as const]
      : failureEvidence(failures)
  return askPerson(run, next.kind === 'ask_person' ? next.why : 'unheard', evidence)
}

function askPerson(
  run: TicketRun,
  why: 'unheard' | 'too_often',
  evidence: Parameters<typeof giveUp>[2] = [],
): never {
  const { calls = 0, unheard = 0 } = run.data.vendorAsked ?? {}
  run.change((ticket) => ticket.vendorLeftToPerson())
  if (why === 'unheard') {
    const cause = { code: 'vendor_unheard', params: { count: String(unheard) } } as const
    return giveUp(`외주업체에 ${unheard}번 전화했으나 배송 상황을 듣지 못했습니다.`, cause, evidence)
  }
  const cause = { code: 'vendor_never_there', params: { count: String(calls) } } as const
  return giveUp(`외주업체에 ${calls}번 물었으나 아직 배송되지 않았다고 합니다.`, cause, evidence)
}
