/** Is it a person who breaks in? Asks the model only about what sounds like one already. */
import type { Logger } from 'pino'
import { CHUNK_SAMPLES, readSpeechWeights, SpeechModel, type SpeechWeights } from './speech-model.ts'

const LIKELY = 0.5
/** A quarter of a second: what breaks in takes as long. */
const CHUNKS = 8

export class PersonJudge {
  readonly #model: SpeechModel
  readonly #chunk = new Int16Array(CHUNK_SAMPLES)
  #filled = 0
  /** How many chunks ago somebody spoke. */
  #since = CHUNKS
  #isFresh = true

  constructor(weights: SpeechWeights) {
    this.#model = new SpeechModel(weights)
  }

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

/**
 * Reads the model now, which no call should wait for.
 * @returns makes one judge a leg; undefined where nobody is to be asked.
 * @throws SpeechModelFileError
 */
export function loadPersonJudge(
  {
    judgesPersons,
    speechModelFile,
  }: { readonly judgesPersons: boolean; readonly speechModelFile: string | undefined },
  logger: Logger,
): (() => PersonJudge) | undefined {
  if (!judgesPersons) return undefined
  if (speechModelFile === undefined) {
    logger.warn(
      'no SPEECH_MODEL_FILE: music and noise may stop our voice (`npm run speech-model` fetches one)',
    )
    return undefined
  }
  const weights = readSpeechWeights(speechModelFile)
  return () => new PersonJudge(weights)
}
