/** What a telephone's receiver lets a person hear: words as they come, grouped into utterances. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { type DecodedChar, SpeechDecoder } from '../azure-speech/modem/decode.ts'

/** What came in with one piece of audio. Times in ms since the call was answered. */
export interface Heard {
  /** Characters that became complete; DAMAGED where one could not be understood. */
  readonly text: string
  /** Beginning of the first of them, end of the last. */
  readonly fromMs: number
  readonly toMs: number
}

/** Silence after a comma that is more than the way of speaking: what follows was spoken by itself. */
const PAUSE_SAMPLES = 250 * SAMPLES_PER_MS

export class Ear {
  readonly #decoder = new SpeechDecoder()
  /** Cursor of the first sample that was pushed. */
  #offset: number | undefined
  #last: DecodedChar | undefined

  /** @param cursor samples since the answer. */
  push(pcm: Int16Array, cursor: number): Heard | undefined {
    this.#offset ??= cursor
    const chars = this.#decoder.push(pcm)
    const first = chars[0]
    if (first === undefined) return undefined
    let text = ''
    let last = first
    for (const decoded of chars) {
      if (this.#last !== undefined && blankBetween(this.#last, decoded)) text += ' '
      text += decoded.char
      last = decoded
      this.#last = decoded
    }
    return {
      text,
      fromMs: (this.#offset + first.startSample) / SAMPLES_PER_MS,
      toMs: (this.#offset + last.endSample) / SAMPLES_PER_MS,
    }
  }
}

/** Sentences that were spoken one by one carry no blank between them. */
function blankBetween(before: DecodedChar, after: DecodedChar): boolean {
  if (!/[^\s\p{P}]/u.test(after.char)) return false
  if (/[.?!]/.test(before.char)) return true
  return /[,~…"]/.test(before.char) && after.startSample - before.endSample >= PAUSE_SAMPLES
}
