/**
 * Records a leg: both sides, encrypted, a second at a time (domain/recording-file.ts), so that a crash loses the last
 * second and never the file. A pause leaves neither side on the disk.
 */
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SILENCE } from '../../domain/g711.ts'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { CHUNK_SAMPLES, newRecordingKey, type RecordingKey, sealChunk } from '../../domain/recording-file.ts'

/** Our side is sent by the clock and theirs arrives in bursts: more apart than this, the shorter is filled up. */
const MAX_SKEW = 2_000 * SAMPLES_PER_MS
/** What was said before the end of a pause and is still on its way belongs to the pause. */
const PAUSE_TAIL = 200 * SAMPLES_PER_MS

/** One side: codes waiting to be written, and how far it has come. Copied, so that no packet lives for a second. */
class Channel {
  edge = 0
  #codes = new Uint8Array(2 * CHUNK_SAMPLES)
  #length = 0

  append(codes: Uint8Array): void {
    this.#reserve(codes.length).set(codes)
  }

  fill(code: number, samples: number): void {
    this.#reserve(samples).fill(code)
  }

  /** Takes the oldest `count` codes; there are as many. */
  take(count: number): Uint8Array {
    const taken = this.#codes.slice(0, count)
    this.#codes.copyWithin(0, count, this.#length)
    this.#length -= count
    return taken
  }

  clear(): void {
    this.#codes = new Uint8Array(0)
    this.#length = 0
  }

  #reserve(samples: number): Uint8Array {
    const end = this.#length + samples
    if (end > this.#codes.length) {
      const more = new Uint8Array(2 * end)
      more.set(this.#codes.subarray(0, this.#length))
      this.#codes = more
    }
    const room = this.#codes.subarray(this.#length, end)
    this.#length = end
    this.edge += samples
    return room
  }
}

interface Pause {
  readonly from: number
  /** Infinity while it lasts. */
  to: number
}

/** What a leg needs of its recorder. */
export type LegRecorder = Pick<
  CallRecorder,
  'caller' | 'ours' | 'pause' | 'resume' | 'paused' | 'leavesOut' | 'pauses' | 'spans' | 'intact' | 'close'
>

/** Of a leg that is not recorded. */
export const NO_RECORDER: LegRecorder = {
  caller() {},
  ours() {},
  pause() {},
  resume() {},
  paused: false,
  leavesOut: false,
  pauses: [],
  spans: [],
  intact: false,
  close: async () => {},
}

export class CallRecorder {
  readonly #path: string
  readonly #codec: Codec
  readonly #key: RecordingKey
  readonly #onError: (error: unknown) => void
  readonly #caller = new Channel()
  readonly #ours = new Channel()
  readonly #silent: Uint8Array
  readonly #pauses: Pause[] = []
  #written = 0
  #chunks = 0
  #bytes = 0
  #file: Awaited<ReturnType<typeof open>> | undefined
  #work: Promise<void>
  #failed = false

  /**
   * @param dataKey 64 hexadecimal digits.
   * @param onError is called once; the call goes on without a recording.
   */
  constructor(path: string, codec: Codec, dataKey: string, onError: (error: unknown) => void) {
    this.#path = path
    this.#codec = codec
    this.#key = newRecordingKey(codec, dataKey)
    this.#onError = onError
    this.#silent = new Uint8Array(FRAME_SAMPLES).fill(SILENCE[codec])
    this.#work = Promise.resolve()
    this.#queue(async () => {
      await mkdir(dirname(path), { recursive: true })
      this.#file = await open(path, 'w')
    })
    this.#write(this.#key.header)
  }

  get path(): string {
    return this.#path
  }

  /** False once writing has failed. */
  get intact(): boolean {
    return !this.#failed
  }

  get paused(): boolean {
    return this.#pauses.at(-1)?.to === Number.POSITIVE_INFINITY
  }

  /** What is said now is left out: the recording is paused, or was until a moment ago. */
  get leavesOut(): boolean {
    const pause = this.#pauses.at(-1)
    return pause !== undefined && Math.min(this.#caller.edge, this.#ours.edge) < pause.to
  }

  /** What is left out, in ms since the answer, as far as it is known now. */
  get spans(): readonly { readonly fromMs: number; readonly toMs: number | null }[] {
    return this.#pauses.map(({ from, to }) => ({
      fromMs: from / SAMPLES_PER_MS,
      toMs: Number.isFinite(to) ? to / SAMPLES_PER_MS : null,
    }))
  }

  /** What was left out, in ms since the answer; the last one ends with the recording while it lasts. */
  get pauses(): readonly { readonly fromMs: number; readonly toMs: number }[] {
    const end = Math.max(this.#caller.edge, this.#ours.edge)
    return this.#pauses.map(({ from, to }) => ({
      fromMs: from / SAMPLES_PER_MS,
      toMs: Math.min(to, end) / SAMPLES_PER_MS,
    }))
  }

  /** From now on neither side is recorded (a card number is told): the file has silence, and a mark, for as long. */
  pause(): void {
    if (this.paused) return
    const from = Math.min(this.#caller.edge, this.#ours.edge)
    this.#pauses.push({ from: from - (from % FRAME_SAMPLES), to: Number.POSITIVE_INFINITY })
  }

  resume(): void {
    const pause = this.#pauses.at(-1)
    if (pause === undefined || !this.paused) return
    const to = Math.max(this.#caller.edge, this.#ours.edge) + PAUSE_TAIL
    pause.to = Math.ceil(to / FRAME_SAMPLES) * FRAME_SAMPLES
  }

  caller(frame: Uint8Array): void {
    this.#push(this.#caller, frame)
  }

  /** @param frame undefined: silence. @param cursor aligns our side where beats were lost. */
  ours(frame: Uint8Array | undefined, cursor: number): void {
    const behind = cursor - this.#ours.edge
    if (behind > MAX_SKEW / 4) this.#push(this.#ours, new Uint8Array(behind).fill(SILENCE[this.#codec]))
    this.#push(this.#ours, frame ?? this.#silent)
  }

  /** Writes what is left and closes; never rejects. */
  close(): Promise<void> {
    this.#level(Math.max(this.#caller.edge, this.#ours.edge))
    while (this.#common > 0) this.#flush(Math.min(CHUNK_SAMPLES, this.#common))
    this.#caller.clear()
    this.#ours.clear()
    this.#queue(async () => this.#file?.close())
    return this.#work
  }

  /** Samples that both sides have and that are not written. */
  get #common(): number {
    return Math.min(this.#caller.edge, this.#ours.edge) - this.#written
  }

  #push(channel: Channel, codes: Uint8Array): void {
    if (this.#failed) return
    channel.append(codes)
    const ahead = Math.max(this.#caller.edge, this.#ours.edge)
    const common = Math.min(this.#caller.edge, this.#ours.edge)
    if (ahead - common > MAX_SKEW) this.#level(ahead - MAX_SKEW / 2)
    while (this.#common >= CHUNK_SAMPLES) this.#flush(CHUNK_SAMPLES)
  }

  /** Fills both sides up with silence to `edge`. */
  #level(edge: number): void {
    for (const channel of [this.#caller, this.#ours])
      if (channel.edge < edge) channel.fill(SILENCE[this.#codec], edge - channel.edge)
  }

  #flush(samples: number): void {
    const caller = this.#caller.take(samples)
    const ours = this.#ours.take(samples)
    const paused = Array.from({ length: Math.ceil(samples / FRAME_SAMPLES) }, (_, frame) => {
      const at = this.#written + frame * FRAME_SAMPLES
      return this.#pauses.some(({ from, to }) => at >= from && at < to)
    })
    for (const [frame, isPaused] of paused.entries()) {
      if (!isPaused) continue
      const end = (frame + 1) * FRAME_SAMPLES
      caller.fill(SILENCE[this.#codec], frame * FRAME_SAMPLES, end)
      ours.fill(SILENCE[this.#codec], frame * FRAME_SAMPLES, end)
    }
    this.#written += samples
    this.#write(sealChunk(this.#key, this.#chunks++, { caller, ours, paused }))
  }

  #write(data: Buffer): void {
    const position = this.#bytes
    this.#bytes += data.length
    this.#queue(async () => {
      await this.#file?.write(data, 0, data.length, position)
    })
  }

  #queue(step: () => Promise<unknown>): void {
    this.#work = this.#work.then(async () => {
      if (this.#failed) return
      try {
        await step()
      } catch (error) {
        this.#failed = true
        this.#caller.clear()
        this.#ours.clear()
        this.#onError(error)
      }
    })
  }
}
