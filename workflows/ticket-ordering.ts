/**
 * The order reaches its vendor: each way once in the vendor's order of preference, then in rounds for as long as
 * patience lasts, then a person. Never twice: every try looks our reference up first, and a call asks for it.
 * The waiting is an activity that is retried, so the history stays short however long an outage lasts.
 */
import { sleep } from '@temporalio/workflow'
import type { PlaceResult, VendorCallOutcome, VendorOut } from '../activities/activity-types.ts'
import { koreanIso, parseIsoTime } from '../domain/korean-time.ts'
import type { OrderFields } from '../domain/order.ts'
import { sentOtherwise } from '../domain/unshared-edits.ts'
import {
  type ChosenVendor,
  failureEvidence,
  failureText,
  isDoor,
  latestFailures,
  leadingDoors,
  patienceEndsAt,
  type VendorDoorMethod,
  type VendorFailure,
  waysParam,
} from '../domain/vendor.ts'
import { vendorStage } from '../domain/vendor-status.ts'
import { giveUp } from './step-failure.ts'
import { bySystem, byVendor, type Change, CLEARS_CALLS, type TicketRun } from './ticket-run.ts'
import { callVendor, isUnclear, untilClearingCall } from './ticket-vendor-call.ts'

const ROUND_SECONDS = 300
const PATIENCE_SECONDS = 6 * 3600
/** People are not called in every round: first after so many, then each time after twice as many. */
const ROUNDS_BEFORE_CALL = 3

export function orderFromVendor(run: TicketRun): Promise<Change> {
  return new Ordering(run).place()
}

type Outcome = PlaceResult | VendorOut

class Ordering {
  readonly #run: TicketRun
  readonly #reference: string
  readonly #failures: VendorFailure[] = []
  /** The order as it was in each try: the customer may edit it while the vendor is out of reach. */
  readonly #sent: OrderFields[] = []

  constructor(run: TicketRun) {
    this.#run = run
    this.#reference = run.ticket.nextReference
    const before = run.data.purchaseOrderSent
    if (before !== null) this.#sent.push(before.order)
  }

  async place(): Promise<Change> {
    const first = await this.#run.activities.tryVendor(this.#request())
    const { vendor } = first
    const settled =
      this.#noted(first.outcome) ?? (await this.#otherWays(vendor)) ?? (await this.#rounds(vendor))
    const reference = this.#reference
    const { erpOrderId, found, method, vendorStatus = null } = settled
    return (ticket) => {
      const placed = ticket.purchaseOrderPlaced({
        ...bySystem(),
        reference,
        erpOrderId,
        found,
        order: this.#sent.at(-1) ?? this.#run.data.order,
        // Any try may have brought it there: what was ever sent otherwise is shared once more.
        asItMayBe: sentOtherwise(this.#sent, this.#run.data.order),
        costWon: vendor.costWon,
        ...(method === undefined ? {} : { method }),
      })
      // What was told with the order need not be asked for at once.
      return vendorStatus !== null && isBeforeDeparture(vendorStatus)
        ? placed.vendorReported({ ...byVendor(), status: vendorStatus, departed: false })
        : placed
    }
  }

  #request() {
    const { orderNo, replacedOrders } = this.#run.data
    const replaces = replacedOrders.at(-1)?.reference ?? null
    return { orderNo, reference: this.#reference, order: this.#send(), replaces }
  }

  #send(): OrderFields {
    const { order } = this.#run.data
    this.#sent.push(order)
    return order
  }

  /** What comes after the doors that were tried first. */
  async #otherWays(vendor: ChosenVendor): Promise<Placed | null> {
    const tried = leadingDoors(vendor.methods)
    let asked = tried.length > 0
    for (const method of vendor.methods.slice(tried.length)) {
      const placed = isDoor(method)
        ? await this.#through([method])
        : ((asked ? null : await this.#isThere(vendor)) ?? (await this.#call(vendor)))
      if (placed !== null) return placed
      asked = true
    }
    return null
  }

  /** Until somebody takes the order; ends in an Issue when patience does. */
  async #rounds(vendor: ChosenVendor): Promise<Placed> {
    const { policy } = this.#run.input
    const round = policy.vendorRoundSeconds ?? ROUND_SECONDS
    const endsAt = patienceEndsAt({
      now: Date.now(),
      patienceSeconds: policy.vendorPatienceSeconds ?? PATIENCE_SECONDS,
      roundSeconds: round,
      deliverBy: parseIsoTime(this.#run.data.order.deliver_by ?? ''),
    })
    await this.#tellThatWeWait(endsAt)
    const doors = vendor.methods.filter(isDoor)
    for (let untilCall = ROUNDS_BEFORE_CALL; ; untilCall *= 2) {
      const leftMs = endsAt - Date.now()
      // Calls and texts take their time, too: what is left of a round at the end counts as one.
      const rounds = leftMs / (round * 1000)
      const left = this.#run.isSince(CLEARS_CALLS) ? Math.round(rounds) : Math.floor(rounds)
      if (left < 1 || !this.#mayPass()) this.#giveUp()
      const calls = vendor.methods.includes('phone')
      const attempts = calls ? Math.min(left, untilCall) : left
      await sleep(Math.min(round * 1000, leftMs), { summary: '외주업체 재시도 대기' })
      const placed =
        doors.length === 0
          ? await this.#pause(attempts - 1, round)
          : await this.#through(doors, attempts, round)
      if (placed !== null) return placed
      const called = calls ? await this.#call(vendor) : null
      if (called !== null) return called
    }
  }

  async #pause(rounds: number, roundSeconds: number): Promise<null> {
    if (rounds > 0) await sleep(rounds * roundSeconds * 1000, { summary: '외주업체 재시도 대기' })
    return null
  }

  async #through(
    doors: readonly VendorDoorMethod[],
    attempts = 1,
    pauseSeconds: number = this.#run.input.policy.stepRetrySeconds,
  ): Promise<Placed | null> {
    const { activities } = this.#run
    const request = { ...this.#request(), doors }
    const tried =
      attempts === 1
        ? await activities.tryVendor(request)
        : await activities.keepTryingVendor({ ...request, attempts }, pauseSeconds)
    return this.#noted(tried.outcome)
  }

  /** Before a call: an earlier try may have come through after all. */
  async #isThere(vendor: ChosenVendor): Promise<Placed | null> {
    const doors = vendor.methods.filter(isDoor)
    if (doors.length === 0) return null
    const found = await this.#run.activities.findAtVendor({ reference: this.#reference, doors })
    return found === null || found.status !== 'placed' ? null : found
  }

  /** A call that settled nothing is followed by one that asks what they have. */
  async #call(vendor: ChosenVendor): Promise<Placed | null> {
    const outcome = await this.#callOnce(vendor)
    if (!this.#run.isSince(CLEARS_CALLS) || !isUnclear(outcome)) return this.#afterCall(outcome)
    this.#run.change((ticket) => ticket.purchaseOrderTold())
    await untilClearingCall()
    return (await this.#isThere(vendor)) ?? this.#afterCall(await this.#callOnce(vendor))
  }

  #callOnce(vendor: ChosenVendor): Promise<VendorCallOutcome> {
    this.#send()
    // Of a second wreath the first one has the same names: only the reference tells them apart.
    const byName = this.#mayBeWritten && this.#run.data.replacedOrders.length === 0
    return callVendor(this.#run, vendor, {
      task: { kind: 'place', ...(byName ? { again: true } : {}) },
      reference: this.#reference,
      erpOrderId: null,
    })
  }

  /** A clerk has heard the order, in this step or in one that a person took up again. */
  get #mayBeWritten(): boolean {
    return this.#run.data.purchaseOrderSent?.toldByPhone === true
  }

  #afterCall(outcome: VendorCallOutcome): Placed | null {
    switch (outcome.status) {
      case 'changed':
      case 'cancelled':
      case 'told':
        return null
      default:
        return this.#noted(outcome)
    }
  }

  /** @returns null when this way did not serve. The vendor's no ends the step. */
  #noted(outcome: Outcome): Placed | null {
    switch (outcome.status) {
      case 'placed':
        return outcome
      case 'refused':
        return this.#refused(outcome)
      case 'out':
        this.#failures.push(...outcome.failures)
        if (outcome.stop) this.#giveUp()
        return null
    }
  }

  #refused({ code, reason }: Extract<PlaceResult, { status: 'refused' }>): never {
    const reference = this.#reference
    this.#run.change((ticket) => ticket.purchaseOrderRefused({ ...byVendor(), reference, code, reason }))
    const cause = { code: 'vendor_refused', params: { code, detail: reason } } as const
    return giveUp(`외주업체가 거절했습니다. ${reason} (${code})`, cause, [
      { kind: 'vendor_answer', code, reason },
    ])
  }

  #mayPass(): boolean {
    return latestFailures(this.#failures).some((failure) => failure.mayPass)
  }

  async #tellThatWeWait(endsAt: number): Promise<void> {
    if (!this.#mayPass()) this.#giveUp()
    const methods = latestFailures(this.#failures).map(({ method }) => method)
    this.#run.change((ticket) => ticket.vendorOut({ ...bySystem(), methods, until: koreanIso(endsAt) }))
    this.#run.tellState()
    await this.#run.project()
  }

  #giveUp(): never {
    const text = failureText(this.#failures)
    const params = { detail: text, ways: waysParam(this.#failures) }
    const evidence = failureEvidence(this.#failures)
    if (this.#mayBeWritten) {
      const reason = `외주업체가 전화로 들은 주문을 이미 받아 적었을 수 있습니다. 다시 발주하기 전에 확인해 주세요. ${text}`
      return giveUp(reason, { code: 'vendor_may_have_it', params }, evidence)
    }
    return giveUp(`외주업체에 발주할 수 없습니다. ${text}`, { code: 'vendor_out_of_reach', params }, evidence)
  }
}

/** Anything beyond it is read from the vendor, with its times. */
function isBeforeDeparture(status: string): boolean {
  const stage = vendorStage(status)
  return stage === 'accepted' || stage === 'making'
}

type Placed = Extract<PlaceResult, { status: 'placed' }>
