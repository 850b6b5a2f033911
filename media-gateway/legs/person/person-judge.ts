/** Is it a person who breaks in? Asks the model only about what sounds like one already. */
import { CHUNK_SAMPLES, loadSpeechModel, SpeechModel } from './speech-model.ts'

const LIKELY = 0.5
/** A quarter of a second: what breaks in takes as long. */
const CHUNKS = 8

export class PersonJudge {
  readonly #model = new SpeechModel()
  readonly #chunk = new Int16Array(CHUNK_SAMPLES)
  #filled = 0
  /** How many chunks ago somebody spoke. */
  #since = CHUNKS
  #isFresh = true

  /** One of the last chunks was speech. */
  get isPerson(): boolean {
    return this.#since < CHUNKS
  }

  /** Whatever was heard is over. */
  reset(): void {
    if (this.#isFresh) return
    this.#isFresh = true
    this.#model.reset()
    this.#filled = 0
    this.#since = CHUNKS
  }

  /** @param frame of the sound in question, one after the other. */
  push(frame: Int16Array): void {
    this.#isFresh = false
    for (let taken = 0; taken < frame.length; ) {
      const part = frame.subarray(taken, taken + CHUNK_SAMPLES - this.#filled)
      this.#chunk.set(part, this.#filled)
      this.#filled += part.length
      taken += part.length
      if (this.#filled < CHUNK_SAMPLES) continue
      this.#filled = 0
      this.#since = this.#model.push(this.#chunk) >= LIKELY ? 0 : this.#since + 1
    }
  }
}

/** Reads the model now, which no call should wait for. @returns makes one judge a leg. */
export function loadPersonJudge(): () => PersonJudge {
  loadSpeechModel()
  return () => new PersonJudge()
}
