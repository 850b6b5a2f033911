/** Synthesis through Azure's Speech SDK in the telephone's own format, chunks handed on as they come. */
import * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { billedCharacters } from '../../domain/call-usage.ts'
import type { Codec } from '../../domain/media-socket.ts'
import { type AzureSpeechSettings, azureConfig } from './azure-config.ts'
import { FOREIGN_VOICES } from './languages.ts'
import { type SpeakInput, SpeechError, type SpeechLanguage, type SpeechVoice } from './ports.ts'
import { spokenBody, toSsml } from './ssml.ts'

const FORMATS: Readonly<Record<Codec, sdk.SpeechSynthesisOutputFormat>> = {
  PCMU: sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoMULaw,
  PCMA: sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoALaw,
}
/** Idle connections kept for the next sentence; Azure closes them itself after some minutes. */
const MAX_IDLE = 8
const MAX_IDLE_MS = 60_000
/** A voice that gives no sound for so long is given up. */
const STALL_MS = 5_000

interface PooledSynthesizer {
  readonly key: string
  readonly synthesizer: sdk.SpeechSynthesizer
  idleSince: number
}

/** A voice whose connections are pooled: a synthesizer speaks one sentence at a time. */
export function createAzureVoice(settings: AzureSpeechSettings): SpeechVoice {
  const idle: PooledSynthesizer[] = []

  const acquire = (codec: Codec, language: SpeechLanguage): PooledSynthesizer => {
    const key = `${codec} ${language}`
    for (const stale of idle.filter((entry) => Date.now() - entry.idleSince > MAX_IDLE_MS)) {
      idle.splice(idle.indexOf(stale), 1)
      stale.synthesizer.close()
    }
    const index = idle.findIndex((entry) => entry.key === key)
    const [found] = index < 0 ? [] : idle.splice(index, 1)
    return found ?? { key, synthesizer: openSynthesizer(settings, codec, language), idleSince: 0 }
  }
  const release = (entry: PooledSynthesizer, usable: boolean) => {
    if (!usable || idle.length >= MAX_IDLE) return entry.synthesizer.close()
    entry.idleSince = Date.now()
    idle.push(entry)
  }

  return {
    speak: (input, signal) => speak(acquire, release, voiceOf(settings, input.language), input, signal),
    close: () => {
      for (const entry of idle.splice(0)) entry.synthesizer.close()
    },
  }
}

function openSynthesizer(settings: AzureSpeechSettings, codec: Codec, language: SpeechLanguage) {
  const config = azureConfig(settings, 'tts', language)
  config.speechSynthesisOutputFormat = FORMATS[codec]
  config.speechSynthesisVoiceName = voiceOf(settings, language)
  return new sdk.SpeechSynthesizer(config, null)
}

const voiceOf = (settings: AzureSpeechSettings, language: SpeechLanguage): string =>
  language === 'ko-KR' ? settings.voice : FOREIGN_VOICES[language]

async function* speak(
  acquire: (codec: Codec, language: SpeechLanguage) => PooledSynthesizer,
  release: (entry: PooledSynthesizer, usable: boolean) => void,
  voice: string,
  input: SpeakInput,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const entry = acquire(input.codec, input.language)
  const chunks: Uint8Array[] = []
  let finished = false
  let failure: SpeechError | null = null
  let wake = () => {}
  const notify = () => wake()
  /** False when nothing came in time. */
  const nextNotice = () =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), STALL_MS)
      wake = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  entry.synthesizer.synthesizing = (_, event) => {
    if (event.result.audioData.byteLength > 0) chunks.push(new Uint8Array(event.result.audioData))
    notify()
  }
  input.onBilled?.(billedCharacters(spokenBody(input.text, input.language)))
  entry.synthesizer.speakSsmlAsync(
    toSsml(input.text, input.language, voice),
    (result) => {
      finished = true
      if (result.reason !== sdk.ResultReason.SynthesizingAudioCompleted) {
        failure = new SpeechError(`synthesis failed: ${result.errorDetails ?? 'no details'}`, {
          retryable: true,
        })
      }
      notify()
    },
    (reason) => {
      finished = true
      failure = new SpeechError(`synthesis failed: ${reason}`, { retryable: true })
      notify()
    },
  )
  signal.addEventListener('abort', notify)
  try {
    while (!signal.aborted) {
      const chunk = chunks.shift()
      if (chunk !== undefined) yield chunk
      else if (failure !== null) throw failure
      else if (finished) return
      else if (!(await nextNotice())) {
        throw new SpeechError(`the voice gave nothing for ${STALL_MS} ms`, { retryable: true })
      }
    }
  } finally {
    signal.removeEventListener('abort', notify)
    // The protocol has no reliable stop: an unfinished synthesis costs its connection.
    release(entry, finished && failure === null)
  }
}
