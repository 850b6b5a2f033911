/** One recognition turn of a connection: audio frames in, `speech.*` messages out. */
import { AudioReader, readWaveHeader } from './audio-format.ts'
import { primaryLanguage } from './language-id.ts'
import type { SpeechMessage } from './message.ts'
import type { AzureSpeechOptions } from './options.ts'
import { type RecognitionContext, readRecognitionContext } from './recognition-context.ts'
import { detailedPhrase, simplePhrase, ticks } from './recognition-result.ts'
import { Transcriber, type TranscriberEvent } from './transcriber.ts'

/** Sends one message of the turn; after `delayMs`, but never before an earlier one. */
type SendTurnMessage = (path: string, body: object, delayMs: number) => void

export interface RecognitionTurnInput {
  readonly context: SpeechMessage
  /** Of the WebSocket's address: `format`, `language`. */
  readonly query: URLSearchParams
  readonly options: AzureSpeechOptions
  readonly send: SendTurnMessage
  readonly onEnd: () => void
}

const HYPOTHESIS_CHARS = 3

export class RecognitionTurn {
  readonly #input: RecognitionTurnInput
  readonly #context: RecognitionContext
  readonly #transcriber: Transcriber
  #reader: AudioReader | undefined
  #heardUntil = 0
  #ended = false
  /** What was spoken last. */
  #language: string | null = null

  constructor(input: RecognitionTurnInput) {
    this.#input = input
    this.#context = readRecognitionContext(input.context.text, input.query)
    const { single, segmentationSilenceMs, initialSilenceMs } = this.#context
    this.#transcriber = new Transcriber({
      segmentationSilenceMs: segmentationSilenceMs ?? input.options.segmentationSilenceMs ?? 650,
      initialSilenceMs: initialSilenceMs ?? input.options.initialSilenceMs ?? (single ? 5000 : 15_000),
      hypothesisChars: HYPOTHESIS_CHARS,
    })
    input.send('turn.start', { context: { serviceTag: input.context.requestId } }, 0)
  }

  /** @throws AudioFormatError when the first audio has no header that can be read. */
  onAudio(bytes: Uint8Array): void {
    if (this.#ended) return
    if (bytes.length === 0) {
      this.#endOfAudio()
      return
    }
    let audio = bytes
    if (this.#reader === undefined) {
      const { encoding, rest } = readWaveHeader(bytes)
      this.#reader = new AudioReader(encoding)
      audio = rest
    }
    const pcm = this.#reader.read(audio)
    this.#heardUntil += pcm.length
    for (const event of this.#transcriber.push(pcm)) this.#report(event)
  }

  #endOfAudio(): void {
    for (const event of this.#transcriber.end()) this.#report(event)
    if (this.#ended) return
    if (!this.#context.single) {
      const body = { RecognitionStatus: 'EndOfDictation', Offset: ticks(this.#heardUntil), Duration: 0 }
      this.#input.send('speech.phrase', body, 0)
    } else {
      this.#input.send('speech.phrase', simplePhrase('NoMatch', '', this.#heardUntil, this.#heardUntil), 0)
    }
    this.#end()
  }

  #report(event: TranscriberEvent): void {
    if (this.#ended) return
    const { send, options } = this.#input
    const hypothesisDelay = options.hypothesisDelayMs ?? 60
    const finalDelay = options.finalDelayMs ?? 250
    switch (event.type) {
      case 'start':
        send('speech.startDetected', { Offset: ticks(event.at) }, hypothesisDelay)
        return
      case 'hypothesis': {
        const body = { Text: event.text, Offset: ticks(event.from), Duration: ticks(event.to - event.from) }
        send('speech.hypothesis', { ...body, Channel: 0, ...this.#spokenIn(event.text) }, hypothesisDelay)
        return
      }
      case 'phrase': {
        options.onTranscript?.({ kind: 'heard', text: event.text })
        send('speech.endDetected', { Offset: ticks(event.to) }, finalDelay)
        const body = this.#context.detailed
          ? detailedPhrase(event, this.#context)
          : simplePhrase('Success', event.text, event.from, event.to)
        send('speech.phrase', { ...body, ...this.#spokenIn(event.text) }, finalDelay)
        break
      }
      case 'no_match':
        send('speech.endDetected', { Offset: ticks(event.to) }, finalDelay)
        send('speech.phrase', simplePhrase('NoMatch', '', event.from, event.to), finalDelay)
        break
      case 'initial_silence':
        send('speech.phrase', simplePhrase('InitialSilenceTimeout', '', event.from, event.to), finalDelay)
        break
    }
    if (this.#context.single) this.#end()
  }

  #spokenIn(text: string): object {
    const language = primaryLanguage(text, this.#context.languages, this.#language)
    if (language === null) return {}
    this.#language = language.Language
    return { PrimaryLanguage: language }
  }

  #end(): void {
    this.#ended = true
    this.#input.send('turn.end', {}, 0)
    this.#input.onEnd()
  }
}
