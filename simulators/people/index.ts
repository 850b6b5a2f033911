/** The people of the world with their texts: they write, are written to, and pay. Telephones are `../phones/`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { z } from 'zod'
import type { InboxMessage } from '../live-events.ts'
import { PHOTO_KINDS, takePhoto } from '../pictures/photos.ts'
import type { TextToCompany } from '../sms/inbound.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { BusyLines } from './busy-lines.ts'
import { Correspondence } from './correspondence.ts'
import { Payer } from './payer.ts'
import { createPeopleRoutes } from './routes.ts'

export interface PeopleInput {
  readonly context: WorldContext
  readonly sendText: (text: TextToCompany) => InboxMessage
}

const phoneNumber = z
  .string()
  .transform((text) => text.replace(/\D/g, ''))
  .pipe(z.string().min(8).max(15))

/** Who writes; without words of their own in the persona's way, which then also goes on by itself. */
const textSchema = z.strictObject({
  from: phoneNumber,
  text: z.string().trim().min(1).max(2000).optional(),
  photo: z.enum(PHOTO_KINDS).optional(),
  /** Whether the persona answers what comes back. Default: only when no words were given. */
  goes_on: z.boolean().optional(),
})

/** There is nothing to send. */
class TextError extends Error {
  readonly retryable = false
}

export function createPeople({ context, sendText }: PeopleInput): WorldPart {
  const { people, live, logger, now } = context
  const lines = new BusyLines(live)
  const stopping = new AbortController()
  const { signal } = stopping
  /** Who is in the middle of writing with the company, by number. */
  const writing = new Map<string, Correspondence>()
  const payer = new Payer({
    personaOf: (number) => people.get(number),
    callOver: (number) => lines.over(number),
    wait: (ms) => sleep(ms, undefined, { signal }),
    logger,
  })
  const ifNotStopping = (error: unknown) => {
    if (!signal.aborted) logger.warn({ err: error }, 'a person could not read a message')
  }
  const seen = new Set<string>()
  const unsubscribe = live.subscribe((event) => {
    if (event.type !== 'sms' || event.message.status !== 'delivered' || seen.has(event.message.id)) return
    const { id, to, text } = event.message
    seen.add(id)
    payer.onMessage(event.message).catch(ifNotStopping)
    writing.get(to)?.received(text).catch(ifNotStopping)
  })

  /** @throws TextError */
  function write({
    from,
    text,
    photo,
    goes_on = text === undefined,
  }: z.infer<typeof textSchema>): InboxMessage {
    const persona = people.get(from)
    const pictures = photo === undefined ? [] : [takePhoto(photo, persona)]
    if (!goes_on) {
      if (text === undefined && photo === undefined) throw new TextError('a text has words, or a picture')
      return sendText({ from, text: text ?? '', pictures })
    }
    if (persona === undefined) throw new TextError('nobody owns this number: give the words to send')
    const correspondence = new Correspondence({
      persona,
      ownNumber: from,
      send: (words) => void sendText({ from, text: words }),
      now,
      signal,
    })
    writing.set(from, correspondence)
    return sendText({ from, text: correspondence.open({ text, withNotice: pictures.length > 0 }), pictures })
  }

  const routes = new Hono()
  routes.route('/', createPeopleRoutes(people))
  routes.post('/world/api/texts', async (c) => {
    const parsed = textSchema.safeParse(await c.req.json().catch(() => undefined))
    const refuse = (message: string) => c.json({ error: { code: 'INVALID', message } }, 422)
    if (!parsed.success) return refuse(z.prettifyError(parsed.error))
    try {
      return c.json(write(parsed.data), 201)
    } catch (error) {
      if (error instanceof TextError) return refuse(error.message)
      throw error
    }
  })
  return {
    routes,
    stop: async () => {
      stopping.abort()
      unsubscribe()
      lines.stop()
    },
  }
}
