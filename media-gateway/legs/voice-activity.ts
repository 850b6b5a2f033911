/** From "voice or not" of each 20 ms to when the caller spoke. Pure: time is the cursor. */
import { FRAME_MS, FRAME_SAMPLES } from '../../domain/media-socket.ts'

/** Frames looked at to decide that somebody began to speak, and how many of them must have voice (100 ms). */
const START_WINDOW = 7
const START_VOICED = 5
/** Silence after which speech is over. */
const STOP_FRAMES = 10
/** Voice over our own speech that stops it, ms, unless the flow wants something else. */
export const BARGE_IN_MS = 250

export type VoiceEvent =
  /** The first frame with voice began at `cursor`. */
  | { readonly type: 'speech.start'; readonly cursor: number }
  /** The last frame with voice ended at `cursor`. */
  | { readonly type: 'speech.end'; readonly cursor: number }

export class VoiceActivity {
  readonly #onEvent: (event: VoiceEvent) => void
  /** Cursors of the voiced frames in the start window. */
  #recent: number[] = []
  #speaking = false
  #lastVoice: number | undefined

  constructor(onEvent: (event: VoiceEvent) => void) {
    this.#onEvent = onEvent
  }

  get speaking(): boolean {
    return this.#speaking
  }

  /** End of the last frame with voice that belonged to speech; undefined while nobody has spoken. */
  get lastVoiceCursor(): number | undefined {
    return this.#lastVoice
  }

  /** @param cursor of the frame's first sample. */
  push(voiced: boolean, cursor: number): void {
    if (this.#speaking) {
      if (voiced) this.#lastVoice = cursor + FRAME_SAMPLES
      else if (this.#lastVoice !== undefined && this.#silentFrames(cursor) >= STOP_FRAMES) this.#stop()
      return
    }
    this.#recent = this.#recent.filter((seen) => seen > cursor - START_WINDOW * FRAME_SAMPLES)
    if (!voiced) return
    this.#recent.push(cursor)
    if (this.#recent.length < START_VOICED) return
    this.#speaking = true
    this.#lastVoice = cursor + FRAME_SAMPLES
    this.#onEvent({ type: 'speech.start', cursor: this.#recent[0] ?? cursor })
    this.#recent = []
  }

  #silentFrames(cursor: number): number {
    return (cursor + FRAME_SAMPLES - (this.#lastVoice ?? 0)) / FRAME_SAMPLES
  }

  #stop(): void {
    this.#speaking = false
    this.#onEvent({ type: 'speech.end', cursor: this.#lastVoice ?? 0 })
  }
}

/** 60 ms: some of what breaks in must be vowels, which wind and breath have not. */
const MIN_TONAL_FRAMES = 3

export interface BargeInFrame {
  readonly voiced: boolean
  /** It has a frequency that stands out. */
  readonly tonal: boolean
  /** So far it is taken for a person; true where nobody is asked. */
  readonly person: boolean
  readonly speaking: boolean
  readonly playing: boolean
}

/** Counts the caller's voice over ours; a cough (a start window without speech) does not count. */
export class BargeInDetector {
  /** How much voice it takes. */
  thresholdMs = BARGE_IN_MS
  #voiced = 0
  #tonal = 0

  /** Voice counted so far, ms. */
  get voicedMs(): number {
    return this.#voiced * FRAME_MS
  }

  /** @returns true once when it is enough to stop speaking. */
  push({ voiced, tonal, person, speaking, playing }: BargeInFrame): boolean {
    if (!playing || (!speaking && !voiced)) return this.#begin()
    if (voiced) this.#voiced++
    if (voiced && tonal) this.#tonal++
    if (this.voicedMs < this.thresholdMs || this.#tonal < MIN_TONAL_FRAMES || !person) return false
    this.#begin()
    return true
  }

  #begin(): false {
    this.#voiced = 0
    this.#tonal = 0
    return false
  }
}
