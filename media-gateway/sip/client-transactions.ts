/** Client transactions (RFC 3261 section 17.1, with the `accepted` state of RFC 6026). */
import type { SipResponse } from './message.ts'
import { TimerSet, transactionTimeoutMs } from './timers.ts'
import type { SipAddress, SipTimers } from './types.ts'
import { type OutgoingRequest, writeRequest, writeTransactionAck } from './write-message.ts'

/** What a transaction needs from the layer that owns it. */
export interface TransactionHost {
  readonly timers: SipTimers
  readonly reliable: boolean
  send(text: string, to: SipAddress): Promise<void>
  /** The transaction is over and must be forgotten. */
  terminated(): void
}

/** Who sent the request. After `onTimeout` or `onTransportError` nothing more comes. */
export interface ClientTransactionUser {
  onResponse(response: SipResponse): void
  onTimeout(): void
  onTransportError(error: unknown): void
}

export interface ClientTransaction {
  receive(response: SipResponse): void
  /** Forgets the transaction at once: no more retransmission, no more callbacks. */
  abandon(): void
}

type ClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated'

/** INVITE client transaction: timers A, B, D and M. */
export class InviteClientTransaction implements ClientTransaction {
  readonly request: OutgoingRequest
  readonly #to: SipAddress
  readonly #host: TransactionHost
  readonly #user: ClientTransactionUser
  readonly #timers = new TimerSet()
  #state: ClientState = 'calling'

  constructor(request: OutgoingRequest, to: SipAddress, host: TransactionHost, user: ClientTransactionUser) {
    this.request = request
    this.#to = to
    this.#host = host
    this.#user = user
  }

  start(): void {
    const { timers, reliable } = this.#host
    const text = writeRequest(this.request)
    if (!reliable) this.#timers.startBackoff('A', timers.t1, Number.MAX_SAFE_INTEGER, () => this.#send(text))
    this.#timers.start('B', transactionTimeoutMs(timers), () => {
      this.abandon()
      this.#user.onTimeout()
    })
    this.#send(text)
  }

  receive(response: SipResponse): void {
    if (this.#state === 'terminated') return
    if (this.#state === 'completed') {
      if (response.code >= 300) this.#acknowledge(response)
      return
    }
    if (this.#state === 'accepted') {
      // Retransmissions and forked 2xx both concern the user, who sends their ACK (section 13.2.2.4).
      if (response.code >= 200 && response.code < 300) this.#user.onResponse(response)
      return
    }
    this.#timers.stop('A', 'B')
    if (response.code < 200) this.#state = 'proceeding'
    else this.#finish(response)
    this.#user.onResponse(response)
  }

  abandon(): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#timers.stopAll()
    this.#host.terminated()
  }

  #finish(response: SipResponse): void {
    const { timers, reliable } = this.#host
    if (response.code < 300) {
      this.#state = 'accepted'
      this.#timers.start('M', transactionTimeoutMs(timers), () => this.abandon())
      return
    }
    this.#state = 'completed'
    this.#acknowledge(response)
    this.#timers.start('D', reliable ? 0 : transactionTimeoutMs(timers), () => this.abandon())
  }

  #acknowledge(response: SipResponse): void {
    this.#send(writeTransactionAck(this.request, response))
  }

  #send(text: string): void {
    this.#host.send(text, this.#to).catch((error: unknown) => {
      if (this.#state === 'terminated') return
      const undecided = this.#state === 'calling' || this.#state === 'proceeding'
      this.abandon()
      if (undecided) this.#user.onTransportError(error)
    })
  }
}

/** Non-INVITE client transaction: timers E, F and K. */
export class NonInviteClientTransaction implements ClientTransaction {
  readonly request: OutgoingRequest
  readonly #to: SipAddress
  readonly #host: TransactionHost
  readonly #user: ClientTransactionUser
  readonly #timers = new TimerSet()
  #state: ClientState = 'calling'

  constructor(request: OutgoingRequest, to: SipAddress, host: TransactionHost, user: ClientTransactionUser) {
    this.request = request
    this.#to = to
    this.#host = host
    this.#user = user
  }

  start(): void {
    const { timers, reliable } = this.#host
    const text = writeRequest(this.request)
    if (!reliable) this.#timers.startBackoff('E', timers.t1, timers.t2, () => this.#send(text))
    this.#timers.start('F', transactionTimeoutMs(timers), () => {
      this.abandon()
      this.#user.onTimeout()
    })
    this.#send(text)
  }

  receive(response: SipResponse): void {
    const { timers, reliable } = this.#host
    if (this.#state === 'terminated' || this.#state === 'completed') return
    if (response.code < 200) {
      if (this.#state === 'calling' && !reliable)
        this.#timers.startBackoff('E', timers.t2, timers.t2, () => this.#send(writeRequest(this.request)))
      this.#state = 'proceeding'
    } else {
      this.#state = 'completed'
      this.#timers.stop('E', 'F')
      this.#timers.start('K', reliable ? 0 : timers.t4, () => this.abandon())
    }
    this.#user.onResponse(response)
  }

  abandon(): void {
    if (this.#state === 'terminated') return
    this.#state = 'terminated'
    this.#timers.stopAll()
    this.#host.terminated()
  }

  #send(text: string): void {
    this.#host.send(text, this.#to).catch((error: unknown) => {
      if (this.#state === 'terminated' || this.#state === 'completed') return
      this.abandon()
      this.#user.onTransportError(error)
    })
  }
}
