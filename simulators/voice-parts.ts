/** The parts of the world that speak: the speech service, and the telephones with the people who hold them. */
import { createAzureSpeech } from './azure-speech/index.ts'
import { createTelephones } from './phones/index.ts'
import type { CreateWorldPart } from './world-part.ts'

export const VOICE_PARTS: readonly CreateWorldPart[] = [createAzureSpeech, createTelephones]
