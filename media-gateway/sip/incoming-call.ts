/** A call that arrived: the UAS side of INVITE (RFC 3261 section 13.3). */
import type { Dialog, IncomingInvite } from './call-types.ts'
import { callerIdentity, divertedFrom } from './caller-facts.ts'
import { SipDialog } from './dialog.ts'
import { isFlow } from './dialog-route.ts'
import { SipCallError } from './errors.ts'
import { sdpOf } from './message.ts'
import { ReliableProvisionals } from './reliable-provisionals.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import { type AgreedTimer, decideAsServer } from './session-timer.ts'
import { TimerSet } from './timers.ts'
import type { SipHeaders, SipHop } from './types.ts'
import { contactOf, notify, numberOf, type PendingCall, type UserAgent } from './user-agent.ts'
import type { Field } from './write-message.ts'

/** Proxies drop a call after 3 minutes without a response; section 13.3.1.1 asks for one a minute. */
const PROGRESS_REPEAT_MS = 60_000

export class IncomingCall implements IncomingInvite, PendingCall {
  readonly callId: string
  readonly fromNumber: string
  readonly toNumber: string
  readonly displayName: string | null
  readonly headers: SipHeaders
  readonly user: string | null
  readonly divertedFrom: string | null
  readonly replaces: Dialog | null
  readonly sdpOffer: string | null
  readonly source: SipHop
  readonly localTag: string
  readonly #agent: UserAgent
  readonly #transaction: InviteServerTransaction
  readonly #contact: string
  readonly #provisionals: ReliableProvisionals | null
  readonly #timers = new TimerSet()
  readonly #cancelListeners: (() => void)[] = []
  /** The final answer is out, or none will be. */
  readonly #decided = Promise.withResolvers<void>()
  #remoteCseq: number
  #state: IncomingInvite['state'] = 'pending'

  /**
   * @param user of ours who has proved to be the caller.
   * @param replaces whose place it takes when it is answered.
   */
  constructor(
    agent: UserAgent,
    transaction: InviteServerTransaction,
    user: string | null,
    replaces: Dialog | null,
  ) {
    const { request, source } = transaction
    const caller = callerIdentity(request.headers, request.from)
    this.#agent = agent
    this.#transaction = transaction
    this.#remoteCseq = request.cseq.number
    this.callId = request.callId
    this.localTag = transaction.toTag
    this.fromNumber = caller === null ? '' : numberOf(caller.uri)
    this.displayName = caller?.displayName ?? null
    this.toNumber = numberOf(request.uri) || numberOf(request.to.uri)
    this.headers = request.headers
    this.user = user
    this.replaces = replaces
    this.divertedFrom = divertedFrom(request.headers)
    this.sdpOffer = sdpOf(request)
    this.source = source
    this.#contact = contactOf(agent, this.toNumber, source, request.uri.scheme === 'sips')
    // What the caller merely supports would only be more that can go wrong.
    const isRequired = request.headers.list('require').some((option) => option.toLowerCase() === '100rel')
    this.#provisionals = isRequired
      ? new ReliableProvisionals(agent, transaction, () => this.reject(504))
      : null
    agent.pending.add(this)
    transaction.onCancel(() => this.cancelled())
    transaction.respond({ code: 100 })
  }

  get state(): IncomingInvite['state'] {
    return this.#state
  }

  ringing(): void {
    this.#progress(180, null)
  }

  progress(sdp: string): void {
    this.#progress(183, sdp)
  }

  #progress(code: 180 | 183, sdp: string | null): void {
    if (this.#state !== 'pending') return
    const response = { code, fields: this.#fields(), sdp }
    if (this.#provisionals === null) this.#transaction.respond(response)
    else this.#provisionals.send(response)
    this.#timers.start('progress', PROGRESS_REPEAT_MS, () => this.#progress(code, sdp))
  }

  receivePrack(transaction: NonInviteServerTransaction): void {
    if (this.#provisionals === null) transaction.respond({ code: 481 })
    else this.#provisionals.receive(transaction)
    this.#remoteCseq = Math.max(this.#remoteCseq, transaction.request.cseq.number)
  }

  async answer(sdp: string): Promise<Dialog> {
    this.#mustBePending()
    if (this.#provisionals !== null) {
      // RFC 3262 section 3: no 200 before what it builds on has arrived.
      await Promise.race([this.#provisionals.confirmed, this.#decided.promise])
      this.#mustBePending()
    }
    const timer = decideAsServer(this.#transaction.request, this.#agent.sessionTimer)
    const agreed = timer.kind === 'agreed' ? timer : { timer: null, fields: [] }
    this.#finish('answering')
    const dialog = this.#makeDialog(sdp, agreed.timer)
    this.#transaction.respond({ code: 200, fields: [...this.#fields(), ...agreed.fields], sdp })
    if (await dialog.awaitFirstAck(this.#transaction)) {
      this.#state = 'answered'
      // Its caller talks to us by this call now (RFC 3891 section 3).
      void this.replaces?.bye()
      return dialog
    }
    this.#state = 'failed'
    throw new SipCallError('no_ack', 'the 200 was never acknowledged')
  }

  #mustBePending(): void {
    if (this.#state === 'cancelled') throw new SipCallError('cancelled', 'the caller has given up')
    if (this.#state === 'rejected')
      throw new SipCallError('no_ack', 'a provisional answer was never confirmed', 504)
    if (this.#state !== 'pending') throw new SipCallError('state', `the call is ${this.#state}`)
  }

  reject(code: number, reason?: string, retryAfterSeconds?: number): void {
    if (this.#state !== 'pending') return
    if (!Number.isInteger(code) || code < 300 || code > 699)
      throw new SipCallError('state', `${code} refuses nothing`)
    const fields: Field[] =
      retryAfterSeconds === undefined ? [] : [['Retry-After', String(Math.ceil(retryAfterSeconds))]]
    this.#transaction.respond({ code, reason, fields })
    this.#finish('rejected')
  }

  onCancel(listener: () => void): void {
    if (this.#state === 'cancelled') notify(this.#agent, listener)
    else this.#cancelListeners.push(listener)
  }

  /** A CANCEL came, or a BYE in the early dialog (section 15.1.2). */
  cancelled(): void {
    if (this.#state !== 'pending') return
    this.#transaction.respond({ code: 487 })
    this.#finish('cancelled')
    for (const listener of this.#cancelListeners) notify(this.#agent, listener)
  }

  async giveUp(): Promise<void> {
    this.reject(503)
    await this.#transaction.settled
  }

  abandon(): void {
    if (this.#state === 'pending') this.#finish('failed')
  }

  #finish(state: IncomingInvite['state']): void {
    this.#state = state
    this.#timers.stopAll()
    this.#provisionals?.stop()
    this.#decided.resolve()
    this.#agent.pending.delete(this)
  }

  #fields(): Field[] {
    return [['Contact', this.#contact], ...this.#agent.capabilities]
  }

  #makeDialog(sdp: string, sessionTimer: AgreedTimer | null): SipDialog {
    const { request, source } = this.#transaction
    return new SipDialog(this.#agent, {
      callId: this.callId,
      localTag: this.localTag,
      remoteTag: request.from.tag ?? '',
      from: `${request.headers.get('to') ?? ''};tag=${this.localTag}`,
      to: request.headers.get('from') ?? '',
      contact: this.#contact,
      remoteTarget: request.contact?.uri ?? request.from.uri,
      routes: request.recordRoute,
      remote: { ...source, isFlow: isFlow(request, source) },
      localCseq: 0,
      remoteCseq: this.#remoteCseq,
      localSdp: sdp,
      remoteSdp: this.sdpOffer ?? this.#provisionals?.answer ?? null,
      branchPrefix: 'inbound',
      isCaller: false,
      digest: null,
      authorization: [],
      peerMethods: request.headers.list('allow'),
      sessionTimer,
    })
  }
}
