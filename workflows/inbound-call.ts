/**
 * One inbound call: ringing -> answered -> turns -> hung up -> recorded. The leg is an activity that runs
 * beside it; each turn is one too. Whatever fails, the leg is hung up, the record closed, and what the
 * caller told is in the ticket.
 */
import {
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { CallPolicy } from '../activities/calls.ts'
import type { InboundCallInput, LegEvent, LegReport } from '../domain/call.ts'
import type { ToolCall } from '../domain/dialogue.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { callBacks, calls, legOf, summaries } from './inbound-call-activities.ts'
import { CallDiary } from './inbound-call-diary.ts'
import { type CallEnd, endOf, InboundCallState } from './inbound-call-state.ts'
import { takeTurnSomewhere } from './inbound-call-turn.ts'
import { OrderTools } from './order-tools.ts'

/** From the gateway: what happened on the leg. */
const legEvent = defineSignal<[LegEvent]>('legEvent')

export interface InboundCallResult {
  readonly end: CallEnd | 'caller_hung_up' | 'leg_lost' | 'not_answered'
  readonly turns: number
  readonly orderNo: string | null
}

/** From INVITE to the answer. */
const ANSWER_LIMIT = '30s'
/** A goodbye is heard to its end, but not longer. */
const PLAYOUT_LIMIT_MS = 20_000
/** From the hang-up to the gateway's report. */
const REPORT_LIMIT = '40s'

const CALL_BACK_REASON = '시스템 장애로 통화를 마치지 못했습니다. 고객에게 다시 전화해 주세요.'

export async function inboundCall(input: InboundCallInput): Promise<InboundCallResult> {
  return await new InboundCall(input).run()
}

type Answered = Extract<LegEvent, { type: 'answered' }>

class InboundCall {
  readonly #input: InboundCallInput
  readonly #diary: CallDiary
  readonly #leg: ReturnType<typeof legOf>
  #answered: Answered | null = null
  /** The leg is over, as far as we know. */
  #legOver = false
  #report: LegReport | null = null
  #legDone = false
  #state: InboundCallState | null = null
  #tools: OrderTools | null = null
  #end: InboundCallResult['end'] = 'not_answered'
  /** When the caller last spoke, ms from the answer. */
  #lastSpokenAtMs: number | null = null
  #turnScope: CancellationScope | null = null
  /** The turn under way was given up by us. */
  #turnDropped = false
  /** No turn could say goodbye: the gateway has to. */
  #speechless = false

  constructor(input: InboundCallInput) {
    this.#input = input
    this.#leg = legOf(input.gatewayHost)
    this.#diary = new CallDiary(input, workflowInfo().workflowId)
    setHandler(legEvent, (event) => this.#onLegEvent(event))
  }

  async run(): Promise<InboundCallResult> {
    this.#holdLeg()
    this.#diary.ringing()
    try {
      const policy = await calls.readCallPolicy()
      if (await this.#becameLive()) await this.#converse(policy)
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await this.#hangUp()
        await this.#close()
      })
    }
    return {
      end: this.#end,
      turns: this.#state?.turnIndex ?? 0,
      orderNo: this.#state?.orderNo ?? null,
    }
  }

  /** The leg lives beside everything else; its end is the end of the call. */
  #holdLeg(): void {
    const { legId, callId } = this.#input
    this.#leg.holdLeg({ kind: 'answer', legId, callId }).then(
      (report) => this.#legGone(report),
      () => this.#legGone(null),
    )
  }

  #legGone(report: LegReport | null): void {
    this.#report = report
    this.#legDone = true
    this.#legOver = true
  }

  #onLegEvent(event: LegEvent): void {
    if (event.type === 'answered') this.#answered ??= event
    if (event.type === 'ended') this.#legOver = true
  }

  async #becameLive(): Promise<boolean> {
    await condition(() => this.#answered !== null || this.#legOver, ANSWER_LIMIT)
    if (this.#answered === null) return false
    this.#diary.answered(this.#answered.at)
    return true
  }

  /** Turn by turn until nothing is left to do. */
  async #converse(policy: CallPolicy): Promise<void> {
    const state = this.#open(policy)
    const limit = new CancellationScope()
    limit
      .run(() => sleep(policy.maxDurationMs, { summary: '최대 통화 시간' }))
      .then(
        () => this.#timeIsUp(state),
        () => {},
      )
    try {
      for (;;) {
        if (this.#legOver) state.legEnded()
        const step = state.next()
        switch (step.do) {
          case 'turn':
            await this.#turn(state)
            break
          case 'tools':
            await this.#runTools(state, step.calls)
            break
          case 'hang_up':
            this.#end = step.reason
            return
          case 'finish':
            this.#end = 'caller_hung_up'
            return
        }
      }
    } finally {
      limit.cancel()
    }
  }

  #open(policy: CallPolicy): InboundCallState {
    const { callId, legId, fromNumber } = this.#input
    this.#state = new InboundCallState({
      callId,
      legId,
      callerNumber: fromNumber,
      mediaSocketUrl: this.#answered?.mediaSocketUrl ?? '',
      companyName: policy.companyName,
      language: policy.language,
      priceWon: policy.priceWon,
      maxTurns: policy.maxTurns,
    })
    this.#tools = new OrderTools({
      state: this.#state,
      workflowId: workflowInfo().workflowId,
      customerNumber: fromNumber,
      onTicketOpened: (orderNo) => this.#diary.ticketOpened({ callId, orderNo }),
    })
    return this.#state
  }

  /** The listening turn is given up, so that the goodbye can be said. */
  #timeIsUp(state: InboundCallState): void {
    state.closeFor('time_limit')
    this.#turnDropped = true
    this.#turnScope?.cancel()
  }

  async #turn(state: InboundCallState): Promise<void> {
    const scope = new CancellationScope()
    this.#turnScope = scope
    this.#turnDropped = false
    const { turnId, turnIndex } = state
    try {
      const turnInput = state.turnInput(koreanIso(Date.now()))
      const result = await scope.run(() => takeTurnSomewhere(turnInput, state.workerQueue))
      state.turnTaken(result)
      this.#lastSpokenAtMs = result.caller?.startMs ?? this.#lastSpokenAtMs
      this.#diary.turn(turnId, turnIndex, result)
    } catch (error) {
      if (isCancellation(error) && !this.#turnDropped) throw error
      // Nobody can take turns: what is known is in the ticket; the caller is not kept in silence.
      if (this.#turnDropped) state.turnAbandoned()
      else {
        this.#speechless = true
        state.giveUp()
      }
    } finally {
      this.#turnScope = null
    }
  }

  async #runTools(state: InboundCallState, toolCalls: readonly ToolCall[]): Promise<void> {
    const source = { kind: 'call', callId: this.#input.callId } as const
    const results = await this.#tools?.run(toolCalls, { source, atMs: this.#lastSpokenAtMs })
    state.toolsDone(results ?? [], endOf(toolCalls))
    this.#diary.order(state)
  }

  /** Lets the goodbye be heard; a leg that can't be told any more ends by itself. */
  async #hangUp(): Promise<void> {
    if (!this.#legOver) {
      const afterPlayoutMs = this.#end === 'not_answered' ? 0 : PLAYOUT_LIMIT_MS
      const { legId } = this.#input
      const announce = this.#speechless ? { announce: 'apology' as const } : {}
      await this.#leg.hangUpLeg({ legId, afterPlayoutMs, ...announce }).catch(() => {})
    }
    await condition(() => this.#legDone, REPORT_LIMIT)
    if (this.#end === 'caller_hung_up' && this.#report === null) this.#end = 'leg_lost'
  }

  async #close(): Promise<void> {
    const summary = summaries.summarizeCall({ lines: this.#state?.lines() ?? [] }).catch(() => null)
    await this.#diary.finished(this.#report, this.#answered?.recordingKey ?? null, this.#end)
    await this.#tools?.finished()
    if (this.#state !== null && this.#owesCallBack(this.#state)) await this.#askToCallBack(this.#state)
    await this.#diary.written()
    await this.#diary.summary(await summary, this.#state)
  }

  /** The caller was promised a call, or was cut off by us; an order that is placed needs none. */
  #owesCallBack(state: InboundCallState): boolean {
    // Nobody can call back a number that was withheld.
    if (state.orderConfirmed || this.#input.fromNumber === '') return false
    const cutOff = this.#report?.outcome === 'failed'
    return cutOff || state.callBackPromised || this.#end === 'fault' || this.#end === 'time_limit'
  }

  /** As an Issue on the ticket with what was told so far; a call that told nothing gets one for the number alone. */
  async #askToCallBack(state: InboundCallState): Promise<void> {
    const { callId, fromNumber } = this.#input
    if (state.orderNo === null) {
      const opened = await callBacks.openTicket({
        source: { kind: 'call', callId },
        customerPhone: fromNumber,
      })
      state.orderNo = opened.orderNo
      this.#diary.ticketOpened({ callId, orderNo: opened.orderNo })
    }
    const key = `${workflowInfo().workflowId}:call-back`
    await callBacks.askToCallBack({ orderNo: state.orderNo, reason: CALL_BACK_REASON, key })
  }
}
