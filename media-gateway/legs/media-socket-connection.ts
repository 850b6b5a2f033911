/** One dialogue worker's socket on one leg. */
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import {
  AUDIO_HEADER_BYTES,
  type GatewayMessage,
  MEDIA_SOCKET_CLOSE,
  type MediaSocketErrorCode,
  type WorkerMessage,
} from '../../domain/media-socket.ts'
import type { LogItem } from './caller-log.ts'
import type { LegMedia } from './leg-media.ts'
import { PlayoutError } from './playout-queue.ts'
import { parseWorkerMessage } from './worker-messages.ts'

/** A worker that does not read: 30 s of audio are 252 KB, so this is far behind. */
const MAX_BUFFERED_BYTES = 1024 * 1024

type SpokenMessage = Exclude<WorkerMessage, { readonly type: 'levels' | 'turn.start' | 'turn.end' }>

export interface ConnectionOptions {
  readonly logger: Logger
  /** Called before each message that speaks: this connection is now the speaker. */
  readonly speak: (connection: MediaSocketConnection) => void
  readonly closed: () => void
}

export class MediaSocketConnection {
  readonly #socket: WebSocket
  readonly #options: ConnectionOptions
  #media: LegMedia | undefined
  #detach: () => void = () => {}
  #stopMeter: () => void = () => {}
  #superseded = false
  #speaking = false
  #alive = true

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('pong', () => {
      this.#alive = true
    })
    socket.on('error', (error) => options.logger.info({ err: error }, 'media socket failed'))
    socket.on('close', () => this.#closed())
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
  }

  /** @param media undefined: there is no such leg, or it is not answered yet. */
  open(media: LegMedia | undefined, over: boolean, cursor: number | undefined): void {
    if (over) this.#refuse('leg_ended', 'the leg is over', MEDIA_SOCKET_CLOSE.legEnded)
    else if (media !== undefined) this.#attach(media, cursor)
    else this.#refuse('unknown_leg', 'no such live leg on this gateway', MEDIA_SOCKET_CLOSE.unknownLeg)
  }

  #attach(media: LegMedia, cursor: number | undefined): void {
    this.#media = media
    const attachment = media.attach(cursor, {
      item: (item) => this.#item(item),
      ended: (end) => {
        this.#send({ type: 'ended', cursor: end })
        this.#socket.close(1000)
      },
    })
    this.#detach = attachment.detach
    this.#send(attachment.message)
    for (const item of attachment.replay) this.#item(item)
  }

  /** Another worker speaks now; this one may go on listening. */
  supersede(): void {
    this.#superseded = true
    this.#error('superseded', 'another worker has begun to speak on this leg')
  }

  ping(): void {
    if (this.#alive) this.#socket.ping()
    else this.terminate()
    this.#alive = false
  }

  terminate(): void {
    this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    const media = this.#media
    if (media === undefined) return
    try {
      const bytes = toBytes(data)
      const message = isBinary ? bytes : parseWorkerMessage(Buffer.from(bytes).toString('utf8'))
      if (!('type' in message)) this.#speak(media, message)
      else if (message.type === 'levels') this.#meter(media, message.everyMs)
      else if (message.type === 'turn.start') media.attended(this, message.language)
      else if (message.type === 'turn.end') media.unattended(this)
      else this.#speak(media, message)
    } catch (error) {
      if (!(error instanceof PlayoutError)) throw error
      this.#error(error.code, error.message)
    }
  }

  #speak(media: LegMedia, message: SpokenMessage | Uint8Array): void {
    if (this.#superseded) {
      if ('type' in message) this.#error('superseded', 'another worker speaks on this leg')
      return
    }
    if (!this.#speaking) {
      this.#speaking = true
      this.#options.speak(this)
      media.releaseSpeaker()
    }
    if ('type' in message) media.command(message)
    else media.append(message)
  }

  #meter(media: LegMedia, everyMs: number): void {
    this.#stopMeter()
    this.#stopMeter = everyMs === 0 ? () => {} : media.meter(everyMs, (level) => this.#send(level))
  }

  #item(item: LogItem): void {
    if (item.kind === 'message') {
      this.#send(item.message)
      return
    }
    const frame = Buffer.allocUnsafe(AUDIO_HEADER_BYTES + item.frame.length)
    frame.writeDoubleBE(item.cursor, 0)
    frame.set(item.frame, AUDIO_HEADER_BYTES)
    this.#write(frame)
  }

  #send(message: GatewayMessage): void {
    this.#write(JSON.stringify(message))
  }

  #write(data: string | Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#options.logger.warn({ buffered: this.#socket.bufferedAmount }, 'media socket is too slow')
      this.#detach()
      this.#stopMeter()
      this.#socket.close(MEDIA_SOCKET_CLOSE.tooSlow, 'too slow')
      return
    }
    this.#socket.send(data)
  }

  #error(code: MediaSocketErrorCode, message: string): void {
    this.#send({ type: 'error', code, message })
  }

  #refuse(code: MediaSocketErrorCode, message: string, closeCode: number): void {
    this.#error(code, message)
    this.#socket.close(closeCode, code)
  }

  #closed(): void {
    this.#detach()
    this.#stopMeter()
    this.#media?.unattended(this)
    if (this.#speaking && !this.#superseded) this.#media?.releaseSpeaker()
    this.#options.closed()
  }
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}
