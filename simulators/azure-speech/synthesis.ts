/** One synthesis turn of a connection: text in, `audio` frames out, faster than they are played. */
import { randomUUID } from 'node:crypto'
import { type OutputFormat, waveHeader, writeAudio } from './audio-format.ts'
import { encodeSpeech } from './modem/encode.ts'
import type { AzureSpeechOptions } from './options.ts'
import { rateOf, spokenText } from './ssml.ts'

export interface SynthesisTurnInput {
  readonly ssml: string
  readonly format: OutputFormat
  readonly options: AzureSpeechOptions
  /** Added to the first audio. */
  readonly delayMs: number
  readonly sendText: (path: string, body: object) => void
  readonly sendAudio: (streamId: string, audio: Uint8Array) => void
  readonly onEnd: () => void
}

const CHUNK_SAMPLES = 1600
const DEFAULT_PACE = 6.2
const TICKS_PER_SAMPLE = 1250

export class SynthesisTurn {
  readonly #input: SynthesisTurnInput
  readonly #pcm: Int16Array
  readonly #streamId = randomUUID().replaceAll('-', '').toUpperCase()
  #timer: NodeJS.Timeout
  #sent = 0
  #startedAt = 0

  constructor(input: SynthesisTurnInput) {
    this.#input = input
    const text = spokenText(input.ssml)
    const voice = input.options.voice ?? {}
    this.#pcm = encodeSpeech(text, { ...voice, pace: (voice.pace ?? DEFAULT_PACE) * rateOf(input.ssml) }).pcm
    input.options.onTranscript?.({ kind: 'said', text })
    input.sendText('turn.start', { context: { serviceTag: this.#streamId.toLowerCase() } })
    input.sendText('response', {
      context: { serviceTag: this.#streamId.toLowerCase() },
      audio: { type: 'inline', streamId: this.#streamId },
    })
    this.#timer = setTimeout(() => this.#begin(), (input.options.firstByteMs ?? 60) + input.delayMs)
  }

  /** The client wants no more. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#end()
  }

  /** The connection is gone. */
  abandon(): void {
    clearTimeout(this.#timer)
  }

  #begin(): void {
    const { format, sendAudio } = this.#input
    if (format.riff) sendAudio(this.#streamId, waveHeader(format))
    this.#startedAt = performance.now()
    this.#continue()
  }

  /** Sends what is due by now, so that a late timer does not slow the voice down. */
  #continue(): void {
    const speed = this.#input.options.synthesisSpeed ?? 10
    const due = (performance.now() - this.#startedAt) * 8 * speed + CHUNK_SAMPLES
    while (this.#sent < this.#pcm.length && this.#sent < due) {
      const chunk = this.#pcm.subarray(this.#sent, this.#sent + CHUNK_SAMPLES)
      this.#sent += chunk.length
      this.#input.sendAudio(this.#streamId, writeAudio(this.#input.format, chunk))
    }
    if (this.#sent < this.#pcm.length) {
      this.#timer = setTimeout(() => this.#continue(), CHUNK_SAMPLES / 8 / speed)
      return
    }
    this.#input.sendText('audio.metadata', {
      Metadata: [{ Type: 'SessionEnd', Data: { Offset: this.#pcm.length * TICKS_PER_SAMPLE } }],
    })
    this.#input.sendAudio(this.#streamId, new Uint8Array(0))
    this.#end()
  }

  #end(): void {
    this.#input.sendText('turn.end', {})
    this.#input.onEnd()
  }
}
