/** What a telephone's receiver lets a person hear: words as they come, grouped into utterances. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { SpeechDecoder } from '../azure-speech/modem/decode.ts'

/** What came in with one piece of audio. Times in ms since the call was answered. */
export interface Heard {
  /** Characters that became complete; DAMAGED where one could not be understood. */
  readonly text: string
  /** Beginning of the first of them, end of the last. */
  readonly fromMs: number
  readonly toMs: number
}

export class Ear {
  readonly #decoder = new SpeechDecoder()
  /** Cursor of the first sample that was pushed. */
  #offset: number | undefined
  #lastChar = ''

  /** @param cursor samples since the answer. */
  push(pcm: Int16Array, cursor: number): Heard | undefined {
    this.#offset ??= cursor
    const chars = this.#decoder.push(pcm)
    const first = chars[0]
    const last = chars.at(-1)
    if (first === undefined || last === undefined) return undefined
    const text = chars.map(({ char }) => char).join('')
    // Sentences that were spoken one by one carry no blank between them.
    const gap = /[.?!]/.test(this.#lastChar) && /^[\p{L}\p{N}"]/u.test(text) ? ' ' : ''
    this.#lastChar = last.char
    return {
      text: gap + text,
      fromMs: (this.#offset + first.startSample) / SAMPLES_PER_MS,
      toMs: (this.#offset + last.endSample) / SAMPLES_PER_MS,
    }
  }
}
