/** The 20 ms beat for everything that sends or receives RTP in this process. */
import { FRAME_MS } from '../../domain/media-socket.ts'

/** Beats missed beyond this are not made up for: no telephone has room for a longer burst. */
const MAX_CATCH_UP_MS = 400
/** A beat that is so late was not just waited for by others: the process stood still. */
const STOOD_STILL_MS = 100
/** Moments of the 20 ms at which somebody may beat. */
const SLOTS = 10

export interface FrameListener {
  /**
   * One beat of 20 ms.
   * @param skipped beats that were lost before this one because the process stood still for too long.
   */
  beat(nowMs: number, skipped: number): void
  /** After the beat, once packets that were already waiting in the kernel have been read. */
  afterBeat?(nowMs: number): void
}

/** Later than this, media time stands still instead. */
let mostLateMs = Number.POSITIVE_INFINITY
/** What media time has left out so far. */
let stoodStillMs = 0

/** Milliseconds of a clock that never jumps; the time of all media code. */
export const mediaNow = (): number => performance.now() - stoodStillMs

/**
 * From now on media time stands still whenever this process does, and nothing is missed. Right where both ends of every
 * call are in one process, as in tests; a telephone elsewhere would go on meanwhile.
 */
export function standStillWithProcess(): void {
  mostLateMs = STOOD_STILL_MS
}

/** Those who beat together. */
interface Slot {
  readonly listeners: Set<FrameListener>
  nextAtMs: number
}

/**
 * Beats every 20 ms on average whatever the timers do: each wait is computed from the start, so that
 * errors don't add up, and late beats are made up for at once. It runs only while someone listens.
 *
 * Not all beat at the same moment: with two hundred legs the last would be sent when the first ones' packets are there
 * already, and everything that comes in would wait for all of it. They are spread over slots of 2 ms; each listener
 * keeps its own.
 */
export class FrameClock {
  readonly #slots: readonly Slot[] = Array.from({ length: SLOTS }, () => ({
    listeners: new Set<FrameListener>(),
    nextAtMs: 0,
  }))
  readonly #slotOf = new Map<FrameListener, Slot>()
  readonly #maxCatchUpBeats: number
  #timer: NodeJS.Timeout | undefined
  #startedAtMs = 0

  constructor({ maxCatchUpMs = MAX_CATCH_UP_MS }: { readonly maxCatchUpMs?: number } = {}) {
    this.#maxCatchUpBeats = maxCatchUpMs / FRAME_MS
  }

  add(listener: FrameListener): void {
    if (this.#slotOf.has(listener)) return
    const nowMs = mediaNow()
    if (this.#slotOf.size === 0) this.#startedAtMs = nowMs
    const index = this.#emptiest()
    const slot = this.#slots[index] as Slot
    if (slot.listeners.size === 0) {
      const phaseMs = this.#startedAtMs + (index * FRAME_MS) / SLOTS
      slot.nextAtMs = phaseMs + Math.ceil((nowMs - phaseMs + FRAME_MS / 2) / FRAME_MS) * FRAME_MS
    }
    slot.listeners.add(listener)
    this.#slotOf.set(listener, slot)
    this.#arm()
  }

  remove(listener: FrameListener): void {
    this.#slotOf.get(listener)?.listeners.delete(listener)
    this.#slotOf.delete(listener)
    if (this.#slotOf.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  has(listener: FrameListener): boolean {
    return this.#slotOf.has(listener)
  }

  get size(): number {
    return this.#slotOf.size
  }

  #emptiest(): number {
    let best = 0
    for (const [index, { listeners }] of this.#slots.entries())
      if (listeners.size < (this.#slots[best] as Slot).listeners.size) best = index
    return best
  }

  /** Infinity while nobody listens. */
  #nextAtMs(): number {
    let nextAtMs = Number.POSITIVE_INFINITY
    for (const slot of this.#slots)
      if (slot.listeners.size > 0 && slot.nextAtMs < nextAtMs) nextAtMs = slot.nextAtMs
    return nextAtMs
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const nextAtMs = this.#nextAtMs()
    this.#timer =
      nextAtMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => this.#run(), Math.max(0, nextAtMs - mediaNow()))
  }

  #run(): void {
    const lateMs = mediaNow() - this.#nextAtMs()
    if (lateMs > mostLateMs) stoodStillMs += lateMs
    const nowMs = mediaNow()
    for (const slot of this.#slots) {
      if (slot.listeners.size === 0 || nowMs < slot.nextAtMs) continue
      let due = Math.floor((nowMs - slot.nextAtMs) / FRAME_MS) + 1
      const skipped = Math.max(0, due - this.#maxCatchUpBeats)
      slot.nextAtMs += due * FRAME_MS
      due -= skipped
      for (let beat = 0; beat < due; beat++)
        for (const listener of slot.listeners) listener.beat(nowMs, beat === 0 ? skipped : 0)
      // The event loop reads sockets between timers and immediates: only then is it known what has not come.
      setImmediate(() => {
        for (const listener of slot.listeners) listener.afterBeat?.(mediaNow())
      })
    }
    this.#arm()
  }
}

/** The process's clock. */
export const frameClock = new FrameClock()
