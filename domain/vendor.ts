/** Vendors: who makes and delivers, how they are reached, and what became of each try to reach them. */
import type { IssueEvidence } from './ticket-states.ts'
import { VENDOR_METHODS, type VendorMethod } from './vendor-method.ts'

export { VENDOR_METHODS, type VendorMethod }
/** What works without a person at the other end. */
export type VendorDoorMethod = Exclude<VendorMethod, 'phone'>

/** The vendor of an order, as it was chosen for one try. */
export interface ChosenVendor {
  readonly id: number
  readonly name: string
  /** In order of preference; never empty. */
  readonly methods: readonly VendorMethod[]
  /** National digits; null: this vendor takes no calls. */
  readonly phone: string | null
  /** Won for one wreath. */
  readonly costWon: number
}

/** A try that did not get through. */
export interface VendorFailure {
  readonly method: VendorMethod
  readonly code: string
  /** For the person who decides; without personal data. */
  readonly reason: string
  /** It may work later; false: something must be mended first. */
  readonly mayPass: boolean
  /** Pictures in the file store. */
  readonly pictures: readonly string[]
  /** The call in which it happened. */
  readonly callId?: string
}

/** What proves how an order came to the vendor: a picture of their page, or the call. */
export type PurchaseOrderEvidence =
  | { readonly kind: 'picture'; readonly key: string }
  | { readonly kind: 'call'; readonly callId: string }

/** Code of a failure: somebody answered the phone, and nothing is certain. */
export const UNCLEAR_CALL = 'UNCLEAR'

export const METHOD_NAMES: Readonly<Record<VendorMethod, string>> = {
  api: '외주업체 API',
  browser: '외주업체 웹 화면',
  phone: '외주업체 전화',
}

export const isDoor = (method: VendorMethod): method is VendorDoorMethod => method !== 'phone'

/** The doors that a vendor prefers to a call: those are tried before anybody is disturbed. */
export function leadingDoors(methods: readonly VendorMethod[]): readonly VendorDoorMethod[] {
  const call = methods.indexOf('phone')
  return (call < 0 ? methods : methods.slice(0, call)).filter(isDoor)
}

/** Each method once, however often it was tried: its latest failure counts. */
export function latestFailures(failures: readonly VendorFailure[]): readonly VendorFailure[] {
  const latest = new Map(failures.map((failure) => [failure.method, failure]))
  return [...latest.values()]
}

/** "외주업체 API: 응답 없음 / 외주업체 전화: 받지 않음". */
export function failureText(failures: readonly VendorFailure[]): string {
  return latestFailures(failures)
    .map(({ method, reason }) => `${METHOD_NAMES[method]}: ${reason}`)
    .join(' / ')
}

/** The same for readers of every language: a parameter of the cause `vendor_out_of_reach`. */
export function waysParam(failures: readonly VendorFailure[]): string {
  return latestFailures(failures)
    .map(({ method, code }) => `${method}:${code}`)
    .join(' ')
}

/** What a person sees of the tries: each answer, and every picture that was taken. */
export function failureEvidence(failures: readonly VendorFailure[]): IssueEvidence[] {
  return latestFailures(failures).flatMap(({ method, code, reason, pictures }): IssueEvidence[] => [
    { kind: 'vendor_answer', method, code, reason },
    ...pictures.map((key): IssueEvidence => ({ kind: 'file', label: METHOD_NAMES[method], method, key })),
  ])
}

const HOUR_MS = 3_600_000
/** Making and driving take this long: a vendor who is reached later is of no use. */
const LEAD_MS = 3 * HOUR_MS

/**
 * Until when the vendor is tried again and again, ms since the epoch. An order that is wanted soon gives up
 * soon, so that a person has time left; but never before one more round.
 * @param deliverBy ms since the epoch; null when it is not known.
 */
export function patienceEndsAt(input: {
  readonly now: number
  readonly patienceSeconds: number
  readonly roundSeconds: number
  readonly deliverBy: number | null
}): number {
  const { now, patienceSeconds, roundSeconds, deliverBy } = input
  const patient = now + patienceSeconds * 1000
  const timely = deliverBy === null ? patient : deliverBy - LEAD_MS
  return Math.max(now + roundSeconds * 1000, Math.min(patient, timely))
}
