/** Client of a gateway's media socket for one leg; reconnects by itself for a few seconds. */
import WebSocket, { type RawData } from 'ws'
import type { LegId } from '../../domain/ids.ts'
import {
  AUDIO_HEADER_BYTES,
  type GatewayMessage,
  type MediaSocketErrorCode,
  type WorkerMessage,
} from '../../domain/media-socket.ts'

/** The leg can't be reached any more by this worker. */
export class MediaSocketError extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'MediaSocketError'
    this.retryable = options.retryable
  }
}

export interface MediaConnectionOptions {
  readonly url: string
  readonly legId: LegId
  readonly token: string
  /** Samples from which audio is wanted; asked again at every reconnection. */
  readonly cursor: () => number
  readonly onMessage: (message: GatewayMessage) => void
  /** @param cursor of the first sample. */
  readonly onAudio: (cursor: number, audio: Uint8Array) => void
  /** The leg is over, or was never there. */
  readonly onEnded: () => void
  /** The gateway did not follow one message; the call goes on. */
  readonly onComplaint: (code: MediaSocketErrorCode, text: string) => void
  /** Given up. */
  readonly onFailure: (error: MediaSocketError) => void
}

/** Waits between reconnections: together about as long as the gateway needs to be sure of a lost worker. */
const RECONNECT_DELAYS_MS = [50, 100, 200, 400, 800, 1_600] as const

const ENDED_CODES: ReadonlySet<MediaSocketErrorCode> = new Set(['leg_ended', 'unknown_leg'])
const ENDED_STATUSES: ReadonlySet<number> = new Set([404, 410])
const REFUSED_STATUSES: ReadonlySet<number> = new Set([400, 401, 403])

export class MediaConnection {
  readonly #options: MediaConnectionOptions
  #socket: WebSocket
  #failures = 0
  #over = false
  #retryTimer: NodeJS.Timeout | undefined

  constructor(options: MediaConnectionOptions) {
    this.#options = options
    this.#socket = this.#connect()
  }

  /** Dropped while the connection is away: the writer repeats what the gateway lacks once it is back. */
  send(message: WorkerMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  sendAudio(audio: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(audio)
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#retryTimer)
    this.#socket.close()
  }

  #connect(): WebSocket {
    const url = new URL(this.#options.url)
    url.searchParams.set('cursor', String(this.#options.cursor()))
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${this.#options.token}` },
      perMessageDeflate: false,
      handshakeTimeout: 3_000,
    })
    let refusal: MediaSocketError | null = null
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('unexpected-response', (_, response) => {
      const status = response.statusCode ?? 0
      response.resume()
      if (ENDED_STATUSES.has(status)) this.#end()
      else if (REFUSED_STATUSES.has(status)) {
        refusal = new MediaSocketError(`the gateway refused the media socket: ${status}`, {
          retryable: false,
        })
      }
      socket.terminate()
    })
    socket.on('error', () => {}) // 'close' follows and decides
    socket.on('close', () => this.#closed(refusal))
    return socket
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#over) return
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)])
    if (isBinary) {
      if (bytes.byteLength <= AUDIO_HEADER_BYTES) return
      this.#options.onAudio(bytes.readDoubleBE(0), bytes.subarray(AUDIO_HEADER_BYTES))
      return
    }
    const message = JSON.parse(bytes.toString('utf8')) as GatewayMessage
    if (message.type === 'attached') this.#failures = 0
    if (message.type === 'error') this.#refused(message.code, message.message)
    else this.#options.onMessage(message)
    if (message.type === 'ended') this.#end()
  }

  #refused(code: MediaSocketErrorCode, text: string): void {
    if (ENDED_CODES.has(code)) this.#end()
    else if (code === 'superseded') this.#fail(new MediaSocketError(text, { retryable: true }))
    else if (code === 'unauthorized') this.#fail(new MediaSocketError(text, { retryable: false }))
    else this.#options.onComplaint(code, text)
  }

  #closed(refusal: MediaSocketError | null): void {
    if (this.#over) return
    const delayMs = RECONNECT_DELAYS_MS[this.#failures++]
    if (refusal !== null) this.#fail(refusal)
    else if (delayMs === undefined) {
      this.#fail(new MediaSocketError('the gateway can not be reached', { retryable: true }))
    } else {
      this.#retryTimer = setTimeout(() => {
        this.#socket = this.#connect()
      }, delayMs)
    }
  }

  #end(): void {
    if (this.#over) return
    this.close()
    this.#options.onEnded()
  }

  #fail(error: MediaSocketError): void {
    if (this.#over) return
    this.close()
    this.#options.onFailure(error)
  }
}
