/** What is made of the caller's sound, 20 ms at a time: voice, breaking in, tones of machines and digits dialled in it. */
import { type Codec, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711Into } from '../rtp/index.ts'
import { type DetectedDigit, DtmfDetector } from '../tones/dtmf-detector.ts'
import { type DetectedTone, ToneDetector } from '../tones/tone-detector.ts'
import { BargeInDetector, VoiceActivity, type VoiceEvent } from './voice-activity.ts'
import type { VoiceDetector } from './voice-detector.ts'

/** The same tone for this long is no voice; a burst of the voice in a stand-in or a sung note is shorter or less pure. */
const STEADY_MS = 60

export interface CallerEarOptions {
  readonly codec: Codec
  readonly voiceDetector: VoiceDetector
  readonly onVoice: (event: VoiceEvent) => void
  readonly onTone: (tone: DetectedTone) => void
  /** Digits as tones; not called while `readsKeys` is false. */
  readonly onDigit: (digit: DetectedDigit) => void
}

export class CallerEar {
  /** The phone sends no telephone-events: its keys are listened for in the sound. */
  readsKeys = false
  readonly #codec: Codec
  readonly #detector: VoiceDetector
  readonly #pcm = new Int16Array(FRAME_SAMPLES)
  readonly #activity: VoiceActivity
  readonly #bargeIn = new BargeInDetector()
  readonly #tones: ToneDetector
  readonly #keys: DtmfDetector

  constructor(options: CallerEarOptions) {
    this.#codec = options.codec
    this.#detector = options.voiceDetector
    this.#activity = new VoiceActivity(options.onVoice)
    this.#tones = new ToneDetector(options.onTone)
    this.#keys = new DtmfDetector(options.onDigit)
  }

  /** End of the last frame with voice that belonged to speech; undefined while nobody has spoken. */
  get lastVoiceCursor(): number | undefined {
    return this.#activity.lastVoiceCursor
  }

  /**
   * @param cursor of the frame's first sample.
   * @param playing something of ours is on the air that may be stopped.
   * @returns true once when the caller breaks in.
   */
  hear(frame: Uint8Array, cursor: number, playing: boolean): boolean {
    const pcm = this.#pcm
    decodeG711Into(this.#codec, frame, pcm)
    this.#tones.push(pcm)
    if (this.readsKeys) this.#keys.push(pcm)
    const isTone = this.#tones.steadyMs >= STEADY_MS || (this.readsKeys && this.#keys.isKeyDown)
    // Asked in any case: it learns how loud the line is.
    const voiced = this.#detector.isVoice(pcm) && !isTone
    this.#activity.push(voiced, cursor)
    return this.#bargeIn.push({ voiced, speaking: this.#activity.speaking, playing })
  }

  close(): void {
    this.#detector.close()
  }
}
