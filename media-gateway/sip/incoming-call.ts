/** A call that arrived: the UAS side of INVITE (RFC 3261 section 13.3). */
import { SipDialog } from './dialog.ts'
import { isFlow } from './dialog-route.ts'
import { SipCallError } from './errors.ts'
import { type NameAddr, sdpOf } from './message.ts'
import { readAddress } from './parse-message.ts'
import type { InviteServerTransaction } from './server-transactions.ts'
import { CAPABILITIES } from './status.ts'
import { TimerSet } from './timers.ts'
import type { Dialog, IncomingInvite, SipHeaders, SipHop } from './types.ts'
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
  readonly sdpOffer: string | null
  readonly source: SipHop
  readonly localTag: string
  readonly #agent: UserAgent
  readonly #transaction: InviteServerTransaction
  readonly #contact: string
  readonly #timers = new TimerSet()
  readonly #cancelListeners: (() => void)[] = []
  #state: IncomingInvite['state'] = 'pending'

  /** @param user of ours who has proved to be the caller. */
  constructor(agent: UserAgent, transaction: InviteServerTransaction, user: string | null) {
    const { request, source } = transaction
    const caller = callerIdentity(request.headers, request.from)
    this.#agent = agent
    this.#transaction = transaction
    this.callId = request.callId
    this.localTag = transaction.toTag
    this.fromNumber = caller === null ? '' : numberOf(caller.uri)
    this.displayName = caller?.displayName ?? null
    this.toNumber = numberOf(request.uri) || numberOf(request.to.uri)
    this.headers = request.headers
    this.user = user
    this.sdpOffer = sdpOf(request)
    this.source = source
    this.#contact = contactOf(agent, this.toNumber, source, request.uri.scheme === 'sips')
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
    this.#respond(code, undefined, sdp)
    this.#timers.start('progress', PROGRESS_REPEAT_MS, () => this.#progress(code, sdp))
  }

  async answer(sdp: string): Promise<Dialog> {
    if (this.#state === 'cancelled') throw new SipCallError('cancelled', 'the caller has given up')
    if (this.#state !== 'pending') throw new SipCallError('state', `the call is ${this.#state}`)
    this.#finish('answering')
    const dialog = this.#makeDialog(sdp)
    this.#respond(200, undefined, sdp)
    if (await dialog.awaitFirstAck(this.#transaction)) {
      this.#state = 'answered'
      return dialog
    }
    this.#state = 'failed'
    throw new SipCallError('no_ack', 'the 200 was never acknowledged')
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
    this.#respond(487, undefined, null)
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
    this.#agent.pending.delete(this)
  }

  #respond(code: number, reason: string | undefined, sdp: string | null): void {
    const fields: Field[] = code < 300 ? [['Contact', this.#contact], ...CAPABILITIES] : []
    this.#transaction.respond({ code, reason, fields, sdp })
  }

  #makeDialog(sdp: string): SipDialog {
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
      remoteCseq: request.cseq.number,
      localSdp: sdp,
      remoteSdp: this.sdpOffer,
      branchPrefix: 'inbound',
      digest: null,
      authorization: [],
    })
  }
}

/** P-Asserted-Identity over From (RFC 3325); null where the caller withholds it (RFC 3323). */
function callerIdentity(headers: SipHeaders, from: NameAddr): NameAddr | null {
  const privacy = (headers.get('privacy') ?? '').split(/[;,]/).map((item) => item.trim().toLowerCase())
  if (privacy.includes('id') || privacy.includes('user') || privacy.includes('full')) return null
  const asserted = headers.get('p-asserted-identity')
  return (asserted === undefined ? null : readAddress(asserted)) ?? from
}
