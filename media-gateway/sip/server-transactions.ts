/** Server transactions (RFC 3261 section 17.2, with the `accepted` state of RFC 6026). */
import type { TransactionHost } from './client-transactions.ts'
import type { SipRequest } from './message.ts'
import { TimerSet, transactionTimeoutMs } from './timers.ts'
import { isReliable } from './transport/transport.ts'
import type { SipHop } from './types.ts'
import { answerAddress, type Field, type ResponseOptions, writeResponse } from './write-message.ts'

/** What the user of a transaction decides about a response. */
export interface ResponseInput {
  readonly code: number
  readonly reason?: string | undefined
  readonly fields?: readonly Field[]
  readonly sdp?: string | null
}

/** How we name ourselves in the responses of one transaction. */
interface ServerIdentity {
  readonly userAgent: string
  readonly toTag: string
}

type ServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated'

abstract class ServerTransaction {
  readonly request: SipRequest
  readonly source: SipHop
  /** Our To tag in every response to this request but 100 (section 8.2.6.2). */
  readonly toTag: string
  protected readonly host: TransactionHost
  protected readonly timers = new TimerSet()
  protected state: ServerState = 'proceeding'
  readonly #userAgent: string
  #lastResponse: string | null = null

  constructor(
    request: SipRequest,
    source: SipHop,
    host: TransactionHost,
    { userAgent, toTag }: ServerIdentity,
  ) {
    this.toTag = toTag
    this.request = request
    this.source = source
    this.host = host
    this.#userAgent = userAgent
  }

  /** Forgets the transaction at once. */
  abandon(): void {
    if (this.state === 'terminated') return
    this.state = 'terminated'
    this.timers.stopAll()
    this.host.terminated()
  }

  protected write(input: ResponseInput): void {
    const toTag = input.code === 100 ? undefined : this.toTag
    const options: ResponseOptions = { ...input, toTag, userAgent: this.#userAgent, source: this.source }
    this.#lastResponse = writeResponse(this.request, options)
    this.resend()
  }

  /** A response that can't be sent is lost like any datagram; the other side's retransmission asks again. */
  protected resend(): void {
    if (this.#lastResponse === null) return
    this.host.send(this.#lastResponse, answerAddress(this.request, this.source)).catch(() => {})
  }

  abstract respond(input: ResponseInput): void
  /** The same request again (or the ACK of a refused INVITE). */
  abstract receive(request: SipRequest): void
}

/** INVITE server transaction: timers G, H, I and L; also retransmits the 2xx (section 13.3.1.4). */
export class InviteServerTransaction extends ServerTransaction {
  #onUnacknowledged: (() => void) | null = null
  #onCancel: (() => void) | null = null
  #isCancelled = false
  readonly #settled = Promise.withResolvers<void>()

  /** Resolves when our refusal is acknowledged or the transaction is over for another reason. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  override abandon(): void {
    super.abandon()
    this.#settled.resolve()
  }

  /** Responses after the final one are ignored. */
  respond(input: ResponseInput): void {
    if (this.state !== 'proceeding') return
    this.write(input)
    const { timers } = this.host
    if (input.code < 200) return
    if (input.code < 300) {
      this.state = 'accepted'
      // Retransmitted over reliable transports too: a proxy behind may use UDP (section 13.3.1.4).
      this.timers.startBackoff('G', timers.t1, timers.t2, () => this.resend())
      this.timers.start('L', transactionTimeoutMs(timers), () => {
        const unacknowledged = this.timers.isRunning('G')
        this.abandon()
        if (unacknowledged) this.#onUnacknowledged?.()
      })
      return
    }
    this.state = 'completed'
    if (!isReliable(this.source)) this.timers.startBackoff('G', timers.t1, timers.t2, () => this.resend())
    this.timers.start('H', transactionTimeoutMs(timers), () => this.abandon())
  }

  /** The ACK of our 2xx came (it is no part of this transaction, the dialog got it). */
  acknowledged(): void {
    if (this.state === 'accepted') this.timers.stop('G')
  }

  /** Called where 64*T1 pass after a 2xx without its ACK. */
  onUnacknowledged(listener: () => void): void {
    this.#onUnacknowledged = listener
  }

  /** Called where a CANCEL comes before the final response; at once where it has already come. */
  onCancel(listener: () => void): void {
    this.#onCancel = listener
    if (this.#isCancelled) listener()
  }

  /** The CANCEL itself has its own transaction; this one is only told. */
  cancel(): void {
    if (this.state !== 'proceeding') return
    this.#isCancelled = true
    this.#onCancel?.()
  }

  receive(request: SipRequest): void {
    if (request.method === 'ACK') {
      if (this.state !== 'completed') return
      this.state = 'confirmed'
      this.#settled.resolve()
      this.timers.stopAll()
      this.timers.start('I', isReliable(this.source) ? 0 : this.host.timers.t4, () => this.abandon())
    } else if (this.state === 'proceeding' || this.state === 'completed') {
      this.resend()
    }
  }
}

/** Non-INVITE server transaction: timer J. */
export class NonInviteServerTransaction extends ServerTransaction {
  respond(input: ResponseInput): void {
    if (this.state !== 'proceeding') return
    this.state = 'completed'
    this.write(input)
    const { timers } = this.host
    this.timers.start('J', isReliable(this.source) ? 0 : transactionTimeoutMs(timers), () => this.abandon())
  }

  receive(): void {
    if (this.state === 'completed') this.resend()
  }
}
