/**
 * One inbound call: ringing -> answered -> turns -> hung up -> recorded. The leg is an activity that runs
 * beside it; each turn is one too. Whatever fails, the leg is hung up, the record closed, and what the
 * caller told is in the ticket.
 */
import { CancellationScope, condition, patched, workflowInfo } from '@temporalio/workflow'
import type { CallPolicy } from '../activities/calls.ts'
import type { ReadCall } from '../activities/dialogue/analyze-call.ts'
import type { InboundCallInput } from '../domain/call.ts'
import { type CallerConcern, CONCERN_REASONS } from '../domain/caller-concerns.ts'
import type { OrderNo } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { callBacks, calls, callTexts, legOf, summaries, TRANSFER_LOST } from './call-activities.ts'
import { CallBack } from './call-back.ts'
import { Conversation } from './call-conversation.ts'
import { CallLeg } from './call-leg.ts'
import type { CallEnd } from './call-state.ts'
import { CallSupervision } from './call-supervision.ts'
import { InboundCallDiary, plainSummary } from './inbound-call-diary.ts'
import { InboundCallState } from './inbound-call-state.ts'
import { InboundPerson } from './inbound-person.ts'
import { OrderTools } from './order-tools.ts'

export interface InboundCallResult {
  readonly end: CallEnd | 'caller_hung_up' | 'leg_lost' | 'not_answered'
  readonly turns: number
  readonly orderNo: string | null
}

/** From INVITE to the answer. */
const ANSWER_LIMIT = '30s'
/** A goodbye is heard to its end, but not longer. */
const PLAYOUT_LIMIT_MS = 20_000

const CALL_BACK_REASON = '시스템 장애로 통화를 마치지 못했습니다. 고객에게 다시 전화해 주세요.'

const handOverReason = (wish: string): string =>
  `고객이 담당자와의 통화를 원합니다. 전화해 주세요.${wish === '' ? '' : ` (${wish})`}`

export async function inboundCall(input: InboundCallInput): Promise<InboundCallResult> {
  return await new InboundCall(input).run()
}

class InboundCall {
  readonly #input: InboundCallInput
  readonly #diary: InboundCallDiary
  readonly #gateway: ReturnType<typeof legOf>
  readonly #leg = new CallLeg()
  readonly #supervision: CallSupervision
  #state: InboundCallState | null = null
  #tools: OrderTools | null = null
  #person: InboundPerson | null = null
  #conversation: Conversation | null = null
  #policy: CallPolicy | null = null
  /** Issues that are being raised for what was said; they follow each other. */
  #concerns: Promise<void> = Promise.resolve()
  readonly #raised = new Set<CallerConcern>()
  #end: InboundCallResult['end'] = 'not_answered'
  /** On the second leg of a talk that was cut off. */
  #callBack: CallBack | null = null
  /** Cut off by us, and nobody of ours has talked on with them. */
  #isForsaken = false
  /** When words were last exchanged: a turn that finds the line dead may come hours later. */
  #talkedAtMs: number | null = null

  constructor(input: InboundCallInput) {
    this.#input = input
    this.#gateway = legOf(input.gatewayHost)
    this.#diary = new InboundCallDiary(input, workflowInfo().workflowId)
    this.#supervision = new CallSupervision({
      callId: input.callId,
      legId: input.legId,
      leg: this.#leg,
      shownNumber: input.fromNumber,
      diary: () => this.#diary,
      host: () => input.gatewayHost,
      onTakenOver: () => this.#conversation?.leave(),
    })
  }

  async run(): Promise<InboundCallResult> {
    const { legId, callId } = this.#input
    this.#leg.hold(this.#gateway.holdLeg({ kind: 'answer', legId, callId }))
    this.#diary.ringing()
    try {
      const policy = await calls.readCallPolicy({ fromNumber: this.#input.fromNumber, flow: 'order_call' })
      this.#policy = policy
      if (await this.#becameLive(policy)) this.#end = await this.#open(policy).run()
      if (this.#end === 'taken_over') await condition(() => this.#leg.over)
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await this.#hangUp()
        await this.#supervision.end()
        await this.#close()
      })
    }
    return {
      end: this.#end,
      turns: this.#state?.turnIndex ?? 0,
      orderNo: this.#state?.orderNo ?? null,
    }
  }

  async #becameLive({ edition }: CallPolicy): Promise<boolean> {
    await condition(() => this.#leg.answered !== null || this.#leg.over, ANSWER_LIMIT)
    if (this.#leg.answered === null) return false
    this.#diary.answered(this.#leg.answered.at, { name: 'order_call', version: edition?.version ?? 0 })
    return true
  }

  #open(policy: CallPolicy): Conversation {
    const { callId, legId, fromNumber } = this.#input
    const state = new InboundCallState({
      callId,
      legId,
      callerNumber: fromNumber,
      mediaSocketUrl: this.#leg.answered?.mediaSocketUrl ?? '',
      companyName: policy.companyName,
      language: policy.language,
      priceWon: policy.priceWon,
      orders: policy.orders ?? [],
      maxTurns: policy.maxTurns,
      ...(policy.edition === undefined ? {} : { edition: policy.edition }),
    })
    const tools = new OrderTools({
      state,
      workflowId: workflowInfo().workflowId,
      customerNumber: fromNumber,
      offered: () => policy.edition?.content.tools ?? null,
      language: () => state.language,
      onTicketOpened: (orderNo) => {
        if (this.#callBack?.aboutOrder(orderNo) !== true) this.#diary.aboutOrder({ callId, orderNo })
      },
    })
    const person = new InboundPerson({
      callId,
      legId,
      leg: this.#leg,
      supervision: this.#supervision,
      host: () => this.#input.gatewayHost,
      shownNumber: fromNumber,
      context: () => state.contextAt(koreanIso(Date.now())),
    })
    this.#state = state
    this.#tools = tools
    this.#person = person
    this.#conversation = new Conversation({
      leg: this.#leg,
      state,
      maxDurationMs: policy.maxDurationMs,
      onTurn: (turnId, turnIndex, result) => {
        this.#diary.turn(turnId, turnIndex, result)
        if (result.caller !== null || result.spoken !== null) this.#talkedAtMs = Date.now()
        if (result.concern !== undefined) this.#raise(result.concern.kind, state)
      },
      runTools: async (toolCalls, spokenAtMs, hearing) => {
        const source = { kind: 'call', callId } as const
        const results = await tools.run(toolCalls, { source, atMs: spokenAtMs, hearing })
        this.#diary.order(state)
        return await person.carryOut(toolCalls, results)
      },
    })
    return this.#conversation
  }

  /** Lets the goodbye be heard; a leg that can't be told any more ends by itself. */
  async #hangUp(): Promise<void> {
    if (!this.#leg.over) {
      const afterPlayoutMs = this.#end === 'not_answered' ? 0 : PLAYOUT_LIMIT_MS
      const { legId } = this.#input
      const announce = this.#conversation?.speechless ? { announce: 'apology' as const } : {}
      await this.#gateway.hangUpLeg({ legId, afterPlayoutMs, ...announce }).catch(() => {})
    }
    await this.#leg.reported()
    if (this.#end === 'caller_hung_up' && this.#leg.report === null) this.#end = 'leg_lost'
  }

  async #close(): Promise<void> {
    const read = this.#read()
    await this.#diary.finished(this.#leg.report, this.#leg.answered?.recordingKey ?? null, this.#end)
    await this.#tools?.finished()
    await this.#callBackIfCutOff()
    await this.#concerns
    if (this.#state !== null && this.#owesCallBack(this.#state)) await this.#askToCallBack(this.#state)
    await this.#diary.written()
    await this.#callBack?.written()
    const { summary, analysis } = await read
    await this.#diary.summary(summary ?? plainSummary(this.#state), analysis)
  }

  /** Who was cut off is called back at once; where that can't be, or comes to nothing, a person does it. */
  async #callBackIfCutOff(): Promise<void> {
    const [state, tools, policy] = [this.#state, this.#tools, this.#policy]
    if (state === null || tools === null || policy === null || !this.#isLost) return
    if (state.orderConfirmed || state.service.handedOver !== null || !patched('call-back-by-us')) return
    this.#callBack = new CallBack({
      number: this.#input.fromNumber,
      cutOffAtMs: this.#cutOffAtMs,
      policy,
      state,
      tools,
      onTurn: ({ concern }) => {
        if (concern !== undefined) this.#raise(concern.kind, state)
      },
    })
    const end = await this.#callBack.run()
    await tools.finished()
    if (end === null) this.#isForsaken = true
    else this.#end = end
  }

  get #cutOffAtMs(): number {
    const { report, answered } = this.#leg
    if (report !== null) return Date.parse(report.endedAt)
    return this.#talkedAtMs ?? (answered === null ? Date.now() : Date.parse(answered.at))
  }

  /** Its gateway is gone, or has ended the call in the middle because it had to stop. */
  get #isLost(): boolean {
    if (this.#leg.answered === null || this.#end === 'taken_over') return false
    const { report } = this.#leg
    if (report === null) return this.#end === 'leg_lost' || this.#end === 'fault'
    return this.#end === 'caller_hung_up' && report.outcome === 'completed_by_us'
  }

  /** Nice to have: whatever fails, the call is closed. */
  async #read(): Promise<{ readonly summary: string | null; readonly analysis: ReadCall | null }> {
    const lines = this.#state?.lines() ?? []
    if (!patched('call-analysis')) {
      return { summary: await summaries.summarizeCall({ lines }).catch(() => null), analysis: null }
    }
    const facts = {
      orderPlaced: this.#state?.orderConfirmed ?? false,
      personWanted: this.#state !== null && this.#state.service.handedOver !== null,
    }
    const analysis = await summaries.analyzeCall({ lines, facts }).catch(() => null)
    return { summary: analysis?.summary ?? null, analysis }
  }

  /** The caller was promised a call, or was cut off by us; an order that is placed needs none. */
  #owesCallBack(state: InboundCallState): boolean {
    // Nobody can call back a number that was withheld.
    if (this.#input.fromNumber === '') return false
    if (this.#end === 'taken_over') return this.#supervision.owesCallBack
    if (state.service.handedOver !== null) return this.#person?.wasPutThrough !== true
    if (state.orderConfirmed) return false
    return this.#wasCutOff || state.callBackPromised || this.#end === 'time_limit'
  }

  /** By a failure of ours, and not by the caller. */
  get #wasCutOff(): boolean {
    return this.#isForsaken || this.#leg.report?.outcome === 'failed' || this.#end === 'fault'
  }

  /** Each concern once, while the call goes on; abuse once it has ended the call. */
  #raise(concern: CallerConcern, state: InboundCallState): void {
    if (this.#raised.has(concern) || (concern === 'abuse' && state.end !== 'abuse')) return
    this.#raised.add(concern)
    this.#concerns = this.#concerns.then(async () => {
      const orderNo = await this.#ticketOf(state)
      const key = `${workflowInfo().workflowId}:${concern}`
      const reason = CONCERN_REASONS[concern]
      await callBacks.askToCallBack({ orderNo, reason, cause: `call_${concern}`, key })
    })
    this.#concerns.catch(() => {})
  }

  /** As an Issue on the ticket with what was told so far; a call that told nothing gets one for the number alone. */
  async #askToCallBack(state: InboundCallState): Promise<void> {
    const orderNo = await this.#ticketOf(state)
    const key = `${workflowInfo().workflowId}:call-back`
    const { handedOver } = state.service
    const why =
      this.#end === 'taken_over'
        ? TRANSFER_LOST
        : handedOver === null
          ? ({ reason: CALL_BACK_REASON, cause: 'call_lost' } as const)
          : ({ reason: handOverReason(handedOver), cause: 'call_person_wanted' } as const)
    await callBacks.askToCallBack({ orderNo, ...why, key })
    if (this.#wasCutOff && handedOver === null && patched('broken-off-text'))
      await this.#tellByText(orderNo, state)
  }

  async #ticketOf(state: InboundCallState): Promise<OrderNo> {
    const { callId, fromNumber } = this.#input
    const { furtherOrders: nth } = state.service
    const known = state.orderNo ?? state.service.complaint
    if (known !== null) return known
    const { orderNo } = await callBacks.openTicket({
      source: { kind: 'call', callId },
      customerPhone: fromNumber,
      ...(nth === 0 ? {} : { nth }),
    })
    state.orderNo = orderNo
    this.#diary.aboutOrder({ callId, orderNo })
    return orderNo
  }

  /** They need not wait for our call: the order's page takes what is still missing. */
  async #tellByText(orderNo: OrderNo, { order }: InboundCallState): Promise<void> {
    const { fromNumber } = this.#input
    const text = {
      kind: 'call_broken_off',
      key: `${workflowInfo().workflowId}:broken-off`,
      orderNo,
      to: order.phone ?? fromNumber,
      order,
      amountWon: this.#policy?.priceWon ?? 0,
      editWindowSeconds: 0,
      paymentExpirySeconds: 0,
      deliveredAt: null,
      hasPhoto: false,
    } as const
    // A landline takes no text; the call back is on the board in any case.
    await callTexts.sendMessage(text).catch(() => {})
  }
}
