/** Continuous recognition through Azure's Speech SDK: one WebSocket for the length of a call. */
import * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { displayedWords, type HeardWord } from '../../domain/heard-words.ts'
import type { Codec } from '../../domain/media-socket.ts'
import { type AzureSpeechSettings, azureConfig, azureError } from './azure-config.ts'
import { talkLanguageOf } from './languages.ts'
import {
  type RecognitionOptions,
  type RecognitionStream,
  type RecognizedSpeech,
  SpeechError,
  type SpeechRecognizer,
} from './ports.ts'

const TICKS_PER_MS = 10_000
/** Phrases are settled early: the end of a turn is decided by us, the final only corrects the record. */
const SEGMENTATION_SILENCE_MS = '300'
/** Audio that may be sent faster than it sounds: a worker that takes over a call catches up with it. */
const UNTHROTTLED_MS = '60000'

function waveFormat(codec: Codec): sdk.AudioStreamFormat {
  const tag = codec === 'PCMU' ? sdk.AudioFormatTag.MuLaw : sdk.AudioFormatTag.ALaw
  return sdk.AudioStreamFormat.getWaveFormat(8000, 8, 1, tag)
}

/** @throws SpeechError from `open` when no address is configured. */
export function createAzureRecognizer(settings: AzureSpeechSettings): SpeechRecognizer {
  return { open: (options) => new AzureRecognitionStream(settings, options) }
}

class AzureRecognitionStream implements RecognitionStream {
  readonly #input: sdk.PushAudioInputStream
  readonly #recognizer: sdk.SpeechRecognizer
  #closed = false

  constructor(settings: AzureSpeechSettings, options: RecognitionOptions) {
    const config = azureConfig(settings, 'stt', options.language)
    config.outputFormat = sdk.OutputFormat.Detailed
    config.requestWordLevelTimestamps()
    // The SDK knows no method for it; the service takes it as a parameter of the address.
    config.setServiceProperty('wordLevelConfidence', 'true', sdk.ServicePropertyChannel.UriQueryParameter)
    config.setProperty(sdk.PropertyId.Speech_SegmentationSilenceTimeoutMs, SEGMENTATION_SILENCE_MS)
    config.setProperty('SPEECH-TransmitLengthBeforThrottleMs', UNTHROTTLED_MS) // the SDK's spelling
    this.#input = sdk.AudioInputStream.createPushStream(waveFormat(options.codec))
    this.#recognizer = recognizerOf(config, sdk.AudioConfig.fromStreamInput(this.#input), options)
    this.#listen(options)
    this.#recognizer.startContinuousRecognitionAsync(undefined, (reason) =>
      this.#fail(options, new SpeechError(`recognition did not start: ${reason}`, { retryable: true })),
    )
  }

  push(audio: Uint8Array): void {
    if (this.#closed) return
    this.#input.write(new Uint8Array(audio).buffer)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#input.close()
    this.#recognizer.close(undefined, () => {})
  }

  #listen(options: RecognitionOptions): void {
    this.#recognizer.recognizing = (_, event) => {
      if (event.result.text !== '') options.onHypothesis(toSpeech(event.result, { confidence: null }))
    }
    this.#recognizer.recognized = (_, event) => {
      if (event.result.reason !== sdk.ResultReason.RecognizedSpeech || event.result.text === '') return
      options.onFinal(toSpeech(event.result, hearingOf(event.result)))
    }
    this.#recognizer.canceled = (_, event) => {
      if (event.reason === sdk.CancellationReason.EndOfStream) return
      this.#fail(options, azureError(event.errorCode, event.errorDetails))
    }
  }

  #fail(options: RecognitionOptions, error: SpeechError): void {
    if (this.#closed) return
    this.close()
    options.onFailure(error)
  }
}

/** With `identifies`, in whichever of them is spoken, also where it changes within a call. */
function recognizerOf(
  config: sdk.SpeechConfig,
  audio: sdk.AudioConfig,
  { identifies }: RecognitionOptions,
): sdk.SpeechRecognizer {
  if (identifies === undefined) return new sdk.SpeechRecognizer(config, audio)
  const languages = sdk.AutoDetectSourceLanguageConfig.fromLanguages([...identifies])
  languages.mode = sdk.LanguageIdMode.Continuous
  return sdk.SpeechRecognizer.FromConfig(config, languages, audio)
}

type Hearing = Pick<RecognizedSpeech, 'confidence' | 'words'>

function toSpeech(result: sdk.SpeechRecognitionResult, hearing: Hearing): RecognizedSpeech {
  const startMs = result.offset / TICKS_PER_MS
  const endMs = startMs + result.duration / TICKS_PER_MS
  return { text: result.text, startMs, endMs, ...hearing, language: talkLanguageOf(result.language) }
}

/** Azure's detailed format, as far as it is read: the best alternative comes first. */
interface DetailedPhrase {
  readonly NBest?: readonly {
    readonly Confidence?: number
    readonly Words?: readonly { readonly Word?: string; readonly Confidence?: number }[]
  }[]
}

function hearingOf(result: sdk.SpeechRecognitionResult): Hearing {
  try {
    const best = (JSON.parse(result.json) as DetailedPhrase).NBest?.[0]
    const confidence = best?.Confidence ?? null
    const spoken = (best?.Words ?? []).flatMap(({ Word: text, Confidence }): HeardWord[] =>
      text === undefined || Confidence === undefined ? [] : [{ text, confidence: Confidence }],
    )
    if (confidence === null || spoken.length === 0) return { confidence }
    return { confidence, words: displayedWords(result.text, spoken, confidence) }
  } catch {
    return { confidence: null }
  }
}
