/** What a bot has sent to be played, and the marks in between. Pure: each `nextFrame` is 20 ms. */
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { SILENCE } from '../../rtp/index.ts'
import { MAX_QUEUED_MS } from '../playout-queue.ts'

/** A rest that fills no frame waits this long for what belongs to it, then it is filled up with silence. */
const REST_PULLS = 3

export class BotPlayout {
  #chunks: Uint8Array[] = []
  #offset = 0
  #length = 0
  /** Bytes that were taken since the beginning. */
  #taken = 0
  #marks: { readonly name: string; readonly at: number }[] = []
  #restPulls = 0

  /** ms that wait. */
  get queuedMs(): number {
    return this.#length / SAMPLES_PER_MS
  }

  /**
   * @param audio mu-law, any length.
   * @returns false where more than 3 minutes would wait: then nothing is taken.
   */
  append(audio: Uint8Array): boolean {
    if (audio.length === 0) return true
    if (this.#length + audio.length > MAX_QUEUED_MS * SAMPLES_PER_MS) return false
    this.#chunks.push(audio)
    this.#length += audio.length
    this.#restPulls = 0
    return true
  }

  /** @returns the mark, where everything before it was played already. */
  mark(name: string): string | undefined {
    if (this.#length === 0) return name
    this.#marks.push({ name, at: this.#taken + this.#length })
    return undefined
  }

  /** Drops what waits. @returns the marks in it, which are due now. */
  clear(): string[] {
    const names = this.#marks.map(({ name }) => name)
    this.#chunks = []
    this.#marks = []
    this.#offset = 0
    this.#length = 0
    return names
  }

  /** @returns 160 bytes, or nothing to say; and the marks that are reached with them. */
  nextFrame(): { readonly frame: Uint8Array | undefined; readonly marks: readonly string[] } {
    if (this.#length === 0 || this.#waitsForMore()) return { frame: undefined, marks: [] }
    const frame = new Uint8Array(FRAME_SAMPLES).fill(SILENCE.PCMU)
    let filled = 0
    for (
      let chunk = this.#chunks[0];
      chunk !== undefined && filled < FRAME_SAMPLES;
      chunk = this.#chunks[0]
    ) {
      const part = chunk.subarray(this.#offset, this.#offset + FRAME_SAMPLES - filled)
      frame.set(part, filled)
      filled += part.length
      this.#offset += part.length
      if (this.#offset < chunk.length) break
      this.#chunks.shift()
      this.#offset = 0
    }
    this.#length -= filled
    this.#taken += filled
    const reached = this.#marks.findIndex(({ at }) => at > this.#taken)
    const marks = this.#marks.splice(0, reached < 0 ? this.#marks.length : reached)
    return { frame, marks: marks.map(({ name }) => name) }
  }

  #waitsForMore(): boolean {
    return this.#length < FRAME_SAMPLES && this.#marks.length === 0 && ++this.#restPulls <= REST_PULLS
  }
}
