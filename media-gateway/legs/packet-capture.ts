/**
 * RTP and RTCP of one leg on their way to a sealed file, once somebody has asked for them. Written after a moment, so that a pause
 * of the recording takes along what was on its way when it began; what is dialled is never kept.
 */
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type CapturedPacket,
  type CaptureKey,
  MAX_CAPTURE_BYTES,
  newCaptureKey,
  sealBlock,
} from '../../domain/packet-capture.ts'
import type { TappedPacket } from '../rtp/index.ts'

/** Longer than the sound in a jitter buffer: a packet that came so long before a pause is heard in it. */
const HELD_BACK_US = 400_000
const BLOCK_PACKETS = 100
const MAX_MS = 600_000
/** An event that RFC 4733 does not assign, in place of the key that was pressed. */
const NO_KEY = 0xff

export interface PacketCaptureOptions {
  /** Data folder. */
  readonly folder: string
  /** Of the file, within the data folder. */
  readonly name: string
  /** 64 hexadecimal digits. */
  readonly dataKey: string
  /** Whether the sound is kept, or the headers alone. */
  readonly withSound: boolean
  /** What is said now may not be kept. */
  readonly leavesOut: () => boolean
  /** Is called once; the call goes on without a capture. */
  readonly onError: (error: unknown) => void
  readonly maxBytes?: number
  readonly maxMs?: number
}

interface Held {
  readonly packet: TappedPacket
  readonly atUs: number
  hasSound: boolean
}

export class PacketCapture {
  readonly #options: PacketCaptureOptions
  readonly #key: CaptureKey
  readonly #startedAtMs = performance.now()
  /** Wall clock minus `performance.now()`, in ms; of this moment, so that SIP messages beside it are in order. */
  readonly #offsetMs = Date.now() - performance.now()
  #held: Held[] = []
  #block: CapturedPacket[] = []
  #blocks = 0
  #bytes = 0
  #packets = 0
  #file: Awaited<ReturnType<typeof open>> | undefined
  #work: Promise<void> = Promise.resolve()
  #isStopped = false
  #isClosed = false
  #hasFailed = false

  constructor(options: PacketCaptureOptions) {
    this.#options = options
    this.#key = newCaptureKey(options.name, options.dataKey)
    this.#queue(async () => {
      const path = join(options.folder, options.name)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      this.#file = await open(path, 'w', 0o600)
      await this.#file.write(this.#key.header)
    })
  }

  get packets(): number {
    return this.#packets
  }

  /** No packet is taken any more: it is full, was long enough, or could not be written. */
  get isStopped(): boolean {
    return this.#isStopped
  }

  take(packet: TappedPacket): void {
    if (this.#isStopped) return
    const { maxBytes = MAX_CAPTURE_BYTES, maxMs = MAX_MS, withSound, leavesOut } = this.#options
    const nowMs = performance.now()
    if (this.#bytes >= maxBytes || nowMs - this.#startedAtMs >= maxMs) {
      this.#isStopped = true
      this.#settle(Number.POSITIVE_INFINITY)
      this.#flush()
      return
    }
    const isLeftOut = leavesOut()
    if (isLeftOut) for (const held of this.#held) held.hasSound = false
    const atUs = Math.round((nowMs + this.#offsetMs) * 1_000)
    this.#held.push({ packet, atUs, hasSound: withSound && !isLeftOut })
    this.#bytes += packet.bytes.length
    this.#packets += 1
    this.#settle(atUs - HELD_BACK_US)
  }

  /** Writes what is left and closes; never rejects. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#isStopped = true
      // The pause may have begun after the last packet had come.
      if (this.#options.leavesOut()) for (const held of this.#held) held.hasSound = false
      this.#settle(Number.POSITIVE_INFINITY)
      this.#flush()
      this.#work = this.#work.then(() => this.#file?.close()).catch(() => {})
    }
    return this.#work
  }

  #settle(beforeUs: number): void {
    const young = this.#held.findIndex(({ atUs }) => atUs > beforeUs)
    for (const held of this.#held.splice(0, young === -1 ? this.#held.length : young)) {
      this.#block.push(kept(held))
      if (this.#block.length >= BLOCK_PACKETS) this.#flush()
    }
  }

  #flush(): void {
    if (this.#block.length === 0) return
    const block = sealBlock(this.#key, this.#blocks++, this.#block)
    this.#block = []
    this.#queue(async () => {
      await this.#file?.write(block)
    })
  }

  #queue(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      // A block after one that is missing could not be opened.
      if (this.#hasFailed) return
      try {
        await step()
      } catch (error) {
        this.#hasFailed = true
        this.#isStopped = true
        this.#options.onError(error)
      }
    })
  }
}

function kept({ packet, atUs, hasSound }: Held): CapturedPacket {
  const { direction, kind, remote, ourPort, bytes, headerBytes, isKey } = packet
  const head = { atUs, direction, kind, ...remote, ourPort, length: bytes.length }
  if (kind === 'rtcp') return { ...head, bytes }
  if (!isKey) return { ...head, bytes: hasSound ? bytes : bytes.subarray(0, headerBytes) }
  const masked = Uint8Array.from(bytes)
  if (masked.length > headerBytes) masked[headerBytes] = NO_KEY
  return { ...head, bytes: masked }
}
