/** One telephone leg from the first ring to its report. */
import type { HoldLegInput, LegOutcome, LegReport } from '../../domain/call.ts'
import type { CallId, LegId } from '../../domain/ids.ts'
import type { MediaDescription } from '../rtp/index.ts'
import {
  type Dialog,
  type IncomingInvite,
  type OutgoingCall,
  type Replaces,
  SipCallError,
} from '../sip/index.ts'
import { NO_RECORDER } from './call-recorder.ts'
import type { LegHost } from './leg-host.ts'
import { LegMedia } from './leg-media.ts'
import { LegTransfers, type LegTransferWish } from './leg-transfers.ts'
import type { MediaSession } from './media-session.ts'

/** Packets that are on their way when the last frame is out: BYE waits for them. */
const PLAYOUT_TAIL_MS = 200
const BYE_LIMIT_MS = 2_000

/** What a leg's owner hears of it while it lives. */
export interface LegEvents {
  readonly ringing?: () => void
  readonly answered?: () => void
  readonly digit?: (digit: string) => void
  /** Only of telephones of ours: REFERs of others get 603. */
  readonly transfer?: (wish: LegTransferWish) => void
}

export type LegState = 'ringing' | 'answering' | 'live' | 'ending' | 'ended'

/** An instruction that comes when the leg is past it. */
export class LegStateError extends Error {
  readonly retryable = false
}

interface LegOptions {
  readonly host: LegHost
  readonly legId: LegId
  readonly callId: CallId
  readonly session: MediaSession
  readonly isRecorded?: boolean
  /** At the other end is a telephone of ours, which may transfer. */
  readonly isOurs?: boolean
}

/**
 * `ringing` -> `answering` -> `live` -> `ending` -> `ended`; from each to `ended`. However it ends, `ended`
 * resolves with the report after ports, recording and dialog are released.
 */
export class Leg {
  readonly legId: LegId
  readonly callId: CallId
  readonly ended: Promise<LegReport>
  events: LegEvents = {}
  readonly #host: LegHost
  readonly #session: MediaSession
  readonly #isRecorded: boolean
  readonly #isOurs: boolean
  readonly #transfers = new LegTransfers()
  readonly #startedAt = new Date()
  #resolveEnded: (report: LegReport) => void = () => {}
  #state: LegState = 'ringing'
  #answeredAt: Date | undefined
  #sipCallId = ''
  #sipCode: number | null = null
  #media: LegMedia | undefined
  #dialog: Dialog | undefined
  #answer: (() => Promise<void>) | undefined
  /** Ends a leg that is not answered yet. */
  #refuse: (code: number) => void = () => {}

  private constructor({ host, legId, callId, session, isRecorded = true, isOurs = false }: LegOptions) {
    this.#isRecorded = isRecorded
    this.#isOurs = isOurs
    this.#host = host
    this.legId = legId
    this.callId = callId
    this.#session = session
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  /**
   * A call that came in; 180 is sent. The ports are taken now, so that an answer can't fail for lack of them.
   * @throws NoPortError
   * @throws SipCallError `not_acceptable` when the offer has nothing for us
   */
  static async incoming(
    host: LegHost,
    ids: Pick<LegOptions, 'legId' | 'callId' | 'isRecorded' | 'isOurs'>,
    invite: IncomingInvite,
  ): Promise<Leg> {
    const session = await host.openMedia(invite.sdpOffer)
    const leg = new Leg({ host, ...ids, session })
    try {
      if (invite.sdpOffer !== null) session.check(invite.sdpOffer)
    } catch (error) {
      await leg.#closeSession()
      throw error
    }
    leg.#refuse = (code) => invite.reject(code)
    leg.#answer = () => leg.#answerInvite(invite)
    invite.onCancel(() => {
      if (leg.#state === 'ringing') leg.#finish('cancelled', 487)
    })
    host.messages?.follow(leg, invite.callId)
    if (leg.#state === 'ringing') invite.ringing()
    return leg
  }

  /**
   * Dials; the leg is `ringing` until the other side decides, at most `ringTimeoutMs`.
   * @param beforeInvite called when nothing but the INVITE is missing.
   * @throws NoPortError
   * @throws UnresolvedTargetError, CallerNotAllowedError, TrunkBusyError, SipSyntaxError: nothing was sent
   */
  static async dial(
    host: LegHost,
    input: Extract<HoldLegInput, { readonly kind: 'dial' }>,
    beforeInvite: () => void = () => {},
  ): Promise<Leg> {
    const route = await host.route(input)
    let session: MediaSession
    try {
      session = await host.openMedia(route.isBrowser ? 'browser' : null)
    } catch (error) {
      route.release()
      throw error
    }
    const { legId, callId, recorded: isRecorded = true } = input
    const leg = new Leg({ host, legId, callId, session, isRecorded, isOurs: input.via === 'phones' })
    let call: OutgoingCall
    try {
      const offer = await session.prepareOffer()
      beforeInvite()
      call = route.dial({
        callerNumber: input.callerNumber,
        calleeNumber: input.calleeNumber,
        sdp: (policy) => offer(policy),
        ...(input.headers === undefined ? {} : { headers: input.headers }),
        ...(input.callerDisplayName === undefined ? {} : { callerDisplayName: input.callerDisplayName }),
        ...(input.sipCallIdPrefix === undefined ? {} : { callIdPrefix: input.sipCallIdPrefix }),
        onRinging: () => leg.events.ringing?.(),
        onAttempt: (sipCallId) => host.messages?.follow(leg, sipCallId),
      })
    } catch (error) {
      route.release()
      await leg.#closeSession()
      throw error
    }
    leg.#refuse = () => call.cancel()
    leg.#sipCallId = call.callId
    void leg.#followDial(call, input.ringTimeoutMs)
    return leg
  }

  get state(): LegState {
    return this.#state
  }

  /** Call-ID of the first INVITE of a call that we placed; '' of one that came in. */
  get sipCallId(): string {
    return this.#sipCallId
  }

  /** undefined before the answer. */
  get media(): LegMedia | undefined {
    return this.#media
  }

  /** Their latest session description; undefined before the answer. */
  get remoteDescription(): string | undefined {
    return this.#dialog?.remoteSdp ?? undefined
  }

  get answeredAt(): Date | undefined {
    return this.#answeredAt
  }

  /**
   * Answers a call that came in; resolves once the caller has acknowledged.
   * @throws LegStateError when the leg is over or is not ours to answer.
   */
  async answer(): Promise<void> {
    if (this.#state !== 'ringing' || this.#answer === undefined)
      throw new LegStateError(`leg ${this.legId} can't be answered: it is ${this.#state}`)
    this.#state = 'answering'
    await this.#answer()
  }

  /** Whether this is the call that a Replaces header means. */
  isCalledBy({ callId, toTag, fromTag }: Replaces): boolean {
    const dialog = this.#dialog
    return dialog?.callId === callId && dialog.localTag === toTag && dialog.remoteTag === fromTag
  }

  /** The telephone is told what comes of the transfer that it asked for. */
  tellTransfer(transferId: string, sipCode: number): void {
    this.#transfers.tell(transferId, sipCode)
  }

  /** Refuses a call that came in, or cancels one that we dial. */
  reject(code: number, outcome: LegOutcome = 'rejected'): void {
    if (this.#state !== 'ringing') return
    this.#refuse(code)
    this.#finish(outcome, code)
  }

  /**
   * Ends the leg; our speech may finish first, for at most `afterPlayoutMs`.
   * Resolves with the report; a leg that is over gives its report again.
   * @param refusal SIP status for a caller who was not answered.
   */
  async hangUp(
    afterPlayoutMs = 0,
    outcome: LegOutcome = 'completed_by_us',
    refusal = 480,
  ): Promise<LegReport> {
    if (this.#state === 'ringing') {
      this.reject(refusal, 'cancelled')
    } else if (this.#state === 'live' || this.#state === 'answering') {
      if (afterPlayoutMs > 0 && this.#media !== undefined)
        await Promise.race([this.#playedOut(this.#media), this.ended, wait(afterPlayoutMs)])
      this.#finish(outcome, 200)
    }
    return this.ended
  }

  async #playedOut(media: LegMedia): Promise<void> {
    await media.playedOut()
    await wait(PLAYOUT_TAIL_MS)
  }

  async #answerInvite(invite: IncomingInvite): Promise<void> {
    const { sdpOffer } = invite
    try {
      const agreed = sdpOffer === null ? undefined : await this.#session.answer(sdpOffer)
      const sdp = agreed?.sdp ?? (await this.#session.prepareOffer())()
      // Hung up while a browser's answer was made: its ports are closed already.
      if (this.#isOver()) return invite.reject(480)
      const acknowledged = invite.answer(sdp)
      // The caller may speak as soon as 200 is out, before the ACK: cursor 0 is here.
      if (agreed !== undefined) this.#startMedia(agreed.media)
      const dialog = await acknowledged
      this.#dialog = dialog
      if (agreed === undefined) {
        const media = await this.#session.accept(dialog.remoteSdp ?? '')
        if (!this.#isOver()) this.#startMedia(media)
      }
      this.#goLive(dialog)
    } catch (error) {
      const cancelled = error instanceof SipCallError && error.reason === 'cancelled'
      this.#host.logger.info({ legId: this.legId, err: error }, 'answer failed')
      if (error instanceof SipCallError && error.reason === 'not_acceptable') invite.reject(488)
      this.#finish(cancelled ? 'cancelled' : 'failed', cancelled ? 487 : null)
    }
  }

  async #followDial(call: OutgoingCall, ringTimeoutMs: number): Promise<void> {
    let rangOut = false
    const timer = setTimeout(() => {
      rangOut = true
      call.cancel()
    }, ringTimeoutMs)
    const outcome = await call.outcome
    clearTimeout(timer)
    if (outcome.kind === 'failed') {
      this.#finish(rangOut ? 'no_answer' : outcomeOf(outcome.cause, outcome.code), outcome.code)
      return
    }
    this.#dialog = outcome.dialog
    if (this.#isOver()) return void outcome.dialog.bye()
    try {
      const media = await this.#session.accept(outcome.dialog.remoteSdp ?? '')
      if (!this.#isOver()) this.#startMedia(media)
      this.#goLive(outcome.dialog)
    } catch (error) {
      this.#host.logger.warn({ legId: this.legId, err: error }, 'answer to our call is unusable')
      this.#finish('failed', 488)
    }
  }

  #startMedia(description: MediaDescription): void {
    this.#answeredAt = new Date()
    this.#media = new LegMedia({
      legId: this.legId,
      endpoint: this.#session.endpoint,
      description,
      voiceDetector: this.#host.newVoiceDetector(),
      personJudge: this.#host.newPersonJudge?.(),
      recorder: this.#isRecorded ? this.#host.newRecorder(this.legId, description.codec) : NO_RECORDER,
      waitingSounds: this.#host.waitingSounds,
      noMedia: this.#host.noMedia,
      onNoMedia: () => this.#finish('no_media', 200),
      onDigit: (digit) => this.events.digit?.(digit),
    })
    this.#host.captures?.began(this, this.#media)
  }

  #goLive(dialog: Dialog): void {
    if (this.#isOver()) return void dialog.bye()
    this.#state = 'live'
    this.#sipCode = 200
    dialog.onReinvite((offer) => this.#reinvited(dialog.localSdp, offer))
    dialog.onInfo((info) => this.#session.info(info))
    if (this.#isOurs) this.#transfers.follow(dialog, (wish) => this.#askTransfer(wish))
    dialog.onBye(() => this.#finish('completed_by_remote', 200))
    void dialog.ended.then((end) =>
      this.#finish(
        end.cause === 'bye' && end.by === 'local' ? 'completed_by_us' : 'completed_by_remote',
        200,
      ),
    )
    if (this.#state === 'live') this.events.answered?.()
  }

  async #reinvited(current: string, offer: string | null): Promise<string> {
    if (offer === null) return current
    const { sdp, media } = await this.#session.answer(offer)
    this.#media?.update(media)
    return sdp
  }

  #askTransfer(wish: LegTransferWish): void {
    if (this.events.transfer === undefined) this.tellTransfer(wish.transferId, 603)
    else this.events.transfer(wish)
  }

  async #closeSession(): Promise<void> {
    await this.#session.endpoint.close()
    await this.#session.close()
  }

  #isOver(): boolean {
    return this.#state === 'ending' || this.#state === 'ended'
  }

  /** First come, first served: one outcome only. */
  #finish(outcome: LegOutcome, sipCode: number | null): void {
    if (this.#isOver()) return
    this.#state = 'ending'
    this.#sipCode = sipCode ?? this.#sipCode
    void this.#release(outcome)
  }

  async #release(outcome: LegOutcome): Promise<void> {
    const endedAt = new Date()
    const bye = this.#dialog?.bye()
    try {
      await this.#media?.end()
      await this.#host.captures?.ended(this)
      await this.#closeSession()
      // A phone that is gone never answers BYE; its channel is free all the same.
      await Promise.race([bye, wait(BYE_LIMIT_MS)])
    } catch (error) {
      this.#host.logger.error({ legId: this.legId, err: error }, 'leg not released cleanly')
    }
    this.#state = 'ended'
    this.#host.messages?.ended(this.legId)
    this.#resolveEnded(this.#report(outcome, endedAt))
  }

  #report(outcome: LegOutcome, endedAt: Date): LegReport {
    const media = this.#media
    const answeredAt = this.#answeredAt
    return {
      legId: this.legId,
      outcome,
      sipCode: this.#sipCode,
      startedAt: this.#startedAt.toISOString(),
      answeredAt: answeredAt?.toISOString() ?? null,
      endedAt: endedAt.toISOString(),
      durationMs: answeredAt === undefined ? 0 : endedAt.getTime() - answeredAt.getTime(),
      codec: media?.codec ?? null,
      quality: media?.quality ?? null,
      recordingKey: media?.recorder.intact ? this.#host.recordingKey(this.legId) : null,
      recordingPauses: media?.recorder.pauses ?? [],
      latencies: media?.latencies ?? [],
    }
  }
}

/** What a refusal means for a call that we placed. */
function outcomeOf(cause: 'response' | 'timeout' | 'transport' | 'cancelled', sipCode: number): LegOutcome {
  if (cause === 'cancelled') return 'cancelled'
  if (cause !== 'response') return 'failed'
  switch (sipCode) {
    case 486:
    case 600:
      return 'busy'
    case 408:
    case 480:
    case 487:
      return 'no_answer'
    case 403:
    case 603:
    case 607:
      return 'rejected'
    default:
      return 'failed'
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
