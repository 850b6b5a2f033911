/**
 * Which of the streams that come from the peer's address is the call (RFC 3550 section 8.2 and appendix A.1). Pure;
 * time in samples.
 *
 * A peer begins a new stream when an announcement or another phone takes over: the old one has then ended. A second
 * stream beside a live one is somebody else's who guessed our port; it is dropped. A new stream therefore waits until
 * the old one is silent, and loses nothing by it.
 */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { type RtpPacket, sequenceDistance } from './packet.ts'

/** The old stream has ended after this; longer than the gaps of a jittery one. */
const OLD_SILENT = 100 * SAMPLES_PER_MS
/** Packets of a stream before it is believed. */
const MIN_SEQUENTIAL = 2
const MAX_STEP = 4
/** 200 ms: what a new stream may bring while the old one is still believed in. */
const MAX_HELD = 10

type Identified = Pick<RtpPacket, 'ssrc' | 'sequence'>

export class StreamSelector<Packet extends Identified> {
  readonly #accept: (packet: Packet, at: number) => void
  #ssrc: number | undefined
  #heardAt = 0
  #held: { readonly packet: Packet; readonly at: number }[] = []
  #strangers = 0

  /** @param accept gets packets of one stream at a time, with the time at which they came. */
  constructor(accept: (packet: Packet, at: number) => void) {
    this.#accept = accept
  }

  /** Packets of streams that were not taken for the call. */
  get strangers(): number {
    return this.#strangers
  }

  /** The stream that is the call; undefined before the first packet. */
  get ssrc(): number | undefined {
    return this.#ssrc
  }

  push(packet: Packet, now: number): void {
    this.#ssrc ??= packet.ssrc
    if (packet.ssrc === this.#ssrc) {
      this.#heardAt = now
      this.#accept(packet, now)
      return
    }
    this.#hold(packet, now)
    if (this.#held.length < MIN_SEQUENTIAL || now - this.#heardAt < OLD_SILENT) return
    this.#ssrc = packet.ssrc
    this.#heardAt = now
    for (const held of this.#held.splice(0)) this.#accept(held.packet, held.at)
  }

  #hold(packet: Packet, now: number): void {
    const last = this.#held.at(-1)?.packet
    if (last !== undefined) {
      const step = sequenceDistance(packet.sequence, last.sequence)
      if (last.ssrc !== packet.ssrc || step <= 0 || step > MAX_STEP)
        this.#strangers += this.#held.splice(0).length
    }
    this.#held.push({ packet, at: now })
    if (this.#held.length <= MAX_HELD) return
    this.#held.shift()
    this.#strangers++
  }
}
