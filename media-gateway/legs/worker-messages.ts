/** Checks what a dialogue worker sends over the media socket. */
import { z } from 'zod'
import type { PartyMessage, WorkerMessage } from '../../domain/media-socket.ts'
import { TALK_LANGUAGES } from '../../domain/talk-language.ts'
import { PlayoutError } from './playout-queue.ts'

const utteranceId = z.string().min(1).max(200)
const sentence = z.number().int().min(0)

const workerMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('sentence.start'),
    utteranceId,
    sentence,
    text: z.string(),
    mustBeHeard: z.boolean().exactOptional(),
  }),
  z.object({ type: z.literal('sentence.end'), utteranceId, sentence }),
  z.object({ type: z.literal('utterance.end'), utteranceId }),
  z.object({ type: z.literal('turn.start'), language: z.enum(TALK_LANGUAGES) }),
  z.object({ type: z.literal('turn.end') }),
  z.object({ type: z.literal('recording.pause') }),
  z.object({ type: z.literal('recording.resume') }),
  z.object({
    type: z.literal('listen'),
    bargeInMs: z.number().min(100).max(2_000).exactOptional(),
    minVoiceDbfs: z.number().min(-60).max(-20).exactOptional(),
  }),
  z.object({ type: z.literal('clear'), utteranceId: utteranceId.exactOptional() }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({
    type: z.literal('levels'),
    everyMs: z.union([z.literal(0), z.number().int().min(100).max(10_000)]),
  }),
])

const partyMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('joined'), legId: z.string(), codec: z.enum(['PCMU', 'PCMA']) }),
  z.object({
    type: z.literal('digit'),
    digit: z.string().regex(/^[0-9*#A-D]$/),
    durationMs: z.number().int().min(0).max(60_000),
  }),
  z.object({ type: z.literal('away'), isAway: z.boolean() }),
  z.object({ type: z.literal('hang_up') }),
  z.object({ type: z.literal('ended') }),
])

/** @returns undefined for what is none: the other host may be newer than we. */
export function parsePartyMessage(text: string): PartyMessage | undefined {
  try {
    return partyMessage.parse(JSON.parse(text)) as PartyMessage
  } catch {
    return undefined
  }
}

/** @throws PlayoutError `bad_message` */
export function parseWorkerMessage(text: string): WorkerMessage {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new PlayoutError('bad_message', 'not JSON')
  }
  const parsed = workerMessage.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new PlayoutError('bad_message', `${issue?.path.join('.')}: ${issue?.message}`)
}
