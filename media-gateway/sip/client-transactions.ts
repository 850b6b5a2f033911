/** Client transactions (RFC 3261 section 17.1, with the `accepted` state of RFC 6026). */
import { SipTransportError } from './errors.ts'
import type { SipResponse } from './message.ts'
import { TimerSet, transactionTimeoutMs } from './timers.ts'
import { isReliable, protocolOf } from './transport/transport.ts'
import type { SipHop, SipTimers } from './types.ts'
import { type OutgoingRequest, writeRequest, writeTransactionAck } from './write-message.ts'

/** What a transaction needs from the layer that owns it. */
export interface TransactionHost {
  readonly timers: SipTimers
  send(text: string, to: SipHop): Promise<void>
  /** The transaction is over and must be forgotten. */
  terminated(): void
}

/** One way for a request to go. */
export interface Attempt {
  readonly hop: SipHop
  readonly via: string
}

/** The first way, and others for where nothing can be sent by it. */
export type Attempts = readonly [Attempt, ...Attempt[]]

/** Who sent the request. After `onTimeout` or `onTransportError` nothing more comes. */
export interface ClientTransactionUser {
  onResponse(response: SipResponse): void
  onTimeout(): void
  onTransportError(error: unknown): void
}

export interface ClientTransaction {
  receive(response: SipResponse): void
  /** A connection is closed; without it no response can come any more. */
  connectionClosed(connection: number): void
  /** Forgets the transaction at once: no more retransmission, no more callbacks. */
  abandon(): void
}

type ClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated'

abstract class BaseClientTransaction implements ClientTransaction {
  readonly request: OutgoingRequest
  protected readonly host: TransactionHost
  protected readonly user: ClientTransactionUser
  protected readonly timers = new TimerSet()
  protected state: ClientState = 'calling'
  #attempt: Attempt
  readonly #others: Attempt[]

  constructor(
    request: OutgoingRequest,
    attempts: Attempts,
    host: TransactionHost,
    user: ClientTransactionUser,
  ) {
    this.request = request
    this.host = host
    this.user = user
    const [first, ...others] = attempts
    this.#attempt = first
    this.#others = others
  }

  /** The way that the request really goes. */
  get attempt(): Attempt {
    return this.#attempt
  }

  abstract start(): void
  abstract receive(response: SipResponse): void

  connectionClosed(connection: number): void {
    const { hop } = this.#attempt
    const canReturn = protocolOf(hop) !== 'WS' && protocolOf(hop) !== 'WSS'
    if (hop.connection === connection && !canReturn)
      this.#fail(new SipTransportError('the WebSocket is closed'))
  }

  abandon(): void {
    if (this.state === 'terminated') return
    this.state = 'terminated'
    this.timers.stopAll()
    this.host.terminated()
  }

  protected get isReliable(): boolean {
    return isReliable(this.#attempt.hop)
  }

  /** Sends the request again after `firstMs`, and so on, where the transport may lose it. */
  protected repeat(timer: string, firstMs: number, longestMs: number): void {
    const text = writeRequest(this.request, this.#attempt.via)
    if (!this.isReliable) this.timers.startBackoff(timer, firstMs, longestMs, () => this.send(text))
  }

  protected begin(timer: string, limitTimer: string, longestMs: number): void {
    const { timers } = this.host
    this.repeat(timer, timers.t1, longestMs)
    this.timers.start(limitTimer, transactionTimeoutMs(timers), () => {
      this.abandon()
      this.user.onTimeout()
    })
    this.send(writeRequest(this.request, this.#attempt.via))
  }

  protected send(text: string): void {
    const attempt = this.#attempt
    this.host.send(text, attempt.hop).catch((error: unknown) => {
      if (attempt === this.#attempt) this.#fail(error)
    })
  }

  #fail(error: unknown): void {
    const other = this.state === 'calling' ? this.#others.shift() : undefined
    if (other !== undefined) {
      this.#attempt = other
      this.timers.stopAll()
      this.start()
      return
    }
    const undecided = this.state === 'calling' || this.state === 'proceeding'
    if (this.state === 'terminated' || (this.state === 'completed' && !this.failsWhenCompleted)) return
    this.abandon()
    if (undecided) this.user.onTransportError(error)
  }

  /** Whether there is still something to send after the final response. */
  protected abstract readonly failsWhenCompleted: boolean
}

/** INVITE client transaction: timers A, B, D and M. */
export class InviteClientTransaction extends BaseClientTransaction {
  /** The ACK, each time that the refusal comes again. */
  protected override readonly failsWhenCompleted = true

  start(): void {
    this.begin('A', 'B', Number.MAX_SAFE_INTEGER)
  }

  /** The call is not wanted any more, but an answer may still be on its way. */
  stopRepeating(): void {
    this.timers.stop('A')
  }

  receive(response: SipResponse): void {
    if (this.state === 'terminated') return
    if (this.state === 'completed') {
      if (response.code >= 300) this.#acknowledge(response)
      return
    }
    if (this.state === 'accepted') {
      // Retransmissions and forked 2xx both concern the user, who sends their ACK (section 13.2.2.4).
      if (response.code >= 200 && response.code < 300) this.user.onResponse(response)
      return
    }
    this.timers.stop('A', 'B')
    if (response.code < 200) this.state = 'proceeding'
    else this.#finish(response)
    this.user.onResponse(response)
  }

  #finish(response: SipResponse): void {
    const { timers } = this.host
    if (response.code < 300) {
      this.state = 'accepted'
      this.timers.start('M', transactionTimeoutMs(timers), () => this.abandon())
      return
    }
    this.state = 'completed'
    this.#acknowledge(response)
    this.timers.start('D', this.isReliable ? 0 : transactionTimeoutMs(timers), () => this.abandon())
  }

  #acknowledge(response: SipResponse): void {
    this.send(writeTransactionAck(this.request, this.attempt.via, response))
  }
}

/** Non-INVITE client transaction: timers E, F and K. */
export class NonInviteClientTransaction extends BaseClientTransaction {
  protected override readonly failsWhenCompleted = false

  start(): void {
    this.begin('E', 'F', this.host.timers.t2)
  }

  receive(response: SipResponse): void {
    const { t2, t4 } = this.host.timers
    if (this.state === 'terminated' || this.state === 'completed') return
    if (response.code < 200) {
      if (this.state === 'calling') this.repeat('E', t2, t2)
      this.state = 'proceeding'
    } else {
      this.state = 'completed'
      this.timers.stop('E', 'F')
      this.timers.start('K', this.isReliable ? 0 : t4, () => this.abandon())
    }
    this.user.onResponse(response)
  }
}
