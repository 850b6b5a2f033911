/** One TCP or TLS connection: messages in and out, keep-alives, and an end to peers that misbehave. */
import type { Socket } from 'node:net'
import { SipTransportError } from '../errors.ts'
import { MAX_MESSAGE_BYTES } from '../parse-message.ts'
import { TimerSet } from '../timers.ts'
import type { ConnectionLimits, SipHop, SipLogger } from '../types.ts'
import { FramingError, StreamFramer } from './stream-framer.ts'

const PING = '\r\n\r\n'
const PONG = '\r\n'
/** Time for the last answer to leave before the socket is destroyed. */
const FAREWELL_MS = 500

export interface StreamConnectionOptions {
  /** Where it leads, with its connection number. */
  readonly hop: SipHop
  /** Who opened it: only our own connections are kept alive by our pings (RFC 5626 section 4.4.1). */
  readonly openedBy: 'us' | 'them'
  readonly limits: ConnectionLimits
  readonly logger: SipLogger
  readonly onMessage: (data: Buffer) => void
  readonly onRefused: (head: Buffer, code: number, problem: string) => void
  readonly onClosed: () => void
}

export class StreamConnection {
  readonly hop: SipHop
  readonly #socket: Socket
  readonly #options: StreamConnectionOptions
  readonly #framer = new StreamFramer(MAX_MESSAGE_BYTES)
  readonly #timers = new TimerSet()
  /** A peer that has answered a ping once is held to it. */
  #answersPings = false
  #isRefused = false

  /** @param socket connected, or connecting (what is sent waits for it). */
  constructor(socket: Socket, options: StreamConnectionOptions) {
    const { limits, openedBy, logger, onClosed } = options
    this.hop = options.hop
    this.#socket = socket
    this.#options = options
    socket.setNoDelay(true)
    socket.setKeepAlive(true, limits.pingMs)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => logger.debug({ error }, 'A SIP connection failed'))
    // Node ends our half by itself; a peer that does not take what is left is not waited for.
    socket.on('end', () => this.#timers.start('farewell', FAREWELL_MS, () => this.destroy()))
    socket.on('close', () => {
      this.#timers.stopAll()
      onClosed()
    })
    if (openedBy === 'them') this.#startCut('first', limits.firstMessageMs, 'nothing said')
    else this.#timers.start('ping', limits.pingMs, () => this.#ping())
    this.#stayUp()
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  /** @throws SipTransportError (rejects) when the connection ends before the message has left. */
  send(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (!this.isOpen) return Promise.reject(new SipTransportError('the connection is closed'))
    this.#stayUp()
    this.#socket.write(text, (error) => {
      if (error) reject(new SipTransportError('cannot send', { cause: error }))
      else resolve()
    })
    if (this.#socket.writableLength > this.#options.limits.queuedBytes) this.#cut('does not read')
    return promise
  }

  /** Lets what is queued leave, then closes. */
  end(): void {
    this.#socket.end()
    this.#timers.start('farewell', FAREWELL_MS, () => this.destroy())
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    if (this.#isRefused) return
    this.#stayUp()
    try {
      for (const event of this.#framer.push(chunk)) {
        if (event.kind !== 'pong') this.#timers.stop('first')
        if (event.kind === 'message') this.#options.onMessage(event.data)
        else if (event.kind === 'ping') this.#write(PONG)
        else this.#receivePong()
      }
    } catch (error) {
      this.#refuse(error)
      return
    }
    if (!this.#framer.isUnfinished) this.#timers.stop('message')
    else if (!this.#timers.isRunning('message'))
      this.#startCut('message', this.#options.limits.messageMs, 'too slow')
  }

  #refuse(error: unknown): void {
    this.#isRefused = true
    const { logger, onRefused } = this.#options
    if (!(error instanceof FramingError)) throw error
    logger.debug({ problem: error.message }, 'A SIP connection is cut off')
    if (error.head === null) {
      this.destroy()
      return
    }
    onRefused(error.head, error.code, error.message)
    this.end()
  }

  #ping(): void {
    this.#timers.start('ping', this.#options.limits.pingMs, () => this.#ping())
    this.#write(PING)
    if (!this.#answersPings) this.#timers.start('first-pong', this.#options.limits.pongMs, () => {})
    else if (!this.#timers.isRunning('pong'))
      this.#startCut('pong', this.#options.limits.pongMs, 'answers no ping')
  }

  #receivePong(): void {
    if (this.#timers.isRunning('first-pong')) this.#answersPings = true
    this.#timers.stop('pong', 'first-pong')
  }

  #write(text: string): void {
    if (this.isOpen) this.#socket.write(text)
    if (this.#socket.writableLength > this.#options.limits.queuedBytes) this.#cut('does not read')
  }

  #stayUp(): void {
    this.#startCut('idle', this.#options.limits.idleMs, 'idle')
  }

  #startCut(name: string, afterMs: number, reason: string): void {
    this.#timers.start(name, afterMs, () => this.#cut(reason))
  }

  #cut(reason: string): void {
    this.#options.logger.debug({ reason }, 'A SIP connection is cut off')
    this.destroy()
  }
}
