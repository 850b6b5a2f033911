/**
 * One leg as a dialogue worker holds it: the media socket and the recognition stream, kept warm between
 * turns. Everything that happens lands in `state`; `changed` wakes whoever waits.
 */
import type { Logger } from 'pino'
import type { LegId } from '../../domain/ids.ts'
import {
  type Codec,
  type GatewayMessage,
  SAMPLES_PER_MS,
  type WorkerMessage,
} from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import type {
  RecognitionStream,
  RecognizedSpeech,
  SpeechLanguage,
  SpeechRecognizer,
} from '../speech/ports.ts'
import { CardGuard } from './card-guard.ts'
import { LegState, type Phrase } from './leg-state.ts'
import { MediaConnection, MediaSocketError } from './media-connection.ts'

export interface LegSessionOptions {
  readonly url: string
  readonly legId: LegId
  readonly token: string
  /** Samples; nothing before it is listened to. */
  readonly cursor: number
  readonly language: SpeechLanguage
  /** Others that may be spoken. */
  readonly identifies?: readonly SpeechLanguage[]
  readonly recognizer: SpeechRecognizer
  readonly logger: Pick<Logger, 'warn'>
}

/** Recognition streams that may fail in a row before the turn does. */
const MAX_RECOGNITION_FAILURES = 4
/** A timer that is so late was held up with everything else. */
const STOOD_STILL_MS = 200
const RECOGNITION_RETRY_MS = 200
/** Audio kept for another recognition stream. */
const MAX_UNSETTLED_MS = 60_000
const ATTACH_LIMIT_MS = 8_000

interface AudioChunk {
  readonly cursor: number
  readonly audio: Uint8Array
}

export class LegSession {
  readonly legId: LegId
  /** First sample this session knows of. */
  readonly startCursor: number
  readonly state: LegState
  readonly cards = new CardGuard((message) => this.send(message))
  /** Time (ms, monotonic) at which words or voice last changed. */
  lastChangeAt = performance.now()
  readonly #options: LegSessionOptions
  readonly #connection: MediaConnection
  #codec: Codec | null = null
  #failure: (Error & { readonly retryable: boolean }) | null = null
  #closed = false
  /** Of the turn under way. */
  #turn: WorkerMessage | null = null
  #recognition: RecognitionStream | null = null
  #recognitionFailures = 0
  #unsettled: AudioChunk[] = []
  /** Samples that recognition was given since `takeRecognizedMs`. */
  #recognizedSamples = 0
  #reattachListeners = new Set<() => void>()
  #waiters = new Set<() => void>()

  constructor(options: LegSessionOptions) {
    this.#options = options
    this.legId = options.legId
    this.startCursor = options.cursor
    this.state = new LegState(options.cursor)
    this.#connection = new MediaConnection({
      url: options.url,
      legId: options.legId,
      token: options.token,
      cursor: () => this.state.cursor,
      onMessage: (message) => this.#onMessage(message),
      onAudio: (cursor, audio) => this.#onAudio(cursor, audio),
      onEnded: () => {
        this.state.ended = true
        this.#wake()
      },
      onComplaint: (code, text) =>
        options.logger.warn({ legId: options.legId, code, reason: text }, 'gateway complained'),
      onFailure: (error) => this.#fail(error),
    })
  }

  /**
   * Waits until the gateway has answered; the leg may turn out to be over.
   * @throws MediaSocketError.
   */
  async attached(signal: AbortSignal): Promise<void> {
    const limit = performance.now() + ATTACH_LIMIT_MS
    while (this.#codec === null && !this.state.ended) {
      this.throwIfFailed()
      signal.throwIfAborted()
      if (performance.now() > limit) {
        throw new MediaSocketError('the gateway did not answer', { retryable: true })
      }
      await this.changed(ATTACH_LIMIT_MS, signal)
    }
  }

  get codec(): Codec {
    return this.#codec ?? 'PCMU'
  }

  get isUsable(): boolean {
    return !this.#closed && this.#failure === null && !this.state.ended
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure
  }

  /** Resolves at the next change, after `timeoutMs`, or when `signal` aborts. */
  changed(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const dueAt = performance.now() + timeoutMs
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiters.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#notice(performance.now() - dueAt)
        done()
      }, timeoutMs)
      this.#waiters.add(done)
      signal?.addEventListener('abort', done)
      if (signal?.aborted === true) done()
    })
  }

  /** While this process stood still it heard nothing: that was no silence of the caller or of recognition. */
  #notice(lateMs: number): void {
    if (lateMs > STOOD_STILL_MS) this.lastChangeAt = Math.min(performance.now(), this.lastChangeAt + lateMs)
  }

  /** The gateway knows from now on that somebody looks after the caller. */
  beginTurn(language: TalkLanguage): void {
    this.#turn = { type: 'turn.start', language }
    this.send(this.#turn)
  }

  endTurn(): void {
    this.#turn = null
    this.send({ type: 'turn.end' })
  }

  send(message: WorkerMessage): void {
    this.#connection.send(message)
  }

  sendAudio(audio: Uint8Array): void {
    this.#connection.sendAudio(audio)
  }

  /** Called after each reconnection, when `state.utterances` is what the gateway has. */
  onReattached(listener: () => void): () => void {
    this.#reattachListeners.add(listener)
    return () => this.#reattachListeners.delete(listener)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#connection.close()
    this.#recognition?.close()
    this.#unsettled = []
    this.#wake()
  }

  #onMessage(message: GatewayMessage): void {
    this.state.apply(message)
    if (message.type === 'attached') this.#onAttached(message)
    if (message.type === 'speech.start' || message.type === 'speech.end' || message.type === 'digit') {
      this.lastChangeAt = performance.now()
    }
    this.#wake()
  }

  #onAttached(message: Extract<GatewayMessage, { type: 'attached' }>): void {
    const isFirst = this.#codec === null
    this.#codec = message.codec
    if (isFirst) {
      this.state.cursor = message.cursor
      this.#openRecognition(message.codec)
    } else {
      if (this.#turn !== null) this.send(this.#turn)
      for (const listener of this.#reattachListeners) listener()
    }
  }

  #onAudio(cursor: number, audio: Uint8Array): void {
    const end = cursor + audio.byteLength
    if (end <= this.state.cursor || this.#codec === null) return
    const gap = cursor - this.state.cursor
    // Lost for good (longer away than the gateway keeps): silence holds its place on the clock.
    if (gap > 0) this.#hear(this.state.cursor, new Uint8Array(gap).fill(this.#codec === 'PCMU' ? 0xff : 0xd5))
    this.#hear(Math.max(cursor, this.state.cursor), gap < 0 ? audio.subarray(-gap) : audio)
    this.state.cursor = end
    this.#wake()
  }

  #hear(cursor: number, audio: Uint8Array): void {
    this.#unsettled.push({ cursor, audio })
    const oldest = cursor - MAX_UNSETTLED_MS * SAMPLES_PER_MS
    while ((this.#unsettled[0]?.cursor ?? oldest) < oldest) this.#unsettled.shift()
    this.#push(audio)
  }

  /** Begins with everything that no settled phrase covers yet. */
  #openRecognition(codec: Codec): void {
    const base = this.#unsettled[0]?.cursor ?? this.state.cursor
    const toPhrase = (speech: RecognizedSpeech): Phrase => ({
      text: speech.text,
      start: base + speech.startMs * SAMPLES_PER_MS,
      end: base + speech.endMs * SAMPLES_PER_MS,
      confidence: speech.confidence,
      ...(speech.words === undefined ? {} : { words: speech.words }),
      ...(speech.language ? { language: speech.language } : {}),
    })
    const { language, identifies } = this.#options
    try {
      this.#recognition = this.#options.recognizer.open({
        codec,
        language,
        ...(identifies === undefined ? {} : { identifies }),
        onHypothesis: (speech) => this.#recognized(() => this.state.hypothesis(toPhrase(speech))),
        onFinal: (speech) =>
          this.#recognized(() => {
            const phrase = toPhrase(speech)
            this.state.final({ ...phrase, confidence: phrase.confidence ?? 1 })
            while ((this.#unsettled[0]?.cursor ?? phrase.end) < phrase.end) this.#unsettled.shift()
          }),
        onFailure: (error) => {
          this.#options.logger.warn({ legId: this.legId, err: error }, 'recognition failed')
          this.#recognitionFailed(codec)
        },
      })
    } catch (error) {
      this.#fail(asFailure(error))
      return
    }
    for (const chunk of this.#unsettled) this.#push(chunk.audio)
  }

  #push(audio: Uint8Array): void {
    if (this.#recognition === null) return
    this.#recognizedSamples += audio.byteLength
    this.#recognition.push(audio)
  }

  /** Sound that recognition was given since this was asked last, also sound that it was given again. */
  takeRecognizedMs(): number {
    const ms = this.#recognizedSamples / SAMPLES_PER_MS
    this.#recognizedSamples = 0
    return ms
  }

  #recognized(note: () => void): void {
    if (this.#closed) return
    this.#recognitionFailures = 0
    note()
    this.lastChangeAt = performance.now()
    this.#wake()
  }

  #recognitionFailed(codec: Codec): void {
    this.#recognition = null
    if (this.#closed) return
    this.#recognitionFailures++
    if (this.#recognitionFailures > MAX_RECOGNITION_FAILURES) {
      this.#fail(new MediaSocketError('speech recognition keeps failing', { retryable: true }))
      return
    }
    const delayMs = RECOGNITION_RETRY_MS * 2 ** (this.#recognitionFailures - 1)
    setTimeout(() => {
      if (!this.#closed) this.#openRecognition(codec)
    }, delayMs)
  }

  #fail(error: Error & { readonly retryable: boolean }): void {
    this.#failure ??= error
    this.close()
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter()
  }
}

function asFailure(error: unknown): Error & { readonly retryable: boolean } {
  if (error instanceof Error && 'retryable' in error && typeof error.retryable === 'boolean') {
    return Object.assign(error, { retryable: error.retryable })
  }
  return new MediaSocketError('recognition could not be opened', { retryable: true, cause: error })
}
