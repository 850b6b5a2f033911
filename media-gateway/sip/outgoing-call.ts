/** A call that we place: the UAC side of INVITE (RFC 3261 sections 13.2 and 9.1). */
import { DigestClient } from './auth/digest-client.ts'
import type { CallOutcome, OutgoingCall, OutgoingInviteOptions } from './call-types.ts'
import { authorized, isChallenge, MAX_CHALLENGES } from './client-request.ts'
import type { ClientTransactionUser, InviteClientTransaction } from './client-transactions.ts'
import { SipDialog } from './dialog.ts'
import type { RemoteHop } from './dialog-route.ts'
import { readRetryAfter, type SipResponse, type SipUri, sdpOf } from './message.ts'
import { ProvisionalAcks } from './reliable-provisionals.ts'
import { clientFields, readAsClient, readMinSe } from './session-timer.ts'
import { reasonPhrase } from './status.ts'
import { TimerSet } from './timers.ts'
import type { SipHop } from './types.ts'
import { contactOf, makeBranch, notify, type PendingCall, type UserAgent } from './user-agent.ts'
import {
  authorizationOf,
  checkField,
  displayNamePrefix,
  type Field,
  makeCancel,
  makeToken,
  type OutgoingRequest,
  sdpBody,
  sipUri,
} from './write-message.ts'

type FailureCause = Extract<CallOutcome, { kind: 'failed' }>['cause']

export class PlacedCall implements OutgoingCall, PendingCall, ClientTransactionUser {
  readonly callId: string
  readonly outcome: Promise<CallOutcome>
  readonly #agent: UserAgent
  readonly #options: OutgoingInviteOptions
  readonly #localTag: string
  readonly #target: SipHop
  readonly #digest: DigestClient | null
  #request: OutgoingRequest
  readonly #timers = new TimerSet()
  readonly #resolve: (outcome: CallOutcome) => void
  readonly #dialogs = new Map<string, SipDialog>()
  readonly #provisionals: ProvisionalAcks
  /** Answers that came before the 200, by To tag. */
  readonly #earlySdp = new Map<string, string>()
  #minSeconds = 0
  #transaction: InviteClientTransaction
  #challenges = 0
  #state: OutgoingCall['state'] = 'calling'
  #rang = false
  #cancel: 'no' | 'wanted' | 'sent' = 'no'

  /** @throws SipSyntaxError where a header or a name would break the message. */
  constructor(agent: UserAgent, options: OutgoingInviteOptions) {
    this.#agent = agent
    this.#options = options
    this.callId = makeToken(options.callIdPrefix ?? 'call')
    this.#localTag = makeToken(options.tagPrefix ?? 'outb')
    this.#digest = options.credentials === undefined ? null : new DigestClient(options.credentials)
    this.#target = agent.reachable(options.target)
    this.#provisionals = new ProvisionalAcks(agent)
    this.#request = this.#makeInvite()
    const { promise, resolve } = Promise.withResolvers<CallOutcome>()
    this.outcome = promise
    this.#resolve = resolve
    agent.pending.add(this)
    this.#transaction = agent.transactions.startInvite(this.#request, this.#target, this)
    if (options.firstResponseMs !== undefined)
      this.#timers.start('silence', options.firstResponseMs, () => this.#giveUpSilence())
  }

  get state(): OutgoingCall['state'] {
    return this.#state
  }

  #makeInvite(): OutgoingRequest {
    const { callerNumber, calleeNumber, callerDisplayName, headers } = this.#options
    const target = this.#target
    const caller = callerNumber === '' ? 'anonymous' : callerNumber
    return {
      method: 'INVITE',
      uri: this.#options.requestUri ?? sipUri(calleeNumber, target.host, target.port),
      branch: makeBranch(this.#agent, this.#options.branchPrefix ?? 'outbound'),
      routes: [],
      from: `${displayNamePrefix(callerDisplayName)}<${sipUri(caller, this.#agent.localAddress(target).host)}>;tag=${this.#localTag}`,
      to: `<${sipUri(calleeNumber, target.host)}>`,
      callId: this.callId,
      cseq: 1,
      fields: [
        ['Contact', this.#contact()],
        ...Object.entries(headers ?? {}).map(checkField),
        ...this.#agent.capabilities,
        ...this.#timerFields(),
      ],
      body: sdpBody(this.#options.sdp),
      userAgent: this.#agent.name,
    }
  }

  #timerFields(): Field[] {
    const ours = this.#agent.sessionTimer
    if (ours === null) return []
    return clientFields(
      Math.max(ours.seconds, this.#minSeconds),
      Math.max(ours.minSeconds, this.#minSeconds),
      null,
    )
  }

  #contact(): string {
    const isSecure = this.#options.requestUri?.startsWith('sips:') ?? false
    return contactOf(this.#agent, this.#options.callerNumber || 'anonymous', this.#target, isSecure)
  }

  cancel(): void {
    if (this.#isDecided() || this.#cancel !== 'no') return
    this.#cancel = 'wanted'
    // Section 9.1: no CANCEL before a provisional response has come.
    if (this.#state !== 'calling') this.#sendCancel()
  }

  async giveUp(): Promise<void> {
    this.cancel()
    await this.outcome
  }

  abandon(): void {
    this.#transaction.abandon()
    this.#fail('cancelled', 487)
  }

  onResponse(response: SipResponse): void {
    if (response.code < 200) this.#receiveProvisional(response)
    else if (isChallenge(response) && this.#answerChallenge(response)) return
    else if (response.code === 422 && this.#lengthenTimer(response)) return
    else if (response.code < 300) this.#receiveAnswer(response)
    else if (this.#cancel !== 'no' && response.code === 487) this.#fail('cancelled', 487)
    else this.#fail('response', response.code, response.reason, readRetryAfter(response))
  }

  /** The call goes another way: should somebody answer here after all, they are cancelled. */
  #giveUpSilence(): void {
    if (this.#state !== 'calling' || this.#cancel !== 'no') return
    this.#cancel = 'wanted'
    this.#transaction.stopRepeating()
    this.#fail('timeout', 408)
  }

  /** The same call again with the answer to the challenge (section 22.2); the refusal has got its ACK. */
  #answerChallenge(response: SipResponse): boolean {
    const isWanted = !this.#isDecided() && this.#cancel === 'no' && this.#challenges++ < MAX_CHALLENGES
    if (!isWanted || this.#digest?.accept(response) !== true) return false
    this.#sendAgain(/^(Proxy-)?Authorization$/, [])
    return true
  }

  /** The same call again with the session timer that the other side can bear (RFC 4028 section 7.3). */
  #lengthenTimer(response: SipResponse): boolean {
    const least = readMinSe(response.headers)
    const isWanted = !this.#isDecided() && this.#cancel === 'no' && least > this.#minSeconds
    if (!isWanted || this.#agent.sessionTimer === null) return false
    this.#minSeconds = least
    this.#sendAgain(/^(Session-Expires|Min-SE|(Proxy-)?Authorization)$/, this.#timerFields())
    return true
  }

  #sendAgain(without: RegExp, fields: readonly Field[]): void {
    const next = {
      ...this.#request,
      branch: makeBranch(this.#agent, this.#options.branchPrefix ?? 'outbound'),
      cseq: this.#request.cseq + 1,
      fields: [...this.#request.fields.filter(([name]) => !without.test(name)), ...fields],
    }
    this.#request = authorized(next, this.#digest)
    this.#transaction = this.#agent.transactions.startInvite(this.#request, this.#target, this)
  }

  onTimeout(): void {
    if (this.#cancel === 'no') this.#fail('timeout', 408)
    else this.#fail('cancelled', 487)
  }

  onTransportError(error: unknown): void {
    this.#agent.logger.warn({ error, callId: this.callId }, 'An INVITE could not be sent')
    this.#fail('transport', 503)
  }

  #receiveProvisional(response: SipResponse): void {
    if (this.#cancel === 'wanted') this.#sendCancel()
    if (this.#isDecided()) return
    this.#timers.stop('silence')
    if (this.#state === 'calling') {
      this.#state = 'trying'
      notify(this.#agent, this.#options.onTrying)
    }
    if (response.code === 100 || this.#cancel !== 'no') return
    const isNews = this.#provisionals.receive(response, {
      request: this.#request,
      remote: this.#remote(),
      digest: this.#digest,
      requestUri: this.#requestUri(),
    })
    if (!isNews) return
    const sdp = sdpOf(response)
    if (sdp !== null) this.#earlySdp.set(response.to.tag ?? '', sdp)
    if (!this.#rang && (response.code === 180 || (response.code === 183 && sdp === null))) {
      this.#rang = true
      this.#state = 'ringing'
      notify(this.#agent, this.#options.onRinging)
    }
    if (sdp !== null) notify(this.#agent, () => this.#options.onProgress?.(sdp))
  }

  /** Each 2xx is acknowledged; only the first dialog is kept, and none where we have cancelled (section 13.2.2.4). */
  #receiveAnswer(response: SipResponse): void {
    const remoteTag = response.to.tag ?? ''
    const known = this.#dialogs.get(remoteTag)
    if (known !== undefined) {
      known.acknowledge(response)
      return
    }
    const dialog = this.#makeDialog(response, remoteTag)
    this.#dialogs.set(remoteTag, dialog)
    dialog.acknowledge(response)
    if (this.#isDecided() || this.#cancel !== 'no') {
      void dialog.bye()
      this.#fail('cancelled', 487)
      return
    }
    this.#finish('answered', { kind: 'answered', dialog })
  }

  #sendCancel(): void {
    this.#cancel = 'sent'
    const ignore = () => {}
    this.#agent.transactions.startRequest(makeCancel(this.#request), this.#transaction.attempt.hop, {
      onResponse: ignore,
      onTimeout: ignore,
      onTransportError: ignore,
    })
    // Section 9.1: an old server may never answer the INVITE after a CANCEL.
    this.#timers.start('cancelled', this.#agent.timeoutMs, () => this.abandon())
  }

  #isDecided(): boolean {
    return this.#state === 'answered' || this.#state === 'failed'
  }

  #fail(
    cause: FailureCause,
    code: number,
    reason = reasonPhrase(code),
    retryAfterSeconds: number | null = null,
  ): void {
    const asked = retryAfterSeconds === null ? {} : { retryAfterSeconds }
    this.#finish('failed', { kind: 'failed', cause, code, reason, ...asked })
  }

  #finish(state: 'answered' | 'failed', outcome: CallOutcome): void {
    if (this.#isDecided()) return
    this.#state = state
    this.#digest?.proven()
    this.#timers.stopAll()
    this.#agent.pending.delete(this)
    this.#resolve(outcome)
  }

  #remote(): RemoteHop {
    return { ...this.#transaction.attempt.hop, isFlow: this.#options.requestUri !== undefined }
  }

  #makeDialog(response: SipResponse, remoteTag: string): SipDialog {
    return new SipDialog(this.#agent, {
      callId: this.callId,
      localTag: this.#localTag,
      remoteTag,
      from: this.#request.from,
      to: response.headers.get('to') ?? this.#request.to,
      contact: this.#contact(),
      remoteTarget: response.contact?.uri ?? this.#requestUri(),
      routes: response.recordRoute.toReversed(),
      remote: this.#remote(),
      localCseq: this.#provisionals.cseqOf(remoteTag, this.#request.cseq),
      remoteCseq: null,
      localSdp: this.#options.sdp,
      // A 200 need not repeat the answer that came with a 183 (RFC 3261 section 13.2.1).
      remoteSdp: sdpOf(response) ?? this.#earlySdp.get(remoteTag) ?? null,
      isCaller: true,
      peerMethods: response.headers.list('allow'),
      sessionTimer: readAsClient(response, this.#agent.sessionTimer),
      branchPrefix: this.#options.branchPrefix ?? 'outbound',
      digest: this.#digest,
      authorization: authorizationOf(this.#request),
    })
  }

  /** For answers without a Contact, which RFC 3261 forbids but some phones send. */
  #requestUri(): SipUri {
    const { calleeNumber } = this.#options
    const target = this.#target
    const text = this.#request.uri
    return {
      text,
      scheme: 'sip',
      user: calleeNumber,
      host: target.host,
      port: target.port,
      looseRouting: false,
      transport: null,
    }
  }
}
