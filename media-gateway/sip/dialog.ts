/** An INVITE dialog (RFC 3261 sections 12 to 15). */
import type { DigestClient } from './auth/digest-client.ts'
import { authorized, isChallenge, MAX_CHALLENGES, sendRequest } from './client-request.ts'
import { type RemoteHop, routeRequest } from './dialog-route.ts'
import { SipCallError } from './errors.ts'
import { isSdp, type SipRequest, type SipResponse, type SipUri, sdpOf } from './message.ts'
import { answerReoffer } from './sdp-negotiation.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import { ALLOWED_METHODS, CAPABILITIES, UNSERVED_METHODS } from './status.ts'
import { TimerSet } from './timers.ts'
import type { DialogEnd, SipHop } from './types.ts'
import { type ManagedDialog, makeBranch, notify, type UserAgent, viaTo } from './user-agent.ts'
import { authorizationOf, type Field, type OutgoingRequest, writeRequest } from './write-message.ts'

export interface DialogStart {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** Our From value in this dialog's requests, tag included. */
  readonly from: string
  /** Our To value in this dialog's requests, tag included. */
  readonly to: string
  /** `<sip:…>` that reaches us. */
  readonly contact: string
  readonly remoteTarget: SipUri
  readonly routes: readonly string[]
  readonly remote: RemoteHop
  readonly localCseq: number
  readonly remoteCseq: number | null
  readonly localSdp: string
  readonly remoteSdp: string | null
  readonly branchPrefix: string
  /** Credentials of a call of ours and the challenges that it has met. */
  readonly digest: DigestClient | null
  /** The INVITE's answer to a challenge, which its ACK repeats (section 22.1). */
  readonly authorization: readonly Field[]
}

type ReinviteHandler = (offer: string | null) => string | Promise<string>
type InfoListener = (info: { readonly contentType: string; readonly body: string }) => void

export class SipDialog implements ManagedDialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly ended: Promise<DialogEnd>
  readonly #agent: UserAgent
  readonly #start: DialogStart
  readonly #resolveEnded: (end: DialogEnd) => void
  #remoteTarget: SipUri
  #remote: RemoteHop
  #localCseq: number
  #remoteCseq: number | null
  #authorization: readonly Field[]
  #localSdp: string
  #remoteSdp: string | null
  #end: DialogEnd | null = null
  #bye: Promise<void> | null = null
  /** ACKs of ours by CSeq, for 2xx that come again. */
  readonly #acks = new Map<number, { readonly text: string; readonly to: SipHop }>()
  /** 2xx of ours that wait for their ACK, by CSeq. */
  readonly #awaitedAcks = new Map<number, (sdp: string | null) => void>()
  #firstAck: Promise<unknown> = Promise.resolve()
  #offerPending: 'ours' | 'theirs' | null = null
  #onReinvite: ReinviteHandler
  #onInfo: InfoListener | null = null
  /** Gives up the offer of ours that is under way. */
  #dropOffer: (() => void) | null = null
  readonly #timers = new TimerSet()
  readonly #byeListeners: (() => void)[] = []

  constructor(agent: UserAgent, start: DialogStart) {
    this.#agent = agent
    this.#start = start
    this.callId = start.callId
    this.localTag = start.localTag
    this.remoteTag = start.remoteTag
    this.#remote = start.remote
    this.#remoteTarget = start.remoteTarget
    this.#localCseq = start.localCseq
    this.#remoteCseq = start.remoteCseq
    this.#authorization = start.authorization
    this.#localSdp = start.localSdp
    this.#remoteSdp = start.remoteSdp
    this.#onReinvite = (offer) => answerReoffer(this.#localSdp, offer)
    const { promise, resolve } = Promise.withResolvers<DialogEnd>()
    this.ended = promise
    this.#resolveEnded = resolve
    agent.addDialog(this)
  }

  get remoteAddress(): SipHop {
    return this.#remote
  }

  get remoteSdp(): string | null {
    return this.#remoteSdp
  }

  get localSdp(): string {
    return this.#localSdp
  }

  onBye(listener: () => void): void {
    if (this.#end === null) this.#byeListeners.push(listener)
    else if (this.#end.by === 'remote') notify(this.#agent, listener)
  }

  onReinvite(handler: ReinviteHandler): void {
    this.#onReinvite = handler
  }

  onInfo(listener: InfoListener): void {
    this.#onInfo = listener
  }

  bye(): Promise<void> {
    this.#bye ??= this.#sayBye()
    return this.#bye
  }

  async #sayBye(): Promise<void> {
    // Section 15: the callee must not send BYE before the ACK has come or been given up.
    await this.#firstAck
    if (this.#end !== null) return
    this.#finish({ by: 'local', cause: 'bye' })
    await this.#sendBye()
  }

  /** The dialog stays known until the BYE is answered, so that a BYE crossing ours gets its 200. */
  async #sendBye(): Promise<void> {
    await sendRequest(this.#agent, this.#start.digest, () => this.#makeRequest('BYE', [], null))
    this.#agent.removeDialog(this)
  }

  abandon(): void {
    this.#finish({ by: 'local', cause: 'gone' })
    this.#agent.removeDialog(this)
  }

  #finish(end: DialogEnd): void {
    if (this.#end !== null) return
    this.#end = end
    for (const settle of [...this.#awaitedAcks.values()]) settle(null)
    this.#dropOffer?.()
    this.#resolveEnded(end)
    if (end.by === 'remote') for (const listener of this.#byeListeners) notify(this.#agent, listener)
  }

  #lose(end: DialogEnd): void {
    this.#finish(end)
    this.#agent.removeDialog(this)
  }

  // ---- ACK ----

  /**
   * Waits for the ACK of the 2xx that made this dialog. Resolves `false` where none came: the dialog is then over and a BYE
   * is on its way (section 13.3.1.4).
   */
  awaitFirstAck(transaction: InviteServerTransaction): Promise<boolean> {
    const acknowledged = this.#awaitAck(transaction)
    this.#firstAck = acknowledged
    return acknowledged
  }

  #awaitAck(transaction: InviteServerTransaction): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const cseq = transaction.request.cseq.number
    this.#awaitedAcks.set(cseq, (sdp) => {
      this.#awaitedAcks.delete(cseq)
      transaction.acknowledged()
      if (sdp !== null && sdpOf(transaction.request) === null) this.#remoteSdp = sdp
      resolve(true)
    })
    transaction.onUnacknowledged(() => {
      this.#awaitedAcks.delete(cseq)
      resolve(false)
    })
    return promise.then((acknowledged) => {
      if (acknowledged || this.#end !== null) return acknowledged
      this.#finish({ by: 'local', cause: 'no_ack' })
      void this.#sendBye()
      return false
    })
  }

  receiveAck(request: SipRequest): void {
    this.#awaitedAcks.get(request.cseq.number)?.(sdpOf(request))
  }

  /** ACK of a 2xx to an INVITE of ours; the same text again where the 2xx comes again. */
  acknowledge(response: SipResponse): void {
    const cseq = response.cseq.number
    let ack = this.#acks.get(cseq)
    if (ack === undefined) {
      const { request, nextHop } = this.#makeRequest('ACK', this.#authorization, null, cseq)
      ack = { text: writeRequest(request, viaTo(this.#agent, request.branch, nextHop)), to: nextHop }
      this.#acks.set(cseq, ack)
    }
    this.#agent.sendDirect(ack.text, ack.to)
  }

  // ---- requests of ours ----

  #makeRequest(method: string, fields: readonly Field[], sdp: string | null, cseq?: number) {
    const { from, to, routes, branchPrefix } = this.#start
    const target = routeRequest(this.#remoteTarget, routes, this.#remote)
    if (cseq === undefined) this.#localCseq += 1
    const request: OutgoingRequest = {
      method,
      branch: makeBranch(this.#agent, branchPrefix),
      uri: target.uri,
      routes: target.routes,
      from,
      to,
      callId: this.callId,
      cseq: cseq ?? this.#localCseq,
      fields,
      sdp,
      userAgent: this.#agent.name,
    }
    return { request, nextHop: this.#agent.reachable(target.nextHop) }
  }

  reinvite(sdp: string): Promise<string> {
    if (this.#end !== null || this.#bye !== null)
      return Promise.reject(new SipCallError('state', 'the call is over'))
    if (this.#offerPending !== null)
      return Promise.reject(new SipCallError('state', 'another offer is under way', 491))
    this.#offerPending = 'ours'
    return this.#offer(sdp).finally(() => {
      this.#offerPending = null
    })
  }

  async #offer(sdp: string): Promise<string> {
    const { digest } = this.#start
    const { promise, resolve, reject } = Promise.withResolvers<SipResponse>()
    const refuse = (reason: 'refused' | 'timeout' | 'state', code: number) =>
      reject(new SipCallError(reason, `re-INVITE ${code}`, code))
    let challenges = 0
    const send = () => {
      const made = this.#makeRequest('INVITE', this.#targetFields(), sdp)
      const request = authorized(made.request, digest)
      this.#authorization = authorizationOf(request)
      return this.#agent.transactions.startInvite(request, made.nextHop, {
        onResponse,
        onTimeout,
        onTransportError,
      })
    }
    const onTimeout = () => refuse('timeout', 408)
    const onTransportError = () => refuse('refused', 503)
    const onResponse = (response: SipResponse) => {
      if (response.code < 200) return
      if (isChallenge(response) && challenges++ < MAX_CHALLENGES && digest?.accept(response) === true) {
        transaction = send()
        return
      }
      digest?.proven()
      if (response.code >= 300) {
        refuse('refused', response.code)
        return
      }
      // A 200 that comes again, perhaps while the next offer is under way, only gets its ACK again.
      if (!this.#acks.has(response.cseq.number)) this.#refreshTarget(response)
      this.acknowledge(response)
      resolve(response)
    }
    let transaction = send()
    // After a provisional response the transaction itself has no limit.
    this.#timers.start('offer', this.#agent.timeoutMs, () => {
      transaction.abandon()
      refuse('timeout', 408)
    })
    this.#dropOffer = () => {
      transaction.abandon()
      refuse('state', 487)
    }
    try {
      const response = await promise
      this.#localSdp = sdp
      this.#remoteSdp = sdpOf(response) ?? this.#remoteSdp
      return this.#remoteSdp ?? ''
    } catch (error) {
      // Section 12.2.1.2: these tell that the other side has lost the dialog.
      if (error instanceof SipCallError && (error.code === 481 || error.code === 408))
        this.#lose({ by: 'remote', cause: 'gone' })
      throw error
    } finally {
      this.#timers.stop('offer')
      this.#dropOffer = null
    }
  }

  #targetFields(): Field[] {
    return [['Contact', this.#start.contact], ...CAPABILITIES]
  }

  #refreshTarget(message: SipRequest | SipResponse): void {
    if (message.contact !== null) this.#remoteTarget = message.contact.uri
  }

  // ---- requests of theirs ----

  /** Out-of-order requests get 500 (section 12.2.2). Returns whether the request may be served. */
  #takeCseq(transaction: InviteServerTransaction | NonInviteServerTransaction): boolean {
    const { number } = transaction.request.cseq
    if (this.#remoteCseq !== null && number <= this.#remoteCseq) {
      transaction.respond({ code: 500, reason: 'CSeq out of order' })
      return false
    }
    this.#remoteCseq = number
    return true
  }

  receiveRequest(transaction: NonInviteServerTransaction): void {
    if (!this.#takeCseq(transaction)) return
    const { request } = transaction
    switch (request.method) {
      case 'BYE':
        transaction.respond({ code: 200 })
        if (this.#end === null) this.#lose({ by: 'remote', cause: 'bye' })
        return
      case 'OPTIONS':
        transaction.respond({ code: 200, fields: [...CAPABILITIES, ['Accept', 'application/sdp']] })
        return
      case 'INFO':
        this.#receiveInfo(transaction)
        return
      case 'UPDATE':
        void this.#receiveOffer(transaction)
        return
      default:
        transaction.respond({
          code: UNSERVED_METHODS.has(request.method) ? 405 : 501,
          fields: [['Allow', ALLOWED_METHODS.join(', ')]],
        })
    }
  }

  #receiveInfo(transaction: NonInviteServerTransaction): void {
    const { body, headers } = transaction.request
    const listener = this.#onInfo
    transaction.respond({ code: body !== '' && listener === null ? 415 : 200 })
    const contentType = headers.get('content-type') ?? ''
    if (body !== '') notify(this.#agent, () => listener?.({ contentType, body }))
  }

  receiveReinvite(transaction: InviteServerTransaction): void {
    if (!this.#takeCseq(transaction)) return
    transaction.respond({ code: 100 })
    void this.#receiveOffer(transaction)
  }

  /** re-INVITE (section 14.2) and UPDATE (RFC 3311 section 5.2). */
  async #receiveOffer(transaction: InviteServerTransaction | NonInviteServerTransaction): Promise<void> {
    const { request } = transaction
    if (this.#end !== null) return transaction.respond({ code: 481 })
    if (request.body !== '' && !isSdp(request.headers.get('content-type')))
      return transaction.respond({ code: 415, fields: [['Accept', 'application/sdp']] })
    if (this.#offerPending === 'ours') return transaction.respond({ code: 491 })
    if (this.#offerPending === 'theirs')
      return transaction.respond({ code: 500, fields: [['Retry-After', '1']] })
    this.#refreshTarget(request)
    // A browser that has connected anew is reached by its new connection.
    if (this.#remote.isFlow) this.#remote = { ...transaction.source, isFlow: true }
    const offer = sdpOf(request)
    if (request.method === 'UPDATE' && offer === null)
      return transaction.respond({ code: 200, fields: this.#targetFields() })
    this.#offerPending = 'theirs'
    try {
      await this.#answerOffer(transaction, offer)
    } catch (error) {
      const refused = error instanceof SipCallError && error.reason === 'not_acceptable'
      if (!refused) this.#agent.logger.warn({ error, callId: this.callId }, 'An offer could not be answered')
      transaction.respond({ code: refused ? 488 : 500 })
    } finally {
      this.#offerPending = null
    }
  }

  async #answerOffer(
    transaction: InviteServerTransaction | NonInviteServerTransaction,
    offer: string | null,
  ): Promise<void> {
    let cancelled = false
    if ('onCancel' in transaction)
      transaction.onCancel(() => {
        cancelled = true
        transaction.respond({ code: 487 })
      })
    const sdp = await this.#onReinvite(offer)
    if (cancelled) return
    if (this.#end !== null) return transaction.respond({ code: 487 })
    transaction.respond({ code: 200, sdp, fields: this.#targetFields() })
    this.#localSdp = sdp
    if (offer !== null) this.#remoteSdp = offer
    if ('acknowledged' in transaction) void this.#awaitAck(transaction)
  }
}
