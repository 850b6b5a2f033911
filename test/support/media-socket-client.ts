/** A plain client of the media socket for tests. */
import WebSocket from 'ws'
import type { LegId } from '../../domain/ids.ts'
import { AUDIO_HEADER_BYTES, type GatewayMessage, type WorkerMessage } from '../../domain/media-socket.ts'
import { mediaSocketToken } from '../../domain/media-socket-token.ts'

export class TestMediaSocket {
  readonly messages: GatewayMessage[] = []
  readonly audio: { readonly cursor: number; readonly frame: Uint8Array }[] = []
  /** Messages and audio in the order of arrival. */
  readonly log: (GatewayMessage | { readonly type: 'audio'; readonly cursor: number })[] = []
  readonly closed: Promise<number>
  readonly #socket: WebSocket
  #waiting: (() => void)[] = []

  constructor(url: string, legId: LegId, secret: string, cursor?: number) {
    const address = cursor === undefined ? url : `${url}?cursor=${cursor}`
    const authorization = `Bearer ${mediaSocketToken(secret, legId)}`
    this.#socket = new WebSocket(address, { headers: { authorization } })
    this.#socket.on('error', () => {})
    this.closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        const frame = {
          cursor: data.readDoubleBE(0),
          frame: Uint8Array.from(data.subarray(AUDIO_HEADER_BYTES)),
        }
        this.audio.push(frame)
        this.log.push({ type: 'audio', cursor: frame.cursor })
      } else {
        const message = JSON.parse(data.toString('utf8')) as GatewayMessage
        this.messages.push(message)
        this.log.push(message)
      }
      for (const check of [...this.#waiting]) check()
    })
  }

  /** Resolves once `found` gives something. */
  until<Found>(found: (socket: TestMediaSocket) => Found | undefined | false): Promise<Found> {
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

  message<Type extends GatewayMessage['type']>(
    type: Type,
    matches: (message: Extract<GatewayMessage, { readonly type: Type }>) => boolean = () => true,
  ): Promise<Extract<GatewayMessage, { readonly type: Type }>> {
    type Wanted = Extract<GatewayMessage, { readonly type: Type }>
    return this.until(({ messages }) =>
      messages.find((m): m is Wanted => m.type === type && matches(m as Wanted)),
    )
  }

  send(message: WorkerMessage): void {
    this.#write(JSON.stringify(message))
  }

  sendAudio(audio: Uint8Array): void {
    this.#write(audio)
  }

  /** A whole utterance of one sentence. */
  say(utteranceId: string, text: string, audio: Uint8Array): void {
    this.send({ type: 'sentence.start', utteranceId, sentence: 0, text })
    this.sendAudio(audio)
    this.send({ type: 'sentence.end', utteranceId, sentence: 0 })
    this.send({ type: 'utterance.end', utteranceId })
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState === WebSocket.CONNECTING)
      this.#socket.once('open', () => this.#socket.send(data))
    else this.#socket.send(data)
  }

  /** As a killed process would. */
  kill(): void {
    this.#socket.terminate()
  }

  close(): void {
    this.#socket.close()
  }
}
