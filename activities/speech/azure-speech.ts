/** Ear and voice of a process: the regions of the settings as one. */
import type { Settings } from '../../config/settings.ts'
import { Endpoints, type EndpointsOptions } from '../providers/endpoints.ts'
import type { AzureSpeechSettings } from './azure-config.ts'
import { createAzureRecognizer } from './azure-recognizer.ts'
import { createAzureVoice } from './azure-voice.ts'
import { failoverRecognizer, failoverVoice } from './failover.ts'
import type { SpeechRecognizer, SpeechVoice } from './ports.ts'

export function createSpeech(
  { speech, providerBreaker }: Pick<Settings, 'speech' | 'providerBreaker'>,
  logger: EndpointsOptions['logger'],
): { readonly recognizer: SpeechRecognizer; readonly voice: SpeechVoice } {
  const { fallback, ...preferred } = speech
  const regions: AzureSpeechSettings[] = [preferred, ...(fallback ? [{ ...preferred, ...fallback }] : [])]
  const options = { policy: providerBreaker, logger }
  // Hearing and speaking are two services: one may be out of order in a region where the other works.
  const of = <Provider>(service: string, create: (settings: AzureSpeechSettings) => Provider) =>
    new Endpoints(
      regions.map((settings) => ({
        name: `${service} ${settings.region ?? settings.endpoint ?? ''}`,
        provider: create(settings),
      })),
      options,
    )
  return {
    recognizer: failoverRecognizer(of('recognition', createAzureRecognizer)),
    voice: failoverVoice(of('voice', createAzureVoice)),
  }
}
