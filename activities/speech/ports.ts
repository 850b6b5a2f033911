/** What the dialogue needs of a speech service; another vendor is plugged in by implementing these. */
import type { HeardWord } from '../../domain/heard-words.ts'
import type { Codec } from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'

export type SpeechLanguage = 'ko-KR' | 'en-US' | 'ja-JP' | 'zh-CN'

/** A stretch of recognised speech. Times are ms of audio since the stream's first pushed byte. */
export interface RecognizedSpeech {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  /** 0-1; null where the service gives none (hypotheses). */
  readonly confidence: number | null
  /** The words of `text`; absent where the service tells nothing of single ones (hypotheses). */
  readonly words?: readonly HeardWord[]
  /** What it was spoken in, where the service was asked to find out. */
  readonly language?: TalkLanguage | null
}

export interface RecognitionOptions {
  /** Format of the pushed audio, 8 kHz mono. */
  readonly codec: Codec
  readonly language: SpeechLanguage
  /** One of these may be spoken, and another one after it: the service finds out. Absent: only `language`. */
  readonly identifies?: readonly SpeechLanguage[]
  /** The phrase under way; each call replaces the one before. */
  readonly onHypothesis: (speech: RecognizedSpeech) => void
  /** The phrase is settled; the hypothesis is void. */
  readonly onFinal: (speech: RecognizedSpeech) => void
  /** The stream is dead: open another one and push again what was not settled. */
  readonly onFailure: (error: SpeechError) => void
}

/** One continuous recognition, kept open for the length of a call. */
export interface RecognitionStream {
  readonly push: (audio: Uint8Array) => void
  readonly close: () => void
}

export interface SpeechRecognizer {
  readonly open: (options: RecognitionOptions) => RecognitionStream
}

export interface SpeakInput {
  readonly text: string
  readonly codec: Codec
  readonly language: SpeechLanguage
  /** Told once of each try: characters as the service bills them. */
  readonly onBilled?: (characters: number) => void
}

export interface SpeechVoice {
  /**
   * Audio in `codec` without a header, as it comes.
   * @throws SpeechError; ends early without an error when `signal` aborts.
   */
  readonly speak: (input: SpeakInput, signal: AbortSignal) => AsyncIterable<Uint8Array>
  readonly close: () => void
}

/** The speech service failed. */
export class SpeechError extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'SpeechError'
    this.retryable = options.retryable
  }
}
