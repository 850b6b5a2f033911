/**
 * A process whose thread does not come back (an endless loop, a regular expression gone wild) still holds its
 * connections, and Temporal still hands it work: every call it serves falls silent. So it is ended, and begins anew.
 */
import { url as inspectorUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'

/** What the main thread and the thread that watches it share. */
export interface Watched {
  /** Counted up by the main thread once in `beatMs`. */
  readonly beats: Int32Array
  readonly beatMs: number
  /** So many beats in a row may be missed. */
  readonly maxMissed: number
}

const BEAT_MS = 1_000
/** Far above what a busy machine or a collection of garbage takes; callers give up after about as long. */
const MAX_MISSED = 10

/**
 * Watches the thread that calls it, from a thread of its own; ends the process with SIGKILL where it stands still.
 * Time is counted in beats of the watching thread: where the whole machine stood still, nobody is to blame.
 */
export function watchThisThread(options: Partial<Omit<Watched, 'beats'>> = {}): void {
  // Who halts at a breakpoint stands still on purpose.
  if (inspectorUrl() !== undefined) return
  const { beatMs = BEAT_MS, maxMissed = MAX_MISSED } = options
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const workerData: Watched = { beats, beatMs, maxMissed }
  setInterval(() => Atomics.add(beats, 0, 1), beatMs).unref()
  new Worker(new URL('./watchdog-thread.ts', import.meta.url), { workerData }).unref()
}
