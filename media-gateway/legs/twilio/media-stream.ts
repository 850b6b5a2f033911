/** One bot on one leg: we dial its WebSocket and speak Twilio Media Streams. */
import { createHash, createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import WebSocket from 'ws'
import type { CallId, LegId } from '../../../domain/ids.ts'
import type { AttachBotInput, AttachBotResult } from '../../../domain/leg-operations.ts'
import { SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { transcodeG711 } from '../../rtp/index.ts'
import type { Sound } from '../frame-line.ts'
import type { LegMedia } from '../leg-media.ts'
import type { Conversation } from '../leg-output.ts'
import { BotPlayout } from './bot-playout.ts'
import { parseBotMessage, type StreamMessage } from './messages.ts'

const CONNECT_MS = 5_000
/** A minute of what is said: a bot that does not read. */
const MAX_BUFFERED_BYTES = 1024 * 1024
/** A message of 3 minutes in base64, and then some. */
const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024
const PING_MS = 10_000

/** The bot can't be reached or does not want to talk with us; later it may. */
export class BotUnreachableError extends Error {
  readonly retryable = true
}

/** An address that is no WebSocket's. */
export class BotAddressError extends Error {
  readonly retryable = false
}

export interface MediaStreamOptions {
  readonly media: LegMedia
  readonly callId: CallId
  readonly input: AttachBotInput
  /** Signs our request as Twilio does (`X-Twilio-Signature`); undefined: it is not signed. */
  readonly authToken: string | undefined
  readonly logger: Logger
  /** Detaches the bot. */
  readonly signal?: AbortSignal
}

/** Identifiers of the shape that bots expect: two letters and 32 hexadecimal digits. */
function streamIds(callId: CallId, legId: LegId, streamId: string) {
  const sid = (prefix: string, text: string) =>
    prefix + createHash('sha256').update(text).digest('hex').slice(0, 32)
  return {
    accountSid: sid('AC', 'daeri'),
    callSid: sid('CA', callId),
    streamSid: sid('MZ', `${legId} ${streamId}`),
  }
}

/** Base64 of HMAC-SHA1 over the address; a WebSocket's request has no parameters to add. */
const twilioSignature = (authToken: string, url: string): string =>
  createHmac('sha1', authToken).update(url).digest('base64')

/**
 * Resolves when bot and leg have parted, whoever left.
 * @throws BotUnreachableError, BotAddressError: nothing was attached
 */
export async function attachBot(options: MediaStreamOptions): Promise<AttachBotResult> {
  const { media, signal, logger } = options
  const socket = await connect(options)
  if (signal?.aborted || media.output.over) {
    socket.terminate()
    return { outcome: media.output.over ? 'leg_ended' : 'detached', durationMs: 0 }
  }
  const stream = new MediaStream(socket, options)
  const detach = () => stream.end('detached')
  signal?.addEventListener('abort', detach, { once: true })
  void media.output.ended.then(() => stream.end('leg_ended'))
  const result = await stream.ended
  signal?.removeEventListener('abort', detach)
  logger.info({ legId: media.legId, ...result }, 'bot detached')
  return result
}

function connect({ input, authToken }: MediaStreamOptions): Promise<WebSocket> {
  const { url } = input
  if (!/^wss?:\/\/[^\s]+$/.test(url)) throw new BotAddressError('a bot has a ws:// or wss:// address')
  return new Promise((resolve, reject) => {
    const headers = authToken === undefined ? {} : { 'x-twilio-signature': twilioSignature(authToken, url) }
    const socket = new WebSocket(url, {
      headers,
      handshakeTimeout: CONNECT_MS,
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
    })
    socket.on('error', (error) => reject(new BotUnreachableError(`bot: ${error.message}`)))
    socket.once('open', () => resolve(socket))
  })
}

class MediaStream implements Conversation {
  readonly ended: Promise<AttachBotResult>
  readonly #socket: WebSocket
  readonly #options: MediaStreamOptions
  readonly #ids: ReturnType<typeof streamIds>
  readonly #playout = new BotPlayout()
  readonly #startedAt = performance.now()
  readonly #resolveEnded: (result: AttachBotResult) => void
  readonly #ping: NodeJS.Timeout
  #sequence = 0
  #chunk = 0
  #firstCursor: number | undefined
  #over = false
  #alive = true

  constructor(socket: WebSocket, options: MediaStreamOptions) {
    const { media, callId, input } = options
    this.#socket = socket
    this.#options = options
    this.#ids = streamIds(callId, media.legId, input.streamId)
    const { promise, resolve } = Promise.withResolvers<AttachBotResult>()
    this.ended = promise
    this.#resolveEnded = resolve
    socket.on('error', () => {}) // `close` follows
    socket.on('pong', () => {
      this.#alive = true
    })
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#receive(data.toString())
    })
    socket.on('close', () => this.end('bot_left'))
    this.#ping = setInterval(() => this.#keepAlive(), PING_MS)
    this.#begin()
    media.output.join(this)
  }

  next(): { readonly sounds: readonly Sound[] } {
    const { frame, marks } = this.#playout.nextFrame()
    for (const name of marks) this.#mark(name)
    return { sounds: frame === undefined ? [] : [{ codec: 'PCMU', frame }] }
  }

  voice({ codec, frame }: Sound, cursor: number): void {
    this.#firstCursor ??= cursor
    const timestamp = String((cursor - this.#firstCursor) / SAMPLES_PER_MS)
    const payload = Buffer.from(transcodeG711(codec, 'PCMU', frame)).toString('base64')
    const chunk = String(++this.#chunk)
    const media = { track: 'inbound', chunk, timestamp, payload } as const
    this.#send({ event: 'media', ...this.#head(), media })
  }

  digit(digit: string): void {
    this.#send({ event: 'dtmf', ...this.#head(), dtmf: { track: 'inbound_track', digit } })
  }

  /** A bot knows no hold: it hears silence, as the caller's phone sends. */
  away(): void {}

  dismissed(): void {
    this.end('detached')
  }

  end(outcome: AttachBotResult['outcome']): void {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#ping)
    const { output } = this.#options.media
    if (output.conversation === this) output.join(undefined)
    const { accountSid, callSid } = this.#ids
    this.#send({ event: 'stop', ...this.#head(), stop: { accountSid, callSid } })
    this.#socket.close(1000)
    this.#resolveEnded({ outcome, durationMs: Math.round(performance.now() - this.#startedAt) })
  }

  #begin(): void {
    const { streamSid, accountSid, callSid } = this.#ids
    this.#send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    const start = {
      accountSid,
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: this.#options.input.customParameters ?? {},
    } as const
    this.#send({ event: 'start', ...this.#head(), start })
  }

  #receive(text: string): void {
    const message = parseBotMessage(text)
    switch (message?.event) {
      case 'media':
        if (!this.#playout.append(Buffer.from(message.media.payload, 'base64')))
          this.#options.logger.warn({ legId: this.#options.media.legId }, 'a bot has sent too much speech')
        break
      case 'mark': {
        const due = this.#playout.mark(message.mark.name)
        if (due !== undefined) this.#mark(due)
        break
      }
      case 'clear':
        for (const name of this.#playout.clear()) this.#mark(name)
        break
      case undefined:
        this.#options.logger.info({ legId: this.#options.media.legId }, 'message of a bot not understood')
    }
  }

  #mark(name: string): void {
    this.#send({ event: 'mark', ...this.#head(), mark: { name } })
  }

  #head() {
    return { sequenceNumber: String(++this.#sequence), streamSid: this.#ids.streamSid }
  }

  #send(message: StreamMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate()
    else this.#socket.send(JSON.stringify(message))
  }

  #keepAlive(): void {
    if (this.#alive) this.#socket.ping()
    else this.#socket.terminate()
    this.#alive = false
  }
}
