/** A vendor with three ways in and one order book, in which each way may be out for a while. */
import { Context } from '@temporalio/activity'
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type {
  PlaceResult,
  TryVendorInput,
  VendorActivities,
  VendorCallInput,
  VendorCallOutcome,
  VendorOut,
} from '../../activities/activity-types.ts'
import type { OrderFields } from '../../domain/order.ts'
import type { OutboundCallInput, OutboundCallResult, VendorOrderState } from '../../domain/outbound-call.ts'
import {
  type ChosenVendor,
  isDoor,
  leadingDoors,
  UNCLEAR_CALL,
  type VendorDoorMethod,
  type VendorFailure,
  type VendorMethod,
} from '../../domain/vendor.ts'
import { deliveryReport } from './ticket-outside.ts'

/** What one try meets. `lost`: the order is taken, but the answer gets lost. */
export type Way = 'open' | 'out' | 'lost' | 'broken' | 'refused'

export class VendorWorld {
  readonly vendor: ChosenVendor
  /** What the vendor has, by reference; a second order of one reference would be a second entry. */
  readonly book: { readonly reference: string; readonly order: OrderFields; readonly by: VendorMethod }[] = []
  readonly tries: VendorMethod[] = []
  readonly calls: OutboundCallInput[] = []
  /** What a clerk says of how far the order is, call after call; null: nothing clear. The last one stays. */
  #words: (VendorOrderState | null)[] = ['접수']
  /** The weather of each try of a way, one after the other; the last one stays. */
  readonly #weather: Record<VendorMethod, Way[]>

  constructor(methods: readonly VendorMethod[], weather: Partial<Record<VendorMethod, readonly Way[]>> = {}) {
    this.vendor = { id: 1, name: '화환 외주업체', methods, phone: '0311112222', costWon: 41_000 }
    this.#weather = {
      api: [...(weather.api ?? ['open'])],
      browser: [...(weather.browser ?? ['open'])],
      phone: [...(weather.phone ?? ['open'])],
    }
  }

  /** From now on. */
  tells(...words: (VendorOrderState | null)[]): void {
    this.#words = words
  }

  /** From now on. */
  becomes(method: VendorMethod, ...ways: Way[]): void {
    this.#weather[method] = ways
  }

  activities(): Pick<VendorActivities, 'chooseVendor' | 'tryVendor' | 'findAtVendor' | 'recordVendorCall'> &
    Partial<Pick<VendorActivities, 'followDelivery'>> & {
      placeCall(input: OutboundCallInput): Promise<OutboundCallResult>
    } {
    const hasDoor = this.vendor.methods.some(isDoor)
    return {
      ...(hasDoor ? {} : { followDelivery: async () => ({ askByPhone: this.vendor }) }),
      chooseVendor: async () => this.vendor,
      tryVendor: async (input) => {
        const outcome = this.#through(input.doors ?? leadingDoors(this.vendor.methods), input)
        const mayPass = outcome.status === 'out' && outcome.failures.some((failure) => failure.mayPass)
        if (!mayPass || Context.current().info.attempt >= input.attempts)
          return { vendor: this.vendor, outcome }
        throw ApplicationFailure.create({
          message: 'still out',
          category: ApplicationFailureCategory.BENIGN,
        })
      },
      findAtVendor: async ({ reference, doors }) => {
        if (!doors.some((method) => this.#weather[method][0] === 'open')) return null
        return this.#find(reference) === undefined ? { status: 'none' } : placed(true)
      },
      recordVendorCall: async (input) => this.#recordCall(input),
      placeCall: async (input) => this.#answer(input),
    }
  }

  #through(doors: readonly VendorDoorMethod[], input: TryVendorInput): PlaceResult | VendorOut {
    const failures: VendorFailure[] = []
    for (const method of doors) {
      const way = this.#next(method)
      if (way === 'open' || way === 'lost') {
        if (this.#find(input.reference) !== undefined && way === 'open') return placed(true)
        this.#take(method, input.reference, input.order)
        if (way === 'open') return placed(false, method)
      }
      if (way === 'refused') return { status: 'refused', code: 'HALL_NOT_SERVED', reason: '배송 불가' }
      failures.push({
        method,
        code: way.toUpperCase(),
        reason: `${method} is ${way}`,
        mayPass: way !== 'broken',
        pictures: way === 'broken' ? ['page.png'] : [],
      })
    }
    return { status: 'out', failures, stop: false }
  }

  /** The clerk is asked for the reference first. */
  #answer(input: OutboundCallInput): OutboundCallResult {
    this.calls.push(input)
    if (input.flow !== 'vendor_order') throw new Error('only the vendor is called')
    const { reference, order, task } = input.brief
    const way = this.#next('phone')
    if (way === 'out' || way === 'broken') return { outcome: 'no_answer', answered: false, result: null }
    if (task.kind === 'status') return this.#tell()
    const result = { erpOrderId: 'ERP-1', vendorStatus: null, words: '네' }
    if (task.kind !== 'place') {
      // The line broke before anything was said to it.
      if (way === 'lost') return { outcome: 'completed_by_remote', answered: true, result: null }
      return over({ ...result, status: task.kind === 'edit' ? 'changed' : 'cancelled', found: false })
    }
    if (way === 'refused') return over({ ...result, status: 'refused', found: false, erpOrderId: null })
    const found = this.#find(reference) !== undefined
    if (!found) this.#take('phone', reference, order)
    // The line broke after the clerk had written it down.
    if (way === 'lost') return { outcome: 'completed_by_remote', answered: true, result: null }
    return over({ ...result, status: 'placed', found })
  }

  #tell(): OutboundCallResult {
    const [vendorStatus = null, ...later] = this.#words
    if (later.length > 0) this.#words = later
    const status = vendorStatus === null ? 'unclear' : 'told'
    return over({ status, found: false, erpOrderId: null, vendorStatus, words: '네' })
  }

  #recordCall({ call }: VendorCallInput): VendorCallOutcome {
    const { status, vendorStatus } = call.result ?? {}
    if (status === 'changed' || status === 'cancelled') return { status }
    if (status === 'told' && vendorStatus != null)
      return { status, report: deliveryReport(vendorStatus, null) }
    if (call.result?.status === 'placed') return placed(call.result.found, 'phone')
    if (call.result?.status === 'refused')
      return { status: 'refused', code: 'REFUSED_BY_PHONE', reason: '거절' }
    const failure = {
      method: 'phone',
      ...(call.answered
        ? { code: UNCLEAR_CALL, reason: 'unclear' }
        : { code: 'NO_ANSWER', reason: 'nobody' }),
      mayPass: true,
      pictures: [],
    } as const
    return { status: 'out', failures: [failure], stop: false }
  }

  #find(reference: string) {
    return this.book.find((entry) => entry.reference === reference)
  }

  /** What is there is answered with what is there, as the vendor's own system does. */
  #take(by: VendorMethod, reference: string, order: OrderFields): void {
    if (by !== 'phone' && this.#find(reference) !== undefined) return
    this.book.push({ reference, order, by })
  }

  #next(method: VendorMethod): Way {
    this.tries.push(method)
    const [way = 'open', ...later] = this.#weather[method]
    if (later.length > 0) this.#weather[method] = later
    return way
  }
}

const placed = (found: boolean, method?: VendorMethod): PlaceResult => ({
  status: 'placed',
  erpOrderId: 'ERP-1',
  found,
  ...(found || method === undefined ? {} : { method }),
})

const over = (result: OutboundCallResult['result']): OutboundCallResult => ({
  outcome: 'completed_by_us',
  answered: true,
  result,
})
