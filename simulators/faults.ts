/**
 * Faults of the outside world: what a service has been told to do wrong, and how often.
 * A service asks its registry at each operation, naming the kinds of fault it can act out there.
 */
import { z } from 'zod'

const FAULT_SERVICES = [
  'claude',
  'speech',
  'sms',
  'kakao',
  'payments',
  'bank',
  'vendor_erp',
  'telephone',
] as const
export type FaultService = (typeof FAULT_SERVICES)[number]

/**
 * `refuse`: an error answer. `slow`: the work is done, the answer comes late. `double`: what is sent goes
 * out twice. `reorder`: what is sent waits until the next thing has gone out. `drop`: the work is done, but
 * the answer (or what was to be sent) never arrives. `noise`: a telephone line hisses and hums.
 */
const FAULT_KINDS = ['refuse', 'slow', 'double', 'reorder', 'drop', 'noise'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Body of `POST /world/api/faults`. */
export const faultRequestSchema = z.strictObject({
  service: z.enum(FAULT_SERVICES),
  kind: z.enum(FAULT_KINDS),
  /** Absent: every operation of the service. */
  operation: z.string().min(1).optional(),
  /** How often it strikes; absent: until it is removed. */
  times: z.number().int().positive().optional(),
  /** Of `slow`. */
  delay_ms: z.number().int().min(0).optional(),
  /** HTTP status (or SIP code) of `refuse`; absent: the service's usual one. */
  status: z.number().int().min(300).max(699).optional(),
  /** Header `retry-after` of a `refuse` by HTTP 429 or 5xx. */
  retry_after_seconds: z.number().int().min(0).optional(),
  /** Of `drop` on a WebSocket: the code it is closed with (RFC 6455, 7.4); absent: the connection just ends. */
  close_code: z.number().int().min(1000).max(4999).optional(),
})
export type FaultRequest = z.infer<typeof faultRequestSchema>

/** A fault that is switched on. `taken` counts how often it struck. */
export type Fault = FaultRequest & { readonly id: string; readonly taken: number }

/** Delay of a `slow` fault that names none: longer than the time limits of the clients. */
export const DEFAULT_SLOW_MS = 15_000

/** All faults of one world. The first one that fits strikes. */
export class FaultRegistry {
  #faults: Fault[] = []
  #count = 0
  readonly #listeners = new Set<() => void>()

  add(request: FaultRequest): Fault {
    this.#count += 1
    const fault: Fault = { ...request, id: `fault-${this.#count}`, taken: 0 }
    this.#faults.push(fault)
    this.#changed()
    return fault
  }

  list(): readonly Fault[] {
    return this.#faults
  }

  /** Removes one fault, or all when no id is given. @returns whether anything was removed. */
  remove(id?: string): boolean {
    const before = this.#faults.length
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id)
    if (this.#faults.length === before) return false
    this.#changed()
    return true
  }

  /**
   * The fault that strikes now, counted as used; undefined when all goes well.
   * @param operation its name, or several names of one (the second tells e.g. the model or region).
   * @param kinds what the caller can act out here; a fault of another kind is left for another operation.
   */
  take(
    service: FaultService,
    operation: string | readonly string[],
    kinds: readonly FaultKind[] = FAULT_KINDS,
  ): Fault | undefined {
    const names = typeof operation === 'string' ? [operation] : operation
    const index = this.#faults.findIndex(
      (fault) =>
        fault.service === service &&
        (fault.operation === undefined || names.includes(fault.operation)) &&
        kinds.includes(fault.kind),
    )
    const fault = this.#faults[index]
    if (fault === undefined) return undefined
    const struck: Fault = { ...fault, taken: fault.taken + 1 }
    if (struck.times !== undefined && struck.taken >= struck.times) this.#faults.splice(index, 1)
    else this.#faults[index] = struck
    this.#changed()
    return struck
  }

  /** Told after each change. @returns the way to be told no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The registry of this process: a world of its own. */
export const worldFaults = new FaultRegistry()
