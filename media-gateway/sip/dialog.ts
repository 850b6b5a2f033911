/** An INVITE dialog (RFC 3261 sections 12 to 15): who is on the other side, and its end. Its parts have their own files. */
import type { DigestClient } from './auth/digest-client.ts'
import type { Dialog, DialogEnd, ReferOutcome } from './call-types.ts'
import { sendRequest } from './client-request.ts'
import { DialogAcks } from './dialog-acks.ts'
import type { DialogCore, RoutedRequest, ServedTransaction } from './dialog-core.ts'
import { DialogOffers, type ReinviteHandler } from './dialog-offers.ts'
import { type RemoteHop, routeRequest } from './dialog-route.ts'
import type { SipRequest, SipResponse, SipUri } from './message.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import type { AgreedTimer } from './session-timer.ts'
import { ALLOWED_METHODS, UNSERVED_METHODS } from './status.ts'
import { type ReferHandler, Transfers } from './transfer.ts'
import type { SipHop } from './types.ts'
import { type ManagedDialog, makeBranch, notify, type UserAgent } from './user-agent.ts'
import type { Body, Field, OutgoingRequest } from './write-message.ts'

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
  /** We sent the INVITE that made it. */
  readonly isCaller: boolean
  /** Credentials of a call of ours and the challenges that it has met. */
  readonly digest: DigestClient | null
  /** The INVITE's answer to a challenge, which its ACK repeats (section 22.1). */
  readonly authorization: readonly Field[]
  /** Methods of the other side's Allow; empty: it told none. */
  readonly peerMethods: readonly string[]
  /** Agreed on with the INVITE; null: none. */
  readonly sessionTimer: AgreedTimer | null
}

type InfoListener = (info: { readonly contentType: string; readonly body: string }) => void

export class SipDialog implements ManagedDialog, DialogCore {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly ended: Promise<DialogEnd>
  readonly agent: UserAgent
  readonly digest: DigestClient | null
  readonly isCaller: boolean
  localSdp: string
  remoteSdp: string | null
  readonly #start: DialogStart
  readonly #resolveEnded: (end: DialogEnd) => void
  #remoteTarget: SipUri
  #remote: RemoteHop
  #peerMethods: ReadonlySet<string>
  #localCseq: number
  #remoteCseq: number | null
  #end: DialogEnd | null = null
  #bye: Promise<void> | null = null
  #firstAck: Promise<unknown> = Promise.resolve()
  #onInfo: InfoListener | null = null
  readonly #acks: DialogAcks
  readonly #offers: DialogOffers
  readonly #transfers: Transfers
  readonly #byeListeners: (() => void)[] = []

  constructor(agent: UserAgent, start: DialogStart) {
    this.agent = agent
    this.#start = start
    this.callId = start.callId
    this.localTag = start.localTag
    this.remoteTag = start.remoteTag
    this.digest = start.digest
    this.isCaller = start.isCaller
    this.localSdp = start.localSdp
    this.remoteSdp = start.remoteSdp
    this.#remote = start.remote
    this.#remoteTarget = start.remoteTarget
    this.#peerMethods = methodSet(start.peerMethods)
    this.#localCseq = start.localCseq
    this.#remoteCseq = start.remoteCseq
    this.#acks = new DialogAcks(this)
    this.#offers = new DialogOffers(
      this,
      this.#acks,
      () => this.#endWithBye('no_ack'),
      () => this.#endWithBye('expired'),
    )
    this.#transfers = new Transfers(this, start.contact)
    const { promise, resolve } = Promise.withResolvers<DialogEnd>()
    this.ended = promise
    this.#resolveEnded = resolve
    agent.addDialog(this)
    // A call of ours that was not wanted any more begins with its BYE: a timer would outlive it.
    queueMicrotask(() => {
      if (!this.isOver) this.#offers.sessionTimer.restart(start.sessionTimer)
    })
  }

  get remoteAddress(): SipHop {
    return this.#remote
  }

  get isOver(): boolean {
    return this.#end !== null || this.#bye !== null
  }

  onBye(listener: () => void): void {
    if (this.#end === null) this.#byeListeners.push(listener)
    else if (this.#end.by === 'remote') notify(this.agent, listener)
  }

  onReinvite(handler: ReinviteHandler): void {
    this.#offers.answerBy(handler)
  }

  onInfo(listener: InfoListener): void {
    this.#onInfo = listener
  }

  reinvite(sdp: string): Promise<string> {
    return this.#offers.reinvite(sdp)
  }

  refer(target: string, replaces?: Dialog): Promise<ReferOutcome> {
    return this.#transfers.refer(target, replaces)
  }

  onRefer(handler: ReferHandler): void {
    this.#transfers.decideBy(handler)
  }

  // ---- its end ----

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
    await sendRequest(this.agent, this.digest, () => this.makeRequest('BYE', [], null))
    this.agent.removeDialog(this)
  }

  #endWithBye(cause: 'no_ack' | 'expired'): void {
    if (this.#end !== null) return
    this.#finish({ by: 'local', cause })
    void this.#sendBye()
  }

  abandon(): void {
    this.lose({ by: 'local', cause: 'gone' })
  }

  lose(end: DialogEnd): void {
    this.#finish(end)
    this.agent.removeDialog(this)
  }

  #finish(end: DialogEnd): void {
    if (this.#end !== null) return
    this.#end = end
    this.#acks.settle()
    this.#offers.stop()
    this.#transfers.stop()
    this.#resolveEnded(end)
    if (end.by === 'remote') for (const listener of this.#byeListeners) notify(this.agent, listener)
  }

  // ---- ACK ----

  /**
   * Waits for the ACK of the 2xx that made this dialog. Resolves `false` where none came: the dialog is then over and a BYE
   * is on its way (section 13.3.1.4).
   */
  awaitFirstAck(transaction: InviteServerTransaction): Promise<boolean> {
    const acknowledged = this.#acks.wait(transaction).then((came) => {
      if (!came) this.#endWithBye('no_ack')
      return came
    })
    this.#firstAck = acknowledged
    return acknowledged
  }

  receiveAck(request: SipRequest): void {
    this.#acks.receive(request)
  }

  /** ACK of a 2xx to the INVITE of ours that made it. */
  acknowledge(response: SipResponse): void {
    this.#acks.send(response, this.#start.authorization)
  }

  // ---- requests of ours ----

  makeRequest(method: string, fields: readonly Field[], body: Body | null, cseq?: number): RoutedRequest {
    const { from, to, routes, branchPrefix } = this.#start
    const target = routeRequest(this.#remoteTarget, routes, this.#remote)
    if (cseq === undefined) this.#localCseq += 1
    const request: OutgoingRequest = {
      method,
      branch: makeBranch(this.agent, branchPrefix),
      uri: target.uri,
      routes: target.routes,
      from,
      to,
      callId: this.callId,
      cseq: cseq ?? this.#localCseq,
      fields,
      body,
      userAgent: this.agent.name,
    }
    return { request, nextHop: this.agent.reachable(target.nextHop) }
  }

  targetFields(): Field[] {
    return [['Contact', this.#start.contact], ...this.agent.capabilities]
  }

  refreshTarget(message: SipRequest | SipResponse): void {
    if (message.contact !== null) this.#remoteTarget = message.contact.uri
    const methods = message.headers.list('allow')
    if (methods.length > 0) this.#peerMethods = methodSet(methods)
  }

  peerServes(method: string): boolean {
    return this.#peerMethods.has(method)
  }

  // ---- requests of theirs ----

  /** Out-of-order requests get 500 (section 12.2.2). Returns whether the request may be served. */
  #takeCseq(transaction: ServedTransaction): boolean {
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
        if (this.#end === null) this.lose({ by: 'remote', cause: 'bye' })
        return
      case 'OPTIONS':
        transaction.respond({
          code: 200,
          fields: [...this.agent.capabilities, ['Accept', 'application/sdp']],
        })
        return
      case 'INFO':
        this.#receiveInfo(transaction)
        return
      case 'UPDATE':
        this.#followFlow(transaction)
        void this.#offers.receive(transaction)
        return
      case 'REFER':
        this.#transfers.receiveRefer(transaction)
        return
      case 'NOTIFY':
        this.#transfers.receiveNotify(transaction)
        return
      case 'PRACK':
        // Nothing provisional waits for it any more.
        transaction.respond({ code: 481 })
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
    if (body !== '') notify(this.agent, () => listener?.({ contentType, body }))
  }

  receiveReinvite(transaction: InviteServerTransaction): void {
    if (!this.#takeCseq(transaction)) return
    transaction.respond({ code: 100 })
    this.#followFlow(transaction)
    void this.#offers.receive(transaction)
  }

  /** A browser that has connected anew is reached by its new connection. */
  #followFlow(transaction: ServedTransaction): void {
    if (this.#remote.isFlow && this.#end === null) this.#remote = { ...transaction.source, isFlow: true }
  }
}

const methodSet = (methods: readonly string[]): ReadonlySet<string> =>
  new Set(methods.map((method) => method.toUpperCase()))
