/** Offers within a dialog, both ways: re-INVITE (RFC 3261 section 14), UPDATE (RFC 3311), and who gives way. */
import { authorized, isChallenge, MAX_CHALLENGES, sendRequest } from './client-request.ts'
import type { DialogAcks } from './dialog-acks.ts'
import type { DialogCore, ServedTransaction } from './dialog-core.ts'
import { SipCallError } from './errors.ts'
import { isSdp, type SipResponse, sdpOf } from './message.ts'
import { answerReoffer } from './sdp-negotiation.ts'
import { clientFields, decideAsServer, readAsClient, readMinSe, SessionTimer } from './session-timer.ts'
import { warningOf } from './status.ts'
import { DEFAULT_TIMERS, TimerSet } from './timers.ts'
import { authorizationOf, type Field, sdpBody } from './write-message.ts'

export type ReinviteHandler = (offer: string | null) => string | Promise<string>

/** Both sides may go on offering at once for as long as chance wants it, but not for ever. */
const MAX_GLARES = 4
const MAX_TOO_BRIEF = 2

/**
 * Section 14.1: how long after a 491 the offer comes again. The ranges do not meet, so that one side is always first.
 * @param random from 0 to below 1.
 */
export function glareWaitMs(isCaller: boolean, random: number): number {
  const [from, to] = isCaller ? [2_100, 4_000] : [0, 2_000]
  return from + Math.floor((random * (to - from)) / 10) * 10
}

export class DialogOffers {
  readonly sessionTimer: SessionTimer
  readonly #dialog: DialogCore
  readonly #acks: DialogAcks
  /** A 2xx of ours to their re-INVITE was never acknowledged. */
  readonly #onUnacknowledged: () => void
  readonly #timers = new TimerSet()
  #pending: 'ours' | 'theirs' | null = null
  #handler: ReinviteHandler
  /** Gives up the offer of ours that is under way. */
  #drop: (() => void) | null = null
  #minSeconds: number

  constructor(dialog: DialogCore, acks: DialogAcks, onUnacknowledged: () => void, expire: () => void) {
    this.#dialog = dialog
    this.#acks = acks
    this.#onUnacknowledged = onUnacknowledged
    this.#minSeconds = dialog.agent.sessionTimer?.minSeconds ?? 0
    this.#handler = (offer) => answerReoffer(dialog.localSdp, offer)
    this.sessionTimer = new SessionTimer({ refresh: () => void this.#refresh(), expire })
  }

  answerBy(handler: ReinviteHandler): void {
    this.#handler = handler
  }

  /** The dialog is over. */
  stop(): void {
    this.sessionTimer.stop()
    this.#drop?.()
  }

  // ---- ours ----

  async reinvite(sdp: string): Promise<string> {
    if (this.#dialog.isOver) throw new SipCallError('state', 'the call is over')
    if (this.#pending !== null) throw new SipCallError('state', 'another offer is under way', 491)
    this.#pending = 'ours'
    try {
      const response = await this.#offerUntilTaken(sdp)
      this.#dialog.localSdp = sdp
      this.#dialog.remoteSdp = sdpOf(response) ?? this.#dialog.remoteSdp
      this.#agreed(response)
      return this.#dialog.remoteSdp ?? ''
    } catch (error) {
      // Section 12.2.1.2: these tell that the other side has lost the dialog.
      if (error instanceof SipCallError && (error.code === 481 || error.code === 408))
        this.#dialog.lose({ by: 'remote', cause: 'gone' })
      throw error
    } finally {
      this.#pending = null
    }
  }

  async #offerUntilTaken(sdp: string): Promise<SipResponse> {
    for (let glares = 0, brief = 0; ; ) {
      const response = await this.#offer(sdp)
      if (response.code < 300) return response
      if (response.code === 422 && brief++ < MAX_TOO_BRIEF) {
        this.#minSeconds = Math.max(this.#minSeconds, readMinSe(response.headers))
      } else if (response.code === 491 && glares++ < MAX_GLARES) {
        await this.#giveWay()
      } else {
        throw new SipCallError('refused', `re-INVITE ${response.code}`, response.code)
      }
      if (this.#dialog.isOver) throw new SipCallError('state', 'the call is over', 487)
    }
  }

  /** While we wait, the other side's offer is served. */
  async #giveWay(): Promise<void> {
    const { agent, isCaller } = this.#dialog
    const waitMs = (glareWaitMs(isCaller, Math.random()) * agent.transactions.timers.t1) / DEFAULT_TIMERS.t1
    this.#pending = null
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#timers.start('glare', waitMs, resolve)
    this.#drop = () => {
      this.#timers.stop('glare')
      resolve()
    }
    await promise
    this.#drop = null
    if (this.#pending !== null) throw new SipCallError('state', 'another offer is under way', 491)
    this.#pending = 'ours'
  }

  /** One re-INVITE with what its challenges ask for; resolves with its final response. */
  async #offer(sdp: string): Promise<SipResponse> {
    const { agent, digest } = this.#dialog
    const { promise, resolve, reject } = Promise.withResolvers<SipResponse>()
    const fail = (reason: 'refused' | 'timeout' | 'state', code: number) =>
      reject(new SipCallError(reason, `re-INVITE ${code}`, code))
    let challenges = 0
    let authorization: readonly Field[] = []
    const send = () => {
      const fields = [...this.#dialog.targetFields(), ...this.#timerFields()]
      const made = this.#dialog.makeRequest('INVITE', fields, sdpBody(sdp))
      const request = authorized(made.request, digest)
      authorization = authorizationOf(request)
      const user = { onResponse, onTimeout, onTransportError }
      return agent.transactions.startInvite(request, made.nextHop, user)
    }
    const onTimeout = () => fail('timeout', 408)
    const onTransportError = () => fail('refused', 503)
    const onResponse = (response: SipResponse) => {
      if (response.code < 200) return
      if (isChallenge(response) && challenges++ < MAX_CHALLENGES && digest?.accept(response) === true) {
        transaction = send()
        return
      }
      digest?.proven()
      if (response.code < 300) {
        // A 200 that comes again, perhaps while the next offer is under way, only gets its ACK again.
        if (!this.#acks.has(response.cseq.number)) this.#dialog.refreshTarget(response)
        this.#acks.send(response, authorization)
      }
      resolve(response)
    }
    let transaction = send()
    // After a provisional response the transaction itself has no limit.
    this.#timers.start('offer', agent.timeoutMs, () => {
      transaction.abandon()
      fail('timeout', 408)
    })
    this.#drop = () => {
      transaction.abandon()
      fail('state', 487)
    }
    try {
      return await promise
    } finally {
      this.#timers.stop('offer')
      this.#drop = null
    }
  }

  // ---- the session timer ----

  /** Whoever refreshes goes on to. */
  #timerFields(): Field[] {
    const ours = this.#dialog.agent.sessionTimer
    const agreed = this.sessionTimer.agreed
    if (ours === null || agreed === null) return []
    const seconds = Math.max(agreed.seconds, this.#minSeconds)
    return clientFields(seconds, this.#minSeconds, agreed.weRefresh ? 'uac' : 'uas')
  }

  /** Without a word about it in the answer, the old agreement goes on. */
  #agreed(response: SipResponse): void {
    const { sessionTimer: ours } = this.#dialog.agent
    this.sessionTimer.restart(readAsClient(response, ours) ?? this.sessionTimer.agreed)
  }

  /** By UPDATE where the other side knows it: then nothing is offered, and nothing can go wrong with media. */
  async #refresh(): Promise<void> {
    if (this.#dialog.isOver) return
    try {
      if (this.#pending !== null) this.#refreshLater()
      else if (!this.#dialog.peerServes('UPDATE') || !(await this.#refreshByUpdate()))
        await this.reinvite(this.#dialog.localSdp)
    } catch (error) {
      this.#dialog.agent.logger.warn(
        { err: error, callId: this.#dialog.callId },
        'A session was not refreshed',
      )
      if (!this.#dialog.isOver) this.#refreshLater()
    }
  }

  /** Until the time is over: then the call is. */
  #refreshLater(): void {
    const seconds = this.sessionTimer.agreed?.seconds ?? 0
    this.#timers.start('refresh', (seconds * 1_000) / 10, () => void this.#refresh())
  }

  /** Returns false where the other side turns out not to know UPDATE. */
  async #refreshByUpdate(): Promise<boolean> {
    const { agent, digest } = this.#dialog
    for (let brief = 0; ; brief++) {
      const fields = () => [...this.#dialog.targetFields(), ...this.#timerFields()]
      const outcome = await sendRequest(agent, digest, () =>
        this.#dialog.makeRequest('UPDATE', fields(), null),
      )
      if (this.#dialog.isOver) return true
      if (outcome.kind !== 'response') {
        this.#dialog.lose({ by: 'remote', cause: 'gone' })
        return true
      }
      const { code, headers } = outcome.response
      if (code < 300) {
        this.#dialog.refreshTarget(outcome.response)
        this.#agreed(outcome.response)
        return true
      }
      if (code === 481 || code === 408) {
        this.#dialog.lose({ by: 'remote', cause: 'gone' })
        return true
      }
      if (code !== 422 || brief >= MAX_TOO_BRIEF) return code === 491 ? this.#afterGlare() : false
      this.#minSeconds = Math.max(this.#minSeconds, readMinSe(headers))
    }
  }

  #afterGlare(): true {
    this.#refreshLater()
    return true
  }

  // ---- theirs ----

  /** re-INVITE (section 14.2) and UPDATE (RFC 3311 section 5.2). */
  async receive(transaction: ServedTransaction): Promise<void> {
    const { request } = transaction
    if (this.#dialog.isOver) return transaction.respond({ code: 481 })
    if (request.body !== '' && !isSdp(request.headers.get('content-type')))
      return transaction.respond({ code: 415, fields: [['Accept', 'application/sdp']] })
    if (this.#pending === 'ours') return transaction.respond({ code: 491 })
    if (this.#pending === 'theirs')
      return transaction.respond({
        code: 500,
        fields: [['Retry-After', String(Math.floor(Math.random() * 11))]],
      })
    const timer = decideAsServer(request, this.#dialog.agent.sessionTimer)
    if (timer.kind === 'too_brief') return transaction.respond({ code: 422, fields: timer.fields })
    this.#dialog.refreshTarget(request)
    const offer = sdpOf(request)
    const fields = [...this.#dialog.targetFields(), ...timer.fields]
    if (request.method === 'UPDATE' && offer === null) {
      this.sessionTimer.restart(timer.timer)
      return transaction.respond({ code: 200, fields })
    }
    this.#pending = 'theirs'
    try {
      if (await this.#answer(transaction, offer, fields)) this.sessionTimer.restart(timer.timer)
    } catch (error) {
      const refused = error instanceof SipCallError && error.reason === 'not_acceptable'
      const { agent, callId } = this.#dialog
      if (!refused) agent.logger.warn({ err: error, callId }, 'An offer could not be answered')
      transaction.respond(
        refused ? { code: 488, fields: [warningOf(agent.address.host, error)] } : { code: 500 },
      )
    } finally {
      this.#pending = null
    }
  }

  /** Returns whether it was taken. */
  async #answer(transaction: ServedTransaction, offer: string | null, fields: Field[]): Promise<boolean> {
    let cancelled = false
    if ('onCancel' in transaction)
      transaction.onCancel(() => {
        cancelled = true
        transaction.respond({ code: 487 })
      })
    const sdp = await this.#handler(offer)
    if (cancelled) return false
    if (this.#dialog.isOver) {
      transaction.respond({ code: 487 })
      return false
    }
    transaction.respond({ code: 200, sdp, fields })
    this.#dialog.localSdp = sdp
    if (offer !== null) this.#dialog.remoteSdp = offer
    if ('acknowledged' in transaction)
      void this.#acks.wait(transaction).then((acknowledged) => {
        if (!acknowledged) this.#onUnacknowledged()
      })
    return true
  }
}
