/** Audio waiting to be sent, for those who speak without the gateway's playout queue (simulated phones). */

import { encodeG711, silence } from '../../domain/g711.ts'
import { type Codec, FRAME_SAMPLES } from '../../domain/media-socket.ts'

export class FrameQueue {
  readonly #codec: Codec
  #chunks: Uint8Array[] = []
  #offset = 0
  #waiting: (() => void)[] = []

  constructor(codec: Codec) {
    this.#codec = codec
  }

  get codec(): Codec {
    return this.#codec
  }

  /** Bytes not yet taken; 8 are one millisecond. */
  get length(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, -this.#offset)
  }

  /** Appends G.711 bytes of the queue's codec. */
  write(audio: Uint8Array): void {
    if (audio.length > 0) this.#chunks.push(audio)
  }

  /** Appends 16-bit PCM at 8 kHz. */
  writePcm(samples: Int16Array): void {
    this.write(encodeG711(this.#codec, samples))
  }

  /** Drops what has not been sent. */
  clear(): void {
    this.#chunks = []
    this.#offset = 0
    this.#settle()
  }

  /** Resolves when everything written so far was taken (or cleared); at once if nothing waits. */
  drained(): Promise<void> {
    return this.#chunks.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The next 160 bytes, the last one filled up with silence; undefined when there is nothing. */
  nextFrame(): Uint8Array | undefined {
    if (this.#chunks.length === 0) return undefined
    const frame = silence(this.#codec, FRAME_SAMPLES)
    let filled = 0
    while (filled < FRAME_SAMPLES) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) break
      const part = chunk.subarray(this.#offset, this.#offset + FRAME_SAMPLES - filled)
      frame.set(part, filled)
      filled += part.length
      this.#offset += part.length
      if (this.#offset < chunk.length) continue
      this.#chunks.shift()
      this.#offset = 0
    }
    if (this.#chunks.length === 0) this.#settle()
    return frame
  }

  #settle(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
