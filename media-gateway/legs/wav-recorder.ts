/**
 * The recording of a leg: stereo WAV, left the caller, right what we said. Written as the call goes on with a
 * header that is right every second, so that a crash loses a second and never the file. 16-bit PCM and not
 * G.711 in WAV, which not every browser plays.
 */
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { decodeG711 } from '../rtp/index.ts'

const HEADER_BYTES = 44
const BYTES_PER_SAMPLE = 4
const FLUSH_SAMPLES = 1_000 * SAMPLES_PER_MS
/** Our side is sent by the clock and theirs arrives in bursts: more apart than this, the shorter is filled up. */
const MAX_SKEW = 2_000 * SAMPLES_PER_MS

/** A canonical 44-byte header for 16-bit stereo at 8 kHz. */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0, 'ascii')
  header.writeUInt32LE(36 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'ascii')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20) // PCM
  header.writeUInt16LE(2, 22) // channels
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000 * BYTES_PER_SAMPLE, 28)
  header.writeUInt16LE(BYTES_PER_SAMPLE, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'ascii')
  header.writeUInt32LE(dataBytes, 40)
  return header
}

/** One side: samples waiting to be written, and how far it has come. */
interface Channel {
  frames: Int16Array[]
  edge: number
}

export class WavRecorder {
  readonly #path: string
  readonly #codec: Codec
  readonly #onError: (error: unknown) => void
  readonly #caller: Channel = { frames: [], edge: 0 }
  readonly #ours: Channel = { frames: [], edge: 0 }
  #written = 0
  #file: Awaited<ReturnType<typeof open>> | undefined
  #work: Promise<void>
  #failed = false

  /** @param onError is called once; the call goes on without a recording. */
  constructor(path: string, codec: Codec, onError: (error: unknown) => void) {
    this.#path = path
    this.#codec = codec
    this.#onError = onError
    this.#work = Promise.resolve()
    this.#queue(async () => {
      await mkdir(dirname(path), { recursive: true })
      this.#file = await open(path, 'w')
      await this.#file.write(wavHeader(0), 0, HEADER_BYTES, 0)
    })
  }

  get path(): string {
    return this.#path
  }

  /** False once writing has failed. */
  get intact(): boolean {
    return !this.#failed
  }

  caller(frame: Uint8Array): void {
    this.#push(this.#caller, decodeG711(this.#codec, frame))
  }

  /** @param frame undefined: silence. @param cursor aligns our side where beats were lost. */
  ours(frame: Uint8Array | undefined, cursor: number): void {
    const behind = cursor - this.#ours.edge
    if (behind > MAX_SKEW / 4) this.#push(this.#ours, new Int16Array(behind))
    this.#push(
      this.#ours,
      frame === undefined ? new Int16Array(FRAME_SAMPLES) : decodeG711(this.#codec, frame),
    )
  }

  /** Writes what is left and closes; never rejects. */
  close(): Promise<void> {
    this.#level(Math.max(this.#caller.edge, this.#ours.edge))
    this.#flush()
    this.#queue(async () => this.#file?.close())
    return this.#work
  }

  #push(channel: Channel, samples: Int16Array): void {
    if (this.#failed) return
    channel.frames.push(samples)
    channel.edge += samples.length
    const ahead = Math.max(this.#caller.edge, this.#ours.edge)
    const common = Math.min(this.#caller.edge, this.#ours.edge)
    if (ahead - common > MAX_SKEW) this.#level(ahead - MAX_SKEW / 2)
    if (Math.min(this.#caller.edge, this.#ours.edge) - this.#written >= FLUSH_SAMPLES) this.#flush()
  }

  /** Fills both sides up with silence to `edge`. */
  #level(edge: number): void {
    for (const channel of [this.#caller, this.#ours]) {
      if (channel.edge >= edge) continue
      channel.frames.push(new Int16Array(edge - channel.edge))
      channel.edge = edge
    }
  }

  #flush(): void {
    const samples = Math.min(this.#caller.edge, this.#ours.edge) - this.#written
    if (samples <= 0) return
    const data = Buffer.allocUnsafe(samples * BYTES_PER_SAMPLE)
    interleave(data, 0, take(this.#caller, samples))
    interleave(data, 2, take(this.#ours, samples))
    const position = HEADER_BYTES + this.#written * BYTES_PER_SAMPLE
    this.#written += samples
    const total = this.#written * BYTES_PER_SAMPLE
    this.#queue(async () => {
      await this.#file?.write(data, 0, data.length, position)
      await this.#file?.write(wavHeader(total), 0, HEADER_BYTES, 0)
    })
  }

  #queue(step: () => Promise<unknown>): void {
    this.#work = this.#work.then(async () => {
      if (this.#failed) return
      try {
        await step()
      } catch (error) {
        this.#failed = true
        this.#onError(error)
      }
    })
  }
}

/** Takes the first `count` samples of a channel that has at least as many. */
function take(channel: Channel, count: number): Int16Array {
  const samples = new Int16Array(count)
  let filled = 0
  while (filled < count) {
    const frame = channel.frames[0]
    if (frame === undefined) break
    const part = frame.subarray(0, count - filled)
    samples.set(part, filled)
    filled += part.length
    if (part.length === frame.length) channel.frames.shift()
    else channel.frames[0] = frame.subarray(part.length)
  }
  return samples
}

function interleave(data: Buffer, offset: number, samples: Int16Array): void {
  for (const [index, sample] of samples.entries())
    data.writeInt16LE(sample, index * BYTES_PER_SAMPLE + offset)
}
