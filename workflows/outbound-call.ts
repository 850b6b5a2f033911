/**
 * One call that we place: dialled -> answered -> turns -> hung up -> recorded. Thin: what is said is the flow's
 * (activities/dialogue/flows.ts), what comes of it goes back to who asked for the call. A call without an answer,
 * refused or busy is a result too, never a failure.
 */
import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow'
import type { CallPolicy } from '../activities/calls.ts'
import { makeLegId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import type { OutboundCallInput, OutboundCallResult } from '../domain/outbound-call.ts'
import { calls, dialLeg, legOf } from './call-activities.ts'
import { Conversation } from './call-conversation.ts'
import { CallDiary } from './call-diary.ts'
import { CallLeg } from './call-leg.ts'
import { CallSupervision } from './call-supervision.ts'
import { OutboundCallState } from './outbound-call-state.ts'
import { outboundSummary } from './outbound-call-summary.ts'

const RING_LIMIT_MS = 30_000
/** A goodbye is heard to its end, but not longer. */
const PLAYOUT_LIMIT_MS = 20_000
/** From the answer: an order is dictated and read back in two minutes. */
const MAX_DURATION_MS: Readonly<Record<OutboundCallInput['flow'], number>> = {
  vendor_order: 8 * 60_000,
  issue_alarm: 2 * 60_000,
}
const ACKNOWLEDGING_KEY = '1'

export async function outboundCall(input: OutboundCallInput): Promise<OutboundCallResult> {
  return await new OutboundCall(input).run()
}

class OutboundCall {
  readonly #input: OutboundCallInput
  readonly #leg = new CallLeg((digit) => this.#onDigit(digit))
  /** Its cancellation hangs up at once. */
  readonly #holding = new CancellationScope()
  readonly #supervision: CallSupervision
  #diary: CallDiary | null = null
  #state: OutboundCallState | null = null
  #conversation: Conversation | null = null
  #end: string = 'not_answered'

  constructor(input: OutboundCallInput) {
    this.#input = input
    this.#supervision = new CallSupervision({
      callId: input.callId,
      legId: this.#legId,
      leg: this.#leg,
      shownNumber: input.calleeNumber,
      diary: () => this.#diary,
      host: () => this.#leg.answered?.gatewayHost,
      onTakenOver: () => this.#conversation?.leave(),
    })
  }

  async run(): Promise<OutboundCallResult> {
    const policy = await calls.readCallPolicy({ fromNumber: '', flow: this.#input.flow })
    this.#diary = this.#openDiary(policy)
    this.#dial(policy)
    try {
      await condition(() => this.#leg.answered !== null || this.#leg.over)
      if (this.#leg.answered !== null) await this.#converse(policy)
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await this.#hangUp()
        await this.#supervision.end()
        await this.#close()
      })
    }
    return this.#result()
  }

  #openDiary(policy: CallPolicy): CallDiary {
    const { callId, calleeNumber, brief } = this.#input
    const diary = new CallDiary({
      callId,
      workflowId: workflowInfo().workflowId,
      direction: 'outbound',
      fromNumber: policy.companyPhone,
      toNumber: calleeNumber,
      calledAt: koreanIso(Date.now()),
    })
    diary.ringing()
    diary.aboutOrder({ callId, orderNo: brief.orderNo })
    return diary
  }

  #dial(policy: CallPolicy): void {
    const { callId, calleeNumber } = this.#input
    const held = this.#holding.run(() =>
      dialLeg({
        kind: 'dial',
        legId: this.#legId,
        callId,
        callerNumber: policy.companyPhone,
        calleeNumber,
        ringTimeoutMs: RING_LIMIT_MS,
      }),
    )
    this.#leg.hold(held)
  }

  get #legId() {
    return makeLegId(this.#input.callId.replace('call-', ''))
  }

  async #converse(policy: CallPolicy): Promise<void> {
    const { answered } = this.#leg
    const { edition } = policy
    const pinned = { name: this.#input.flow, version: edition?.version ?? 0 }
    this.#diary?.answered(answered?.at ?? koreanIso(Date.now()), pinned)
    const state = new OutboundCallState({
      callId: this.#input.callId,
      legId: this.#legId,
      mediaSocketUrl: answered?.mediaSocketUrl ?? '',
      companyName: policy.companyName,
      language: policy.language,
      maxTurns: policy.maxTurns,
      purpose: this.#input,
      ...(edition === undefined ? {} : { edition }),
    })
    this.#state = state
    this.#conversation = new Conversation({
      leg: this.#leg,
      state,
      maxDurationMs: Math.min(policy.maxDurationMs, MAX_DURATION_MS[this.#input.flow]),
      onTurn: (...turn) => this.#diary?.turn(...turn),
      runTools: async (toolCalls) => state.report(toolCalls),
    })
    this.#end = await this.#conversation.run()
    if (this.#end === 'taken_over') await condition(() => this.#leg.over)
  }

  /** The owner takes note with a key, also in the middle of a sentence. */
  #onDigit(digit: string): void {
    if (this.#input.flow !== 'issue_alarm' || digit !== ACKNOWLEDGING_KEY || this.#state === null) return
    if (this.#state.result !== null) return
    this.#state.result = { acknowledged: true }
    this.#conversation?.close('acknowledged')
  }

  /** Lets the goodbye be heard where the gateway is known and there is one. */
  async #hangUp(): Promise<void> {
    if (!this.#leg.over) {
      const host = this.#leg.answered?.gatewayHost
      const afterPlayoutMs = this.#conversation?.speechless ? 0 : PLAYOUT_LIMIT_MS
      if (host === undefined) this.#holding.cancel()
      else
        await legOf(host)
          .hangUpLeg({ legId: this.#legId, afterPlayoutMs })
          .catch(() => this.#holding.cancel())
    }
    await this.#leg.reported()
  }

  async #close(): Promise<void> {
    const { report, answered } = this.#leg
    await this.#diary?.finished(report, answered?.recordingKey ?? null, this.#end)
    await this.#diary?.summary(outboundSummary(this.#input, this.#result()))
  }

  #result(): OutboundCallResult {
    const answered = this.#leg.answered !== null
    const nothingAcknowledged =
      answered && this.#input.flow === 'issue_alarm' ? { acknowledged: false } : null
    return {
      outcome: this.#leg.report?.outcome ?? 'failed',
      answered,
      result: this.#state?.result ?? nothingAcknowledged,
    }
  }
}
