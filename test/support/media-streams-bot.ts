/**
 * A bot as its makers write them after the public description of Media Streams: it knows nothing of us. It keeps what it gets
 * and says what it is told to.
 */
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** Loosely typed, as JSON from the wire is for such a bot. */
export interface StreamEvent {
  readonly event: string
  readonly sequenceNumber?: string
  readonly streamSid?: string
  readonly start?: Record<string, unknown>
  readonly media?: { track: string; chunk: string; timestamp: string; payload: string }
  readonly dtmf?: { track: string; digit: string }
  readonly mark?: { name: string }
  readonly stop?: Record<string, unknown>
}

export class MediaStreamsBot {
  readonly events: StreamEvent[] = []
  readonly requests: IncomingMessage[] = []
  readonly #server: WebSocketServer
  #socket: WebSocket | undefined
  #waiting: (() => void)[] = []
  closeCode: number | undefined

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', (socket, request) => {
      this.#socket = socket
      this.requests.push(request)
      socket.on('error', () => {})
      socket.on('message', (data) => {
        this.events.push(JSON.parse(data.toString()))
        this.#wake()
      })
      socket.on('close', (code) => {
        this.closeCode = code
        this.#wake()
      })
    })
  }

  static async open(): Promise<MediaStreamsBot> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await new Promise((resolve) => server.once('listening', resolve))
    return new MediaStreamsBot(server)
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/bot`
  }

  get streamSid(): string {
    return this.events.find(({ event }) => event === 'start')?.streamSid ?? ''
  }

  /** Resolves once `found` gives something. */
  until<Found>(found: (bot: MediaStreamsBot) => Found | undefined | false): Promise<Found> {
    return new Promise((resolve) => {
      const check = () => {
        const result = found(this)
        if (result === undefined || result === false) return
        this.#waiting = this.#waiting.filter((other) => other !== check)
        resolve(result)
      }
      this.#waiting.push(check)
      check()
    })
  }

  /** Mu-law that it has heard, a frame an entry. */
  get heard(): Buffer[] {
    return this.events.flatMap(({ media }) =>
      media === undefined ? [] : [Buffer.from(media.payload, 'base64')],
    )
  }

  get marks(): string[] {
    return this.events.flatMap(({ mark }) => (mark === undefined ? [] : [mark.name]))
  }

  say(mulaw: Uint8Array): void {
    this.send({
      event: 'media',
      streamSid: this.streamSid,
      media: { payload: Buffer.from(mulaw).toString('base64') },
    })
  }

  mark(name: string): void {
    this.send({ event: 'mark', streamSid: this.streamSid, mark: { name } })
  }

  clear(): void {
    this.send({ event: 'clear', streamSid: this.streamSid })
  }

  send(message: unknown): void {
    this.#socket?.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  leave(): void {
    this.#socket?.close(1000)
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check()
  }
}
