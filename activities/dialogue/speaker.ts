/**
 * Speaks one utterance sentence by sentence into the gateway's queue. What the gateway already has of it
 * (said by a worker that was lost, or before a reconnection) is not said again.
 */
import {
  FRAME_SAMPLES,
  SAMPLES_PER_MS,
  SENTENCE_PAUSE_MS,
  type SentenceState,
} from '../../domain/media-socket.ts'
import type { SpeechLanguage, SpeechVoice } from '../speech/ports.ts'
import { wasInterrupted } from './heard.ts'
import type { LegSession } from './leg-session.ts'

export interface SpeakerOptions {
  readonly session: LegSession
  readonly voice: SpeechVoice
  readonly utteranceId: string
  readonly language: SpeechLanguage
  readonly signal: AbortSignal
  /** Characters that the voice was given, as it bills them. */
  readonly onBilled?: (characters: number) => void
}

/** One voice that fails is tried once more: a pooled connection may have been closed by the service. */
const VOICE_ATTEMPTS = 3

interface SentenceAudio {
  readonly index: number
  readonly text: string
  readonly mustBeHeard: boolean
  /** Bytes that the gateway had of it before us. */
  readonly base: number
  /** What we have added. */
  readonly audio: Uint8Array[]
  /** `sentence.start` was sent. */
  begun: boolean
  ended: boolean
}

export class Speaker {
  /** Monotonic time of the first audio that was sent; null while nothing was. */
  firstAudioAt: number | null = null
  readonly #options: SpeakerOptions
  readonly #stopped = new AbortController()
  readonly #sentences: SentenceAudio[] = []
  readonly #unsubscribe: () => void
  #work: Promise<void> = Promise.resolve()
  #queued = 0

  constructor(options: SpeakerOptions) {
    this.#options = options
    this.#unsubscribe = options.session.onReattached(() => this.#repeatMissing())
    const stop = () => this.#stopped.abort()
    options.signal.addEventListener('abort', stop, { once: true })
    if (options.signal.aborted) stop()
  }

  /** The caller broke in, or this turn was given up: nothing more is said. */
  get isCut(): boolean {
    const { session, utteranceId } = this.#options
    const utterance = session.state.utterances.get(utteranceId)
    return this.#stopped.signal.aborted || (utterance !== undefined && wasInterrupted(utterance))
  }

  /** Something was given to speak that can't be taken back. */
  get hasBegun(): boolean {
    return this.#queued > 0
  }

  /**
   * Sentences are given in order, each once, also those that the gateway already has.
   * @param mustBeHeard the caller can't break in before it was said.
   */
  say(text: string, { mustBeHeard = false } = {}): void {
    const index = this.#queued++
    this.#work = this.#work.then(() => this.#speak(index, text, mustBeHeard))
    // Whoever calls `finish` gets the failure; until then it is nobody's unhandled rejection.
    this.#work.catch(() => {})
  }

  /**
   * Resolves once all of it is queued in the gateway.
   * @throws SpeechError when the voice failed.
   */
  async finish(): Promise<void> {
    try {
      await this.#work
      const { session, utteranceId } = this.#options
      if (this.#queued === 0 || this.#options.signal.aborted) return
      session.send({ type: 'utterance.end', utteranceId })
      session.state.noteComplete(utteranceId)
    } finally {
      this.#unsubscribe()
    }
  }

  /** How long the gateway plays what it has of this utterance, ms. */
  get totalMs(): number {
    const utterance = this.#options.session.state.utterances.get(this.#options.utteranceId)
    const sentences = utterance?.sentences ?? []
    const pauses = Math.max(0, sentences.length - 1) * SENTENCE_PAUSE_MS
    return sentences.reduce((sum, sentence) => sum + sentence.totalMs, pauses)
  }

  #known(index: number): SentenceState | undefined {
    const utterance = this.#options.session.state.utterances.get(this.#options.utteranceId)
    return utterance?.sentences.find((sentence) => sentence.index === index)
  }

  async #speak(index: number, text: string, mustBeHeard: boolean): Promise<void> {
    if (this.isCut) return
    const known = this.#known(index)
    if (known !== undefined && known.state !== 'open') return
    // A sentence that was left open is finished with the words it was begun with.
    const base = Math.round((known?.totalMs ?? 0) * SAMPLES_PER_MS)
    const sentence: SentenceAudio = {
      index,
      text: known?.text ?? text,
      mustBeHeard,
      base,
      audio: [],
      begun: false,
      ended: false,
    }
    this.#sentences.push(sentence)
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#synthesize(sentence)
        return
      } catch (error) {
        if (attempt >= VOICE_ATTEMPTS || this.isCut) throw error
      }
    }
  }

  async #synthesize(sentence: SentenceAudio): Promise<void> {
    const { session, voice, language, onBilled } = this.#options
    let toSkip = sizeOf(sentence)
    let rest: Uint8Array = new Uint8Array(0)
    const audio = voice.speak(
      { text: sentence.text, codec: session.codec, language, ...(onBilled ? { onBilled } : {}) },
      this.#stopped.signal,
    )
    for await (const chunk of audio) {
      if (this.isCut) return
      const fresh = chunk.subarray(Math.min(toSkip, chunk.byteLength))
      toSkip -= chunk.byteLength - fresh.byteLength
      const bytes = concat(rest, fresh)
      const whole = bytes.byteLength - (bytes.byteLength % FRAME_SAMPLES)
      rest = bytes.slice(whole)
      if (whole > 0) this.#append(sentence, bytes.slice(0, whole))
    }
    if (this.isCut) return
    if (rest.byteLength > 0) this.#append(sentence, padded(rest, session.codec === 'PCMU' ? 0xff : 0xd5))
    this.#end(sentence)
  }

  #begin(sentence: SentenceAudio): void {
    if (sentence.begun) return
    sentence.begun = true
    const { session, utteranceId } = this.#options
    const { index, text, mustBeHeard } = sentence
    session.send({
      type: 'sentence.start',
      utteranceId,
      sentence: index,
      text,
      ...(mustBeHeard ? { mustBeHeard } : {}),
    })
  }

  #append(sentence: SentenceAudio, audio: Uint8Array): void {
    this.#begin(sentence)
    this.firstAudioAt ??= performance.now()
    sentence.audio.push(audio)
    this.#options.session.sendAudio(audio)
    this.#note(sentence, 'open')
  }

  #end(sentence: SentenceAudio): void {
    this.#begin(sentence)
    sentence.ended = true
    const { session, utteranceId } = this.#options
    session.send({ type: 'sentence.end', utteranceId, sentence: sentence.index })
    this.#note(sentence, 'queued')
  }

  #note(sentence: SentenceAudio, state: SentenceState['state']): void {
    const { session, utteranceId } = this.#options
    const { index, text } = sentence
    const totalMs = sizeOf(sentence) / SAMPLES_PER_MS
    session.state.noteSentence(utteranceId, { index, text, state, totalMs, playedMs: 0 })
  }

  /** After a reconnection: what was sent into the broken socket is sent again, from where the gateway has it. */
  #repeatMissing(): void {
    const { session } = this.#options
    for (const sentence of this.#sentences) {
      const known = this.#known(sentence.index)
      if (!sentence.begun || (known !== undefined && known.state !== 'open')) continue
      const had = Math.round((known?.totalMs ?? 0) * SAMPLES_PER_MS)
      sentence.begun = false
      this.#begin(sentence)
      session.sendAudio(
        sentence.audio.reduce<Uint8Array>(concat, new Uint8Array(0)).slice(Math.max(0, had - sentence.base)),
      )
      this.#note(sentence, 'open')
      if (sentence.ended) this.#end(sentence)
    }
  }
}

/** Bytes of a sentence that were sent, by whomever. */
const sizeOf = (sentence: SentenceAudio): number =>
  sentence.audio.reduce((sum, audio) => sum + audio.byteLength, sentence.base)

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.byteLength === 0) return b
  const joined = new Uint8Array(a.byteLength + b.byteLength)
  joined.set(a)
  joined.set(b, a.byteLength)
  return joined
}

/** The last frame is filled up with silence. */
function padded(audio: Uint8Array, silence: number): Uint8Array {
  const frame = new Uint8Array(Math.ceil(audio.byteLength / FRAME_SAMPLES) * FRAME_SAMPLES).fill(silence)
  frame.set(audio)
  return frame
}
