/** The one 20 ms beat for everything that sends or receives RTP in this process. */
import { FRAME_MS } from '../../domain/media-socket.ts'

/** Beats missed beyond this are not made up for: no telephone has room for a longer burst. */
const MAX_CATCH_UP_MS = 400

export interface FrameListener {
  /**
   * One beat of 20 ms.
   * @param skipped beats that were lost before this one because the process stood still for too long.
   */
  beat(nowMs: number, skipped: number): void
  /** After the beat, once packets that were already waiting in the kernel have been read. */
  afterBeat?(nowMs: number): void
}

/** Milliseconds of a clock that never jumps; the time of all media code. */
export const mediaNow = (): number => performance.now()

/**
 * Beats every 20 ms on average whatever the timers do: each wait is computed from the start, so that
 * errors don't add up, and late beats are made up for at once. It runs only while someone listens.
 */
export class FrameClock {
  readonly #listeners = new Set<FrameListener>()
  readonly #maxCatchUpBeats: number
  #timer: NodeJS.Timeout | undefined
  #nextAtMs = 0

  constructor({ maxCatchUpMs = MAX_CATCH_UP_MS }: { readonly maxCatchUpMs?: number } = {}) {
    this.#maxCatchUpBeats = maxCatchUpMs / FRAME_MS
  }

  add(listener: FrameListener): void {
    this.#listeners.add(listener)
    if (this.#timer !== undefined) return
    this.#nextAtMs = mediaNow() + FRAME_MS
    this.#arm()
  }

  remove(listener: FrameListener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  has(listener: FrameListener): boolean {
    return this.#listeners.has(listener)
  }

  get size(): number {
    return this.#listeners.size
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#run(), Math.max(0, this.#nextAtMs - mediaNow()))
  }

  #run(): void {
    const nowMs = mediaNow()
    let due = Math.floor((nowMs - this.#nextAtMs) / FRAME_MS) + 1
    const skipped = Math.max(0, due - this.#maxCatchUpBeats)
    this.#nextAtMs += Math.max(0, due) * FRAME_MS
    due -= skipped
    for (let beat = 0; beat < due; beat++) {
      for (const listener of this.#listeners) listener.beat(nowMs, beat === 0 ? skipped : 0)
    }
    // The event loop reads sockets between timers and immediates: only then is it known what has not come.
    setImmediate(() => {
      for (const listener of this.#listeners) listener.afterBeat?.(mediaNow())
    })
    if (this.#listeners.size > 0) this.#arm()
    else this.#timer = undefined
  }
}

/** The process's clock. */
export const frameClock = new FrameClock()
