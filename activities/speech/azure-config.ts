/** Where Azure Speech is reached and how its error codes are read. */
import * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import type { Settings } from '../../config/settings.ts'
import { SpeechError, type SpeechLanguage } from './ports.ts'

/** One region. */
export type AzureSpeechSettings = Omit<Settings['speech'], 'fallback'>
type Service = 'stt' | 'tts'

// Our processes report nothing about themselves to third parties.
sdk.Recognizer.enableTelemetry(false)

/**
 * The SDK makes the service's own paths only for an address without a path; with one it connects to
 * exactly that address for recognition and for synthesis alike, so each gets a path of its own.
 */
function serviceEndpoint(endpoint: string, service: Service): URL {
  const url = new URL(endpoint)
  if (url.pathname !== '/' && url.pathname !== '')
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${service}`
  return url
}

/** @throws SpeechError when neither an endpoint nor a region is configured. */
export function azureConfig(
  settings: AzureSpeechSettings,
  service: Service,
  language: SpeechLanguage,
): sdk.SpeechConfig {
  const config = fromAddress(settings, service)
  config.speechRecognitionLanguage = language
  config.speechSynthesisLanguage = language
  return config
}

function fromAddress(settings: AzureSpeechSettings, service: Service): sdk.SpeechConfig {
  if (settings.endpoint !== undefined) {
    return sdk.SpeechConfig.fromEndpoint(serviceEndpoint(settings.endpoint, service), settings.key)
  }
  if (settings.region !== undefined) {
    return sdk.SpeechConfig.fromSubscription(settings.key, settings.region)
  }
  throw new SpeechError('no address of the speech service is configured', { retryable: false })
}

const PERMANENT: ReadonlySet<sdk.CancellationErrorCode> = new Set([
  sdk.CancellationErrorCode.AuthenticationFailure,
  sdk.CancellationErrorCode.BadRequestParameters,
  sdk.CancellationErrorCode.Forbidden,
])

/** Classifies a cancellation of the SDK. */
export function azureError(code: sdk.CancellationErrorCode, details: string): SpeechError {
  return new SpeechError(`speech service: ${sdk.CancellationErrorCode[code]}: ${details}`, {
    retryable: !PERMANENT.has(code),
  })
}
