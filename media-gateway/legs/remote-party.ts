/** The conference's end of a link: a leg that another host holds, as if it were here. */
import type { Logger } from 'pino'
import WebSocket from 'ws'
import type { LegId } from '../../domain/ids.ts'
import {
  type Codec,
  FRAME_SAMPLES,
  MEDIA_SOCKET_CLOSE,
  type PartyMessage,
} from '../../domain/media-socket.ts'
import { type FrameListener, frameClock } from '../rtp/index.ts'
import type { Party } from './conference.ts'
import { ConferencePartyError } from './conferences.ts'
import type { Conversation } from './leg-output.ts'
import { mixFor } from './mixer.ts'
import { MAX_LINK_BUFFER_BYTES } from './party-connection.ts'
import { parsePartyMessage } from './worker-messages.ts'

const CONNECT_MS = 3_000
/** A network that hiccups: the leg is taken for lost after this. Both legs' own timeouts are longer. */
const RECONNECT_LIMIT_MS = 8_000
const RECONNECT_PAUSE_MS = 250

export interface RemotePartyOptions {
  readonly legId: LegId
  /** `LegEvent.mediaSocketUrl`. */
  readonly url: string
  readonly token: string
  readonly logger: Logger
}

export class RemoteParty implements Party, FrameListener {
  readonly legId: LegId
  readonly codec: Codec
  readonly #options: RemotePartyOptions
  readonly #over = Promise.withResolvers<void>()
  #socket: WebSocket
  #conversation: Conversation | undefined
  #released = false
  /** Samples that came over the link. */
  #cursor = 0

  private constructor(options: RemotePartyOptions, socket: WebSocket, codec: Codec) {
    this.#options = options
    this.legId = options.legId
    this.codec = codec
    this.#socket = socket
    this.#follow(socket)
    frameClock.add(this)
  }

  /** @throws ConferencePartyError where the host does not answer, or has no such leg. */
  static async open(options: RemotePartyOptions): Promise<RemoteParty> {
    const { socket, codec } = await connect(options)
    return new RemoteParty(options, socket, codec)
  }

  get ended(): Promise<void> {
    return this.#over.promise
  }

  get conversation(): Conversation | undefined {
    return this.#conversation
  }

  join(conversation: Conversation | undefined): void {
    this.#conversation = conversation
  }

  sendDigit(digit: string, durationMs: number): void {
    this.#send({ type: 'digit', digit, durationMs })
  }

  hangUp(): void {
    this.#send({ type: 'hang_up' })
  }

  release(): void {
    this.#released = true
    frameClock.remove(this)
    this.#socket.close(1000)
    this.#over.resolve()
  }

  /** The one 20 ms beat of this host: what the leg is to hear. */
  beat(): void {
    const others = this.#conversation?.next()
    if (others === undefined) return
    const frame = mixFor(this.codec, others.sounds, others.pcm)
    if (frame !== undefined && this.#socket.bufferedAmount < MAX_LINK_BUFFER_BYTES) this.#write(frame)
  }

  #follow(socket: WebSocket): void {
    socket.on('error', () => {})
    socket.on('message', (data, isBinary) => {
      if (!(data instanceof Buffer)) return
      if (isBinary && data.length === FRAME_SAMPLES) {
        this.#conversation?.voice({ codec: this.codec, frame: Uint8Array.from(data) }, this.#cursor)
        this.#cursor += FRAME_SAMPLES
      } else if (!isBinary) this.#told(parsePartyMessage(data.toString('utf8')))
    })
    socket.on('close', (code) => {
      if (this.#released) return
      const isOver = code === 1000 || code === MEDIA_SOCKET_CLOSE.dismissed
      if (isOver) this.release()
      else void this.#connectAgain()
    })
  }

  #told(message: PartyMessage | undefined): void {
    switch (message?.type) {
      case 'digit':
        this.#conversation?.digit(message.digit, message.durationMs)
        break
      case 'away':
        this.#conversation?.away(message.isAway)
        break
      case 'ended':
        this.release()
    }
  }

  async #connectAgain(): Promise<void> {
    const { legId, logger } = this.#options
    logger.warn({ legId }, 'link to the leg of a conference lost: connecting again')
    const giveUpAt = performance.now() + RECONNECT_LIMIT_MS
    while (!this.#released && performance.now() < giveUpAt) {
      try {
        const { socket } = await connect(this.#options)
        this.#socket = socket
        if (this.#released) socket.close(1000)
        else this.#follow(socket)
        return
      } catch (error) {
        if (error instanceof ConferencePartyError && !error.retryable) break
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_PAUSE_MS))
      }
    }
    this.release()
  }

  #send(message: PartyMessage): void {
    this.#write(JSON.stringify(message))
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data)
  }
}

/** Resolves when the leg's host has let us in. */
function connect({ legId, url, token }: RemotePartyOptions): Promise<{ socket: WebSocket; codec: Codec }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const socket = new WebSocket(`${url}?as=party`, { headers, handshakeTimeout: CONNECT_MS })
    const fail = (message: string, retryable: boolean) => {
      reject(new ConferencePartyError(`leg ${legId} on another gateway: ${message}`, retryable))
      socket.terminate()
    }
    const timer = setTimeout(() => fail('no answer', true), CONNECT_MS)
    socket.once('close', (code) => {
      clearTimeout(timer)
      fail(`closed (${code})`, code !== MEDIA_SOCKET_CLOSE.legEnded)
    })
    socket.on('error', (error) => fail(error.message, true))
    socket.once('message', (data, isBinary) => {
      const message = isBinary ? undefined : parsePartyMessage(data.toString())
      if (message?.type !== 'joined') return // `error`: the close that follows says which
      clearTimeout(timer)
      socket.removeAllListeners()
      resolve({ socket, codec: message.codec })
    })
  })
}
