/** The people of the world with their texts: they write, are written to, and pay. Telephones are `../phones/`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { ChatMessage } from '../kakao/index.ts'
import type { InboxMessage, KakaoMessage } from '../live-events.ts'
import type { PaymentsPart } from '../payments/index.ts'
import { NoPhotoError, PHOTO_KINDS, takePhoto } from '../pictures/photos.ts'
import type { Picture } from '../pictures/store.ts'
import type { TextToCompany } from '../sms/inbound.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { BusyLines } from './busy-lines.ts'
import { Correspondence } from './correspondence.ts'
import { Payer } from './payer.ts'
import { createPeopleRoutes } from './routes.ts'

export interface PeopleInput {
  readonly context: WorldContext
  readonly sendText: (text: TextToCompany) => InboxMessage
  readonly sendChat: (message: ChatMessage) => KakaoMessage
  readonly deposit: PaymentsPart['deposit']
}

const phoneNumber = z
  .string()
  .transform((text) => text.replace(/\D/g, ''))
  .pipe(z.string().min(8).max(15))

/** Without words of their own the persona finds them, and then also goes on by itself. */
const wordsSchema = z.strictObject({
  text: z.string().trim().min(1).max(1000).optional(),
  photo: z.enum(PHOTO_KINDS).optional(),
  /** Whether the persona answers what comes back. Default: only when no words were given. */
  goes_on: z.boolean().optional(),
})
const textSchema = wordsSchema.extend({ from: phoneNumber })
const chatSchema = wordsSchema.extend({ user: phoneNumber })

/** There is nothing to send. */
class NothingToSendError extends Error {
  readonly retryable = false
}

/** One way of writing to the company. */
interface Channel<Message> {
  readonly send: (number: string, text: string | undefined, picture: Picture | undefined) => Message
  /** The company does not see the number. */
  readonly numberHidden: boolean
  /** Who is in the middle of writing with the company, by number. */
  readonly writing: Map<string, Correspondence>
}

export function createPeople({ context, sendText, sendChat, deposit }: PeopleInput): WorldPart {
  const { people, live, logger, now } = context
  const lines = new BusyLines(live)
  const stopping = new AbortController()
  const { signal } = stopping
  const payer = new Payer({
    personaOf: (number) => people.get(number),
    callOver: (number) => lines.over(number),
    wait: (ms) => sleep(ms, undefined, { signal }),
    transfer: ({ number, amountWon }, depositor) =>
      deposit({ account: number, amount: amountWon, depositor }),
    logger,
  })
  const texts: Channel<InboxMessage> = {
    send: (from, text = '', picture) =>
      sendText({ from, text, pictures: picture === undefined ? [] : [picture] }),
    numberHidden: false,
    writing: new Map(),
  }
  const chats: Channel<KakaoMessage> = {
    send: (user, text, picture) =>
      sendChat({
        user,
        ...(text === undefined ? {} : { text }),
        ...(picture === undefined ? {} : { picture }),
      }),
    numberHidden: true,
    writing: new Map(),
  }

  const read = <Message>(channel: Channel<Message>, to: string, text: string) => {
    const ifNotStopping = (error: unknown) => {
      if (!signal.aborted) logger.warn({ err: error }, 'a person could not read a message')
    }
    payer.onMessage({ to, text }).catch(ifNotStopping)
    channel.writing.get(to)?.received(text).catch(ifNotStopping)
  }
  const seen = new Set<string>()
  const unsubscribe = live.subscribe((event) => {
    if (event.type === 'sms' && event.message.status === 'delivered' && !seen.has(event.message.id)) {
      seen.add(event.message.id)
      const { to, text, buttons = [] } = event.message
      read(texts, to, [text, ...buttons.map(({ link }) => link)].join('\n'))
    }
    if (event.type !== 'kakao') return
    const { user, by, text, waiting, refused } = event.message
    if (by === 'company' && waiting !== true && refused === undefined) read(chats, user, text)
  })

  /** @throws NothingToSendError, NoPhotoError */
  async function write<Message>(
    channel: Channel<Message>,
    number: string,
    words: z.infer<typeof wordsSchema>,
  ): Promise<Message> {
    const { text, photo, goes_on = text === undefined } = words
    const persona = people.get(number)
    const picture = photo === undefined ? undefined : await takePhoto(photo, persona, now())
    if (!goes_on) {
      if (text === undefined && picture === undefined)
        throw new NothingToSendError('a message has words, or a picture')
      return channel.send(number, text, picture)
    }
    if (persona === undefined) throw new NothingToSendError('nobody owns this number: give the words to send')
    const { numberHidden } = channel
    const send = (answer: string) => void channel.send(number, answer, undefined)
    const correspondence = new Correspondence({ persona, ownNumber: number, numberHidden, send, now, signal })
    channel.writing.set(number, correspondence)
    return channel.send(
      number,
      correspondence.open({ text, withNotice: photo?.startsWith('obituary') === true }),
      picture,
    )
  }

  const routes = new Hono()
  routes.route('/', createPeopleRoutes(people))
  routes.post('/world/api/texts', async (c) =>
    answer(c, async () => {
      const { from, ...words } = textSchema.parse(await c.req.json())
      return write(texts, from, words)
    }),
  )
  routes.post('/world/api/kakao', async (c) =>
    answer(c, async () => {
      const { user, ...words } = chatSchema.parse(await c.req.json())
      return write(chats, user, words)
    }),
  )
  return {
    routes,
    stop: async () => {
      stopping.abort()
      unsubscribe()
      lines.stop()
    },
  }
}

async function answer(c: Context, send: () => Promise<object>): Promise<Response> {
  try {
    return c.json(await send(), 201)
  } catch (error) {
    const refuse = (message: string) => c.json({ error: { code: 'INVALID', message } }, 422)
    if (error instanceof z.ZodError) return refuse(z.prettifyError(error))
    if (error instanceof NothingToSendError || error instanceof NoPhotoError || error instanceof SyntaxError)
      return refuse(error.message)
    throw error
  }
}
