/** Speech on its way into the telephone: one sentence after another, frame by frame. */
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import type { SpeechMark, SpeechOptions } from '../azure-speech/modem/encode.ts'
import { speakWithPauses } from './sounds.ts'

/** Times in ms since the call was answered. */
export interface Said {
  /** What really went out; cut where the call ended or the speaker stopped. */
  readonly text: string
  readonly fromMs: number
  readonly toMs: number
  readonly cut: boolean
}

export interface MouthEvents {
  readonly onStart: (text: string, atMs: number) => void
  readonly onEnd: (said: Said) => void
}

interface Speech {
  readonly text: string
  readonly codes: Uint8Array
  readonly marks: readonly SpeechMark[]
  readonly done: (said: Said | undefined) => void
  sent: number
  fromMs: number
}

export class Mouth {
  readonly #codec: Codec
  readonly #voice: SpeechOptions
  readonly #events: MouthEvents
  readonly #queue: Speech[] = []

  constructor(codec: Codec, voice: SpeechOptions, events: MouthEvents) {
    this.#codec = codec
    this.#voice = voice
    this.#events = events
  }

  get speaking(): boolean {
    return this.#queue.length > 0
  }

  /**
   * Resolves when it is said or cut; with undefined when not a word of it went out.
   * @param pauseMs how long each " … " in it is.
   */
  say(text: string, pauseMs = 0): Promise<Said | undefined> {
    const { pcm, marks } = speakWithPauses(text.normalize('NFC'), pauseMs, this.#voice)
    const said = marks.map(({ char }) => char).join('')
    return this.#put(said, pcm, marks)
  }

  /** A sound that is no words; said with an empty text. */
  makeSound(pcm: Int16Array): Promise<Said | undefined> {
    return this.#put('', pcm, [])
  }

  #put(text: string, pcm: Int16Array, marks: readonly SpeechMark[]): Promise<Said | undefined> {
    const codes = encodeG711(this.#codec, pcm)
    return new Promise((done) => {
      if (codes.length === 0) done(undefined)
      else this.#queue.push({ text, codes, marks, done, sent: 0, fromMs: 0 })
    })
  }

  /** @param cursor samples since the answer. @returns undefined: silence. */
  nextFrame(cursor: number): Uint8Array | undefined {
    const speech = this.#queue[0]
    if (speech === undefined) return undefined
    const atMs = cursor / SAMPLES_PER_MS
    if (speech.sent === 0) {
      speech.fromMs = atMs
      this.#events.onStart(speech.text, atMs)
    }
    const frame = speech.codes.subarray(speech.sent, speech.sent + FRAME_SAMPLES)
    speech.sent += FRAME_SAMPLES
    if (speech.sent >= speech.codes.length) this.#finish(speech)
    return frame.length === FRAME_SAMPLES ? frame : this.#padded(frame)
  }

  /** Falls silent at once. */
  stop(): void {
    for (const speech of this.#queue.splice(1)) speech.done(undefined)
    const current = this.#queue[0]
    if (current === undefined) return
    if (current.sent > 0) this.#finish(current)
    else {
      this.#queue.shift()
      current.done(undefined)
    }
  }

  #finish(speech: Speech): void {
    this.#queue.shift()
    const cut = speech.sent < speech.codes.length
    const text = cut
      ? speech.marks
          .filter(({ startSample }) => startSample < speech.sent)
          .map(({ char }) => char)
          .join('')
      : speech.text
    const said = { text, fromMs: speech.fromMs, toMs: speech.fromMs + speech.sent / SAMPLES_PER_MS, cut }
    this.#events.onEnd(said)
    speech.done(said)
  }

  #padded(frame: Uint8Array): Uint8Array {
    const whole = encodeG711(this.#codec, new Int16Array(FRAME_SAMPLES))
    whole.set(frame)
    return whole
  }
}
