/**
 * One call that we place: dialled -> answered -> turns -> hung up -> recorded. What it is for, and what comes of it, is the
 * workflow's around it. A call without an answer, refused or busy is a result too, never a failure.
 */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow'
import type { RecordCallInput } from '../activities/calls.ts'
import type { HoldLegInput, LegReport } from '../domain/call.ts'
import type { ClosingReason, TakeTurnResult } from '../domain/dialogue.ts'
import { type CallId, type LegId, makeLegId } from '../domain/ids.ts'
import { dialLeg, legOf } from './call-activities.ts'
import { Conversation, type ConversationInput } from './call-conversation.ts'
import type { CallDiary } from './call-diary.ts'
import { CallLeg, type LegAnswered, type LegWatcher } from './call-leg.ts'
import type { CallFacts, CallState } from './call-state.ts'
import { CallSupervision } from './call-supervision.ts'

/** A goodbye is heard to its end, but not longer. */
const PLAYOUT_LIMIT_MS = 20_000

type Dialling = Extract<HoldLegInput, { readonly kind: 'dial' }>

export interface PlacedCallInput {
  readonly callId: CallId
  /** Null as long as nobody's phone was rung. */
  readonly diary: () => CallDiary | null
  /** What is said in it, where that is a version of a conversation. */
  readonly flow?: RecordCallInput['flow']
  /** Whom to ring, and how it shows. */
  readonly dialling: Omit<Dialling, 'kind' | 'legId' | 'callId'>
  /** From the answer; then the call is ended politely. */
  readonly maxDurationMs: number
  /** The conversation that begins with the answer. */
  readonly stateOf: (answered: {
    readonly legId: LegId
    readonly mediaSocketUrl: string
  }) => CallState<CallFacts>
  readonly runTools: ConversationInput['runTools']
  /** Told of each turn that was taken. */
  readonly onTurn?: (result: TakeTurnResult) => void
  readonly watcher?: LegWatcher
  /** false: what was said is not written down. */
  readonly keepsTranscript?: false
  /** Told at once when somebody takes the call. */
  readonly onAnswered?: (at: string) => void
  /** Done also where the call was cancelled. */
  readonly onEnded?: (ended: PlacedCallEnd) => Promise<void>
  /** Activity that holds the leg; default: the next free channel of any gateway. */
  readonly dial?: (input: HoldLegInput) => Promise<LegReport>
}

/** What became of it. */
export interface PlacedCallEnd {
  readonly answered: LegAnswered | null
  /** Null when nothing was dialled, or the gateway was lost. */
  readonly report: LegReport | null
  /** Why there is no report. */
  readonly failure: string | null
  /** Why it ended, as it stands in the diary. */
  readonly end: string
}

export class PlacedCall {
  readonly #input: PlacedCallInput
  readonly #legId: LegId
  readonly #leg: CallLeg
  /** Its cancellation hangs up at once. */
  readonly #holding = new CancellationScope()
  readonly #supervision: CallSupervision
  #conversation: Conversation | null = null
  #end: string = 'not_answered'
  #isCancelled = false

  constructor(input: PlacedCallInput) {
    this.#input = input
    this.#legId = makeLegId(input.callId.replace('call-', ''))
    this.#leg = new CallLeg(input.watcher, this.#legId)
    this.#supervision = new CallSupervision({
      callId: input.callId,
      legId: this.#legId,
      leg: this.#leg,
      shownNumber: input.dialling.calleeNumber,
      diary: input.diary,
      host: () => this.#leg.answered?.gatewayHost,
      onTakenOver: () => this.#conversation?.leave(),
    })
  }

  /** Cancelled, it hangs up and still writes the call down. */
  async run(): Promise<PlacedCallEnd> {
    this.#dial()
    try {
      await condition(() => this.#leg.answered !== null || this.#leg.over)
      if (this.#leg.answered !== null) await this.#converse(this.#leg.answered)
    } catch (error) {
      this.#isCancelled = isCancellation(error)
      throw error
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await this.#hangUp()
        await this.#supervision.end()
        const { report, answered } = this.#ended
        await this.#input.diary()?.finished(report, answered?.recordingKey ?? null, this.#end)
        await this.#input.onEnded?.(this.#ended)
      })
    }
    return this.#ended
  }

  get #ended(): PlacedCallEnd {
    const { answered, report, failure } = this.#leg
    return { answered, report, failure, end: this.#end }
  }

  /** The other side is on the line. */
  get isLive(): boolean {
    return this.#leg.answered !== null && !this.#leg.over
  }

  /** The call as a transfer to a person sees it. */
  get room() {
    return {
      callId: this.#input.callId,
      legId: this.#legId,
      leg: this.#leg,
      supervision: this.#supervision,
      host: () => this.#leg.answered?.gatewayHost,
    }
  }

  /** Something else is to be said or done than what is under way. */
  attend(): void {
    this.#conversation?.attend()
  }

  /** The goodbye is said, then the call ends. */
  close(reason: ClosingReason): void {
    this.#conversation?.close(reason)
  }

  #dial(): void {
    const { callId, dialling, dial = dialLeg } = this.#input
    this.#leg.hold(this.#holding.run(() => dial({ kind: 'dial', legId: this.#legId, callId, ...dialling })))
  }

  async #converse(answered: LegAnswered): Promise<void> {
    const { diary, stateOf, maxDurationMs, runTools, onAnswered, onTurn, keepsTranscript } = this.#input
    diary()?.answered(answered.at, this.#input.flow)
    onAnswered?.(answered.at)
    this.#conversation = new Conversation({
      leg: this.#leg,
      state: stateOf({ legId: this.#legId, mediaSocketUrl: answered.mediaSocketUrl }),
      maxDurationMs,
      onTurn: (...turn) => {
        if (keepsTranscript !== false) diary()?.turn(...turn)
        onTurn?.(turn[2])
      },
      runTools,
    })
    this.#end = await this.#conversation.run()
    if (this.#end === 'taken_over') await condition(() => this.#leg.over)
  }

  /** Lets the goodbye be heard where the gateway is known and there is one; who calls it off wants it to end now. */
  async #hangUp(): Promise<void> {
    if (!this.#leg.over) {
      const host = this.#leg.answered?.gatewayHost
      const isSilent = this.#isCancelled || this.#conversation?.speechless === true
      if (host === undefined) this.#holding.cancel()
      else
        await legOf(host)
          .hangUpLeg({ legId: this.#legId, afterPlayoutMs: isSilent ? 0 : PLAYOUT_LIMIT_MS })
          .catch(() => this.#holding.cancel())
    }
    await this.#leg.reported()
  }
}
