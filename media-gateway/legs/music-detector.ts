/**
 * Is what sounds like voice music? Pure.
 *
 * Two things tell them apart. A voice glides: its strongest harmonic moves by a percent and more from one 20 ms to the
 * next, and leaps between harmonics, while a note stands still. And a voice comes in syllables: several times a second
 * it falls nearly silent, while music sounds on. One alone deceives: slow speech in long vowels stands still for half of
 * the time, and a vowel that is held does not fall silent. What is sung, or bowed with vibrato, glides and is not
 * recognised. `npm run bench -- ear` says how often.
 */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { findPeak, type SpectralPeak } from '../tones/spectral-peak.ts'

/** As long as it takes to break in: music has been recognised by then. */
const WINDOW = 13
/** Fewer say nothing. */
const MIN_STEPS = 9
/** Steps of a window that stood still: at which music begins where nothing fell silent, and where something did. */
const ENTER = 8
const ENTER_DESPITE_GAP = 12
/** Below which it is over. */
const LEAVE = 3
/** Less than this share of the average of the window: a gap between two syllables. */
const GAP = 0.2
/** So many frames without sound, and what comes next is no longer held against what was before. */
const REST_FRAMES = 5
const SAME_HZ = 3
const SAME_SHARE = 0.006
/** No noise stands out so far; half of what people say does. */
const TONAL = 12

export class MusicDetector {
  readonly #pcm = new Int16Array(2 * FRAME_SAMPLES)
  /** Of the last steps, which stood still; a ring. */
  readonly #steady = new Uint8Array(WINDOW)
  #steps = 0
  #sum = 0
  #lastHz = 0
  readonly #peak: SpectralPeak = { hz: 0, prominence: 0 }
  /** How loud the last frames were; a ring. */
  readonly #loudness = new Float64Array(WINDOW)
  /** Frames of this sound, from its first one on. */
  #frames = 0
  #rests = 0
  #isMusic = false

  /**
   * @param candidate whether this frame could be voice: only then is it asked for its frequency.
   * @param rms of the frame.
   * @returns whether it is music.
   */
  push(frame: Int16Array, candidate: boolean, rms: number): boolean {
    this.#pcm.copyWithin(0, FRAME_SAMPLES)
    this.#pcm.set(frame, FRAME_SAMPLES)
    this.#rests = candidate ? 0 : this.#rests + 1
    if (this.#rests >= REST_FRAMES) this.#frames = 0
    else this.#loudness[this.#frames++ % WINDOW] = rms
    if (!candidate) {
      this.#lastHz = 0
      return false
    }
    findPeak(this.#pcm, this.#peak)
    const { hz } = this.#peak
    if (this.#lastHz > 0)
      this.#step(Math.abs(hz - this.#lastHz) <= Math.max(SAME_HZ, hz * SAME_SHARE) ? 1 : 0)
    this.#lastHz = hz
    if (this.#steps >= MIN_STEPS) this.#decide()
    return this.#isMusic
  }

  /** The last candidate has a frequency that stands out, as vowels and notes have, and breath and wind have not. */
  get isTonal(): boolean {
    return this.#peak.prominence >= TONAL
  }

  #step(steady: 0 | 1): void {
    const at = this.#steps++ % WINDOW
    this.#sum += steady - (this.#steady[at] as number)
    this.#steady[at] = steady
  }

  #decide(): void {
    const isUnbroken = this.#frames >= WINDOW && !this.#hasGap
    if (this.#sum >= (isUnbroken ? ENTER : ENTER_DESPITE_GAP)) this.#isMusic = true
    else if (this.#sum < (isUnbroken ? LEAVE : ENTER)) this.#isMusic = false
  }

  /** Something of the last quarter of a second was nearly silent. */
  get #hasGap(): boolean {
    const count = Math.min(this.#frames, WINDOW)
    let sum = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i++) {
      const rms = this.#loudness[i] as number
      sum += rms
      if (rms < least) least = rms
    }
    return least * count < GAP * sum
  }
}
