/** Azure Speech as a part of the outside world. */
import type { CreateWorldPart } from '../world-part.ts'
import { createAzureSpeechServer } from './server.ts'

export const createAzureSpeech: CreateWorldPart = ({ faults, logger }) => {
  const server = createAzureSpeechServer({
    faults,
    onTranscript: ({ kind, text }) => logger.debug({ kind, text }, 'speech service'),
  })
  return { upgrade: server.upgrade, stop: server.close }
}
