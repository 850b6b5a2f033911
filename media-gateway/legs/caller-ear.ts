/** What is made of the caller's sound, 20 ms at a time: voice, breaking in, tones of machines and digits dialled in it. */
import { type Codec, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711Into } from '../rtp/index.ts'
import { type DetectedDigit, DtmfDetector } from '../tones/dtmf-detector.ts'
import { type DetectedTone, ToneDetector } from '../tones/tone-detector.ts'
import { EchoGuard } from './echo-guard.ts'
import { MusicDetector } from './music-detector.ts'
import type { PersonJudge } from './person/person-judge.ts'
import { BARGE_IN_MS, BargeInDetector, VoiceActivity, type VoiceEvent } from './voice-activity.ts'
import type { VoiceDetector } from './voice-detector.ts'

/** The same tone for this long is no voice; a burst of the voice in a stand-in or a sung note is shorter or less pure. */
const STEADY_MS = 60
/** Who speaks already is not taken for music before it has lasted this long: digits that are dictated are like notes. */
const MUSIC_ENDS_SPEECH_FRAMES = 60
/** The delay of an echo is looked for halfway to breaking in, and again when it comes to that. */
const FIRST_LOOK_MS = 160

export interface CallerEarOptions {
  readonly codec: Codec
  readonly voiceDetector: VoiceDetector
  /** Is asked about who breaks in; undefined: nobody is. */
  readonly personJudge?: PersonJudge | undefined
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
  readonly #said = new Int16Array(FRAME_SAMPLES)
  readonly #activity: VoiceActivity
  readonly #bargeIn = new BargeInDetector()
  readonly #judge: PersonJudge | undefined
  readonly #music = new MusicDetector()
  readonly #echo = new EchoGuard()
  #minRms: number | undefined
  /** For how long it has been music, frames. */
  #musicFor = 0
  readonly #tones: ToneDetector
  readonly #keys: DtmfDetector

  constructor(options: CallerEarOptions) {
    this.#codec = options.codec
    this.#detector = options.voiceDetector
    this.#judge = options.personJudge
    this.#activity = new VoiceActivity(options.onVoice)
    this.#tones = new ToneDetector(options.onTone)
    this.#keys = new DtmfDetector(options.onDigit)
  }

  /** End of the last frame with voice that belonged to speech; undefined while nobody has spoken. */
  get lastVoiceCursor(): number | undefined {
    return this.#activity.lastVoiceCursor
  }

  /** They speak at this moment. */
  get isSpeaking(): boolean {
    return this.#activity.speaking
  }

  /** Thresholds of a flow; what is left out becomes the default again. */
  listen({ bargeInMs, minVoiceDbfs }: { readonly bargeInMs?: number; readonly minVoiceDbfs?: number }): void {
    this.#bargeIn.thresholdMs = bargeInMs ?? BARGE_IN_MS
    this.#minRms = minVoiceDbfs === undefined ? undefined : 32_768 * 10 ** (minVoiceDbfs / 20)
  }

  /** What goes out to the caller in one beat: it may come back. @param frame undefined: silence. */
  said(frame: Uint8Array | undefined): void {
    if (frame !== undefined) decodeG711Into(this.#codec, frame, this.#said)
    this.#echo.sent(frame === undefined ? undefined : this.#said)
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
    this.#echo.heard(pcm)
    const sounds = this.#isVoice(pcm)
    const voiced = sounds && this.#musicFor === 0
    const goesOn = sounds && this.#activity.speaking && this.#musicFor < MUSIC_ENDS_SPEECH_FRAMES
    this.#activity.push(voiced || goesOn, cursor)
    const speaking = this.#activity.speaking && this.#musicFor === 0
    const isInQuestion = playing && (voiced || this.#bargeIn.voicedMs > 0)
    const person = this.#isPerson(pcm, isInQuestion)
    const breaksIn = this.#bargeIn.push({ voiced, tonal: this.#music.isTonal, person, speaking, playing })
    if (voiced && playing && this.#bargeIn.voicedMs === FIRST_LOOK_MS) this.#echo.search()
    return breaksIn && !this.#echo.search()
  }

  /** Voice or music. The detectors are asked in any case: they learn how loud the line is, and what was before. */
  #isVoice(pcm: Int16Array): boolean {
    const shaped = this.#detector.isVoice(pcm, this.#minRms)
    const isMachine = this.#tones.steadyMs >= STEADY_MS || (this.readsKeys && this.#keys.isKeyDown)
    const isMusic = this.#music.push(pcm, shaped && !isMachine, this.#detector.rms)
    this.#musicFor = isMusic ? this.#musicFor + 1 : 0
    return shaped && !isMachine && !this.#echo.isKnownEcho
  }

  #isPerson(pcm: Int16Array, isInQuestion: boolean): boolean {
    if (this.#judge === undefined) return true
    if (isInQuestion) this.#judge.push(pcm)
    else this.#judge.reset()
    return this.#judge.isPerson
  }

  close(): void {
    this.#detector.close()
  }
}
