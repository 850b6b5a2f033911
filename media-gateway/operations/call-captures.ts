/**
 * Packets of calls that somebody has asked for: every leg of such a call that is on this host. What is said is kept only while a leg
 * of the call is recorded here, and not while that recording is paused; without one there are headers only.
 */
import type { Logger } from 'pino'
import type { CallId, LegId } from '../../domain/ids.ts'
import { captureFile } from '../../domain/packet-capture.ts'
import { type LegRecorder, NO_RECORDER } from '../legs/call-recorder.ts'
import type { CapturedLeg, LegCaptures } from '../legs/leg-host.ts'
import type { LegMedia } from '../legs/leg-media.ts'
import type { LegRegistry } from '../legs/leg-registry.ts'
import { PacketCapture } from '../legs/packet-capture.ts'

export interface CallCapturesOptions {
  /** Data folder. */
  readonly folder: string
  /** 64 hexadecimal digits. */
  readonly dataKey: string
  readonly legs: Pick<LegRegistry, 'all'>
  readonly logger: Logger
}

/** How it is now. */
export interface CaptureState {
  /** Legs of the call on this host, whether captured or not. */
  readonly legs: number
  readonly isRunning: boolean
  readonly withSound: boolean
  readonly packets: number
}

interface Call {
  readonly withSound: boolean
  readonly recorders: Map<LegId, LegRecorder>
  readonly captures: Map<LegId, PacketCapture>
  isStopped: boolean
}

export class CallCaptures implements LegCaptures {
  readonly #options: CallCapturesOptions
  /** Until its last leg here is over. */
  readonly #calls = new Map<CallId, Call>()

  constructor(options: CallCapturesOptions) {
    this.#options = options
  }

  /** Calls that are captured. */
  get size(): number {
    return this.#calls.size
  }

  /** Once for a call: what was begun goes on as it was asked for, and what was ended stays so. Without legs here it is nothing. */
  start(callId: CallId, withSound: boolean): void {
    if (this.#calls.has(callId)) return
    const legs = this.#options.legs.all().filter((leg) => leg.callId === callId)
    if (legs.length === 0) return
    this.#calls.set(callId, { withSound, recorders: new Map(), captures: new Map(), isStopped: false })
    // All recorders are known before the first packet comes: none is in this very moment.
    for (const leg of legs) if (leg.media !== undefined) this.began(leg, leg.media)
    this.#options.logger.info({ callId, withSound }, 'the packets of a call are captured')
  }

  stop(callId: CallId): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.isStopped = true
    for (const leg of this.#options.legs.all()) if (leg.callId === callId) leg.media?.watch(undefined)
    for (const capture of call.captures.values()) void capture.close()
  }

  state(callId: CallId): CaptureState {
    const call = this.#calls.get(callId)
    const captures = [...(call?.captures.values() ?? [])]
    return {
      legs: this.#options.legs.all().filter((leg) => leg.callId === callId).length,
      // Legs that ring have no packets yet.
      isRunning:
        call !== undefined &&
        !call.isStopped &&
        (captures.length === 0 || captures.some(({ isStopped }) => !isStopped)),
      withSound: call?.withSound ?? false,
      packets: captures.reduce((sum, { packets }) => sum + packets, 0),
    }
  }

  began({ callId, legId }: CapturedLeg, media: LegMedia): void {
    const call = this.#calls.get(callId)
    if (call === undefined || call.isStopped) return
    if (media.recorder !== NO_RECORDER) call.recorders.set(legId, media.recorder)
    const capture = new PacketCapture({
      folder: this.#options.folder,
      name: captureFile(callId, legId),
      dataKey: this.#options.dataKey,
      withSound: call.withSound,
      leavesOut: () => leavesOut(call),
      onError: (error) => this.#options.logger.error({ err: error, legId }, 'a capture could not be written'),
    })
    call.captures.set(legId, capture)
    media.watch((packet) => capture.take(packet))
  }

  async ended({ callId, legId }: CapturedLeg): Promise<void> {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    const capture = call.captures.get(legId)
    await capture?.close()
    call.recorders.delete(legId)
    const others = this.#options.legs.all().some((leg) => leg.callId === callId && leg.legId !== legId)
    if (!others) this.#calls.delete(callId)
  }
}

function leavesOut({ recorders }: Call): boolean {
  if (recorders.size === 0) return true
  for (const recorder of recorders.values()) if (recorder.leavesOut) return true
  return false
}
