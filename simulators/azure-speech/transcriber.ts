/** What the service makes of the audio of one turn: when speech starts, what it seems to be, what it was. */
import { DAMAGED, type DecodedChar, SpeechDecoder } from './modem/decode.ts'
import { SAMPLE_RATE } from './modem/voice.ts'

/** All offsets in samples since the turn's first audio. */
export type TranscriberEvent =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'hypothesis'; readonly text: string; readonly from: number; readonly to: number }
  | {
      readonly type: 'phrase'
      readonly text: string
      readonly from: number
      readonly to: number
      /** Share of the syllables that were understood, 0 to 1. */
      readonly confidence: number
      readonly words: readonly Word[]
    }
  /** Something was said, but nothing of it understood. */
  | { readonly type: 'no_match'; readonly from: number; readonly to: number }
  | { readonly type: 'initial_silence'; readonly from: number; readonly to: number }

export interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
  /** As of the phrase. */
  readonly confidence: number
}

export interface TranscriberOptions {
  /** Silence after which a phrase is over. */
  readonly segmentationSilenceMs: number
  /** Silence without any speech that is reported, again and again. */
  readonly initialSilenceMs: number
  /** New characters that are worth a new hypothesis. */
  readonly hypothesisChars: number
}

const BLANK = /^\s*$/
/** Silence by which a last syllable is known to be over: a hypothesis does not keep it back. */
const SYLLABLE_OVER_MS = 80

/** Time is counted in the audio alone, so audio that arrives faster than real time gives the same. */
export class Transcriber {
  readonly #options: TranscriberOptions
  readonly #decoder = new SpeechDecoder()
  #phrase: DecodedChar[] = []
  #hypothesisLength = 0
  /** End of the last speech or report. */
  #quietSince = 0

  constructor(options: TranscriberOptions) {
    this.#options = options
  }

  push(pcm: Int16Array): TranscriberEvent[] {
    const events: TranscriberEvent[] = []
    for (const char of this.#decoder.push(pcm)) {
      // A pause may have passed inside one large piece.
      if (this.#isOver(char.startSample)) this.#finish(events)
      if (this.#phrase.length === 0) events.push({ type: 'start', at: char.startSample })
      this.#phrase.push(char)
      this.#quietSince = char.endSample
    }
    this.#hypothesise(events)
    if (this.#isOver(this.#decoder.position)) this.#finish(events)
    const silence = this.#decoder.position - this.#quietSince
    if (this.#phrase.length === 0 && silence >= samples(this.#options.initialSilenceMs)) {
      events.push({ type: 'initial_silence', from: this.#quietSince, to: this.#decoder.position })
      this.#quietSince = this.#decoder.position
    }
    return events
  }

  /** The client has ended the audio. */
  end(): TranscriberEvent[] {
    const events: TranscriberEvent[] = []
    this.#finish(events)
    return events
  }

  #isOver(position: number): boolean {
    const silence = position - this.#quietSince
    return this.#phrase.length > 0 && silence >= samples(this.#options.segmentationSilenceMs)
  }

  #hypothesise(events: TranscriberEvent[]): void {
    const chars = this.#phrase.filter(({ char }) => char !== DAMAGED)
    const fresh = chars.slice(this.#hypothesisLength)
    const wordEnded = fresh.some(({ char }) => BLANK.test(char))
    const silence = this.#decoder.position - this.#quietSince
    const isWorthIt = fresh.length >= this.#options.hypothesisChars || wordEnded
    if (fresh.length === 0 || !(isWorthIt || silence >= samples(SYLLABLE_OVER_MS))) return
    this.#hypothesisLength = chars.length
    // Hypotheses of the service have no punctuation; the phrase has.
    const text = textOf(chars).replace(/[.,?!]/g, '')
    if (!BLANK.test(text)) events.push({ type: 'hypothesis', text, ...this.#span() })
  }

  #finish(events: TranscriberEvent[]): void {
    if (this.#phrase.length === 0) return
    const text = textOf(this.#phrase)
    const span = this.#span()
    if (text === '') events.push({ type: 'no_match', ...span })
    else {
      const confidence = confidenceOf(this.#phrase)
      events.push({ type: 'phrase', text, ...span, confidence, words: wordsOf(this.#phrase) })
    }
    this.#phrase = []
    this.#hypothesisLength = 0
  }

  #span(): { from: number; to: number } {
    return { from: this.#phrase[0]?.startSample ?? 0, to: this.#quietSince }
  }
}

const samples = (ms: number): number => (ms * SAMPLE_RATE) / 1000

/** No recogniser is ever quite sure. */
const SUREST = 0.97

function confidenceOf(chars: readonly DecodedChar[]): number {
  const damaged = chars.filter(({ char }) => char === DAMAGED).length
  return Math.round((1 - damaged / chars.length) * SUREST * 1000) / 1000
}

/** A syllable that was not understood is left out, as a recogniser does. */
function textOf(chars: readonly DecodedChar[]): string {
  return chars
    .map(({ char }) => (char === DAMAGED ? '' : char))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
}

function wordsOf(chars: readonly DecodedChar[]): Word[] {
  const words: Word[] = []
  let word: DecodedChar[] = []
  const close = () => {
    const text = textOf(word).replace(/[.,?!]/g, '')
    if (text !== '')
      words.push({
        text,
        from: word[0]?.startSample ?? 0,
        to: word.at(-1)?.endSample ?? 0,
        confidence: confidenceOf(word),
      })
    word = []
  }
  for (const char of chars) {
    if (BLANK.test(char.char)) close()
    else word.push(char)
  }
  close()
  return words
}
