/** The leg's end of a link: a conference on another host takes part in a leg of this one. */
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import { FRAME_SAMPLES, MEDIA_SOCKET_CLOSE, type PartyMessage } from '../../domain/media-socket.ts'
import { FrameLine, type Sound } from './frame-line.ts'
import type { Leg } from './leg.ts'
import type { LegMedia } from './leg-media.ts'
import type { Conversation } from './leg-output.ts'
import { parsePartyMessage } from './worker-messages.ts'

/** Two seconds of sound: what is further behind is stale, and left out rather than kept. */
export const MAX_LINK_BUFFER_BYTES = 16_000

export class PartyConnection implements Conversation {
  readonly #socket: WebSocket
  readonly #leg: Leg
  readonly #media: LegMedia
  readonly #line = new FrameLine()

  constructor(socket: WebSocket, leg: Leg, media: LegMedia, logger: Logger) {
    this.#socket = socket
    this.#leg = leg
    this.#media = media
    socket.on('error', (error) =>
      logger.info({ err: error, legId: leg.legId }, 'link of a conference failed'),
    )
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('close', () => this.#closed())
    this.#send({ type: 'joined', legId: leg.legId, codec: media.codec })
    void media.output.ended.then(() => {
      this.#send({ type: 'ended' })
      socket.close(1000)
    })
    media.output.join(this)
  }

  next(): { readonly sounds: readonly Sound[] } {
    const sound = this.#line.pull()
    return { sounds: sound === undefined ? [] : [sound] }
  }

  voice({ frame }: Sound): void {
    if (this.#socket.bufferedAmount < MAX_LINK_BUFFER_BYTES) this.#write(frame)
  }

  digit(digit: string, durationMs: number): void {
    this.#send({ type: 'digit', digit, durationMs })
  }

  away(isAway: boolean): void {
    this.#send({ type: 'away', isAway })
  }

  dismissed(): void {
    this.#socket.close(MEDIA_SOCKET_CLOSE.dismissed, 'dismissed')
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (Array.isArray(data) || data instanceof ArrayBuffer) return
    if (isBinary) {
      if (data.length === FRAME_SAMPLES)
        this.#line.push({ codec: this.#media.codec, frame: Uint8Array.from(data) })
      return
    }
    const message = parsePartyMessage(data.toString('utf8'))
    if (message?.type === 'digit') this.#media.sendDigit(message.digit, message.durationMs)
    else if (message?.type === 'hang_up') void this.#leg.hangUp()
  }

  #send(message: PartyMessage): void {
    this.#write(JSON.stringify(message))
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(data)
  }

  /** The other host is gone, or has no use for the leg: it is ours again. */
  #closed(): void {
    if (this.#media.output.conversation === this) this.#media.output.join(undefined)
  }
}
