/** Checks what a dialogue worker sends over the media socket. */
import { z } from 'zod'
import type { WorkerMessage } from '../../domain/media-socket.ts'
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
  z.object({ type: z.literal('clear'), utteranceId: utteranceId.exactOptional() }),
])

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
