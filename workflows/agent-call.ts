/**
 * Somebody of ours calls a number by their own telephone: the other side is rung by a carrier, or by its telephone where it is
 * one of us, and both are connected when it answers. The call's own leg is the other side's, as in any call; who dials takes
 * part in it like one who has taken a call over, so that it can be listened in to, and its recording is the usual one.
 */
import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { DialPlan, DialTarget, PhoneOwner } from '../activities/agent-calls.ts'
import type { AgentCallInput } from '../domain/call.ts'
import { flowOfTrialNumber } from '../domain/flow-trial-number.ts'
import { type LegId, makeLegId } from '../domain/ids.ts'
import { maskPhone } from '../domain/phone-number.ts'
import { callBacks, dialPlans, legOf, TRANSFER_LOST } from './call-activities.ts'
import { CallDiary } from './call-diary.ts'
import { CallGuest, refusalOf } from './call-guest.ts'
import { CallLeg, type LegAnswered } from './call-leg.ts'
import { type HandedOverInput, type HandOverInput, handedOver, handOver } from './call-messages.ts'
import { CallSupervision } from './call-supervision.ts'
import { talkToDraft } from './trial-call.ts'

const RING_LIMIT_MS = 45_000

export interface AgentCallResult {
  readonly end: 'talked' | 'not_answered' | 'given_up' | 'refused'
}

export async function agentCall(input: AgentCallInput): Promise<AgentCallResult> {
  return await new AgentCall(input).run()
}

class AgentCall {
  readonly #input: AgentCallInput
  readonly #legId: LegId
  readonly #leg = new CallLeg()
  /** Its cancellation ends the other side's leg at once. */
  readonly #holding = new CancellationScope()
  readonly #supervision: CallSupervision
  #diary: CallDiary | null = null
  #agent: CallGuest | null = null
  /** Who the other side is, for a call that takes them over. */
  #callee: PhoneOwner = { personId: null, personName: '' }
  /** Their number, where they are none of us. */
  #outsider: string | null = null
  #isHandedOver = false
  #end: AgentCallResult['end'] = 'not_answered'

  constructor(input: AgentCallInput) {
    this.#input = input
    this.#legId = makeLegId(input.callId.replace('call-', ''))
    this.#supervision = new CallSupervision({
      callId: input.callId,
      legId: this.#legId,
      leg: this.#leg,
      shownNumber: input.dialled,
      diary: () => this.#diary,
      host: () => this.#leg.answered?.gatewayHost,
      onTakenOver: () => {},
    })
    setHandler(handOver, (wish) => this.#handOver(wish))
  }

  async run(): Promise<AgentCallResult> {
    const { callId, legId, gatewayHost, extension, dialled } = this.#input
    const flow = flowOfTrialNumber(dialled)
    if (flow !== null)
      return { end: (await talkToDraft(this.#input, flow, this.#leg)) ? 'talked' : 'refused' }
    const plan = await dialPlans.findDialTarget({ extension, dialled }).catch(async (error) => {
      // Nobody knows whom they may call: their telephone does not ring on for it.
      await legOf(gatewayHost).hangUpLeg({ legId, afterPlayoutMs: 0, refusal: 503 })
      throw error
    })
    const agent = new CallGuest(
      callId,
      legId,
      { ...plan.agent, mode: 'talk' },
      { kind: 'calling', gatewayHost, extension },
    )
    this.#agent = agent
    this.#diary = this.#openDiary(plan)
    this.#supervision.take(agent)
    try {
      if (plan.target.kind === 'refused') {
        this.#end = 'refused'
        await agent.hangUp(plan.target.sipCode)
      } else {
        this.#dial(plan.target, plan)
        await this.#connect(agent)
      }
    } finally {
      await CancellationScope.nonCancellable(() => this.#close())
    }
    return { end: this.#end }
  }

  #openDiary({ agent, target, companyPhone }: DialPlan): CallDiary {
    const { callId, dialled, extension, receivedAt } = this.#input
    const diary = new CallDiary({
      callId,
      workflowId: workflowInfo().workflowId,
      direction: 'outbound',
      fromNumber: target.kind === 'phone' ? extension : companyPhone,
      toNumber: target.kind === 'outside' ? target.number : dialled,
      calledAt: receivedAt,
      placedBy: agent,
    })
    diary.ringing()
    return diary
  }

  #dial(target: Exclude<DialTarget, { kind: 'refused' }>, plan: DialPlan): void {
    const { callId, extension, gatewayHost } = this.#input
    if (target.kind === 'outside') this.#outsider = target.number
    this.#callee =
      target.kind === 'phone'
        ? { personId: target.personId, personName: target.personName }
        : { personId: null, personName: maskPhone(target.number) }
    const shared = { kind: 'dial', legId: this.#legId, callId, ringTimeoutMs: RING_LIMIT_MS } as const
    const held = this.#holding.run(() =>
      target.kind === 'phone'
        ? legOf(target.gatewayHost).holdLeg({
            ...shared,
            callerNumber: extension,
            calleeNumber: target.extension,
            via: 'phones',
            recorded: false,
          })
        : legOf(gatewayHost).holdLeg({
            ...shared,
            callerNumber: plan.companyPhone,
            calleeNumber: target.number,
            ...(plan.isRecorded ? {} : { recorded: false }),
          }),
    )
    this.#leg.hold(held)
  }

  async #connect(agent: CallGuest): Promise<void> {
    const leg = this.#leg
    await condition(() => leg.answered !== null || leg.over || agent.isOver)
    if (leg.answered !== null && !leg.over && !agent.isOver) {
      this.#end = 'talked'
      this.#diary?.answered(leg.answered.at)
      await agent.answer().catch(() => {})
      await condition(() => leg.over || (!this.#isHandedOver && !this.#supervision.hasTalker))
    } else if (agent.isOver) this.#end = 'given_up'
    else {
      await leg.reported()
      await agent.hangUp(refusalOf(leg.report?.outcome ?? null))
    }
  }

  /**
   * Who called joins the other side with somebody in another call of theirs. From then on that call says who hears whom; the
   * other side's leg, and its record, stay here until it is over.
   */
  #handOver({ toWorkflowId, transferId, legId, extension }: HandOverInput): void {
    const { answered, over } = this.#leg
    const isTheirs = legId === this.#input.legId && extension === this.#input.extension
    const mayGo = isTheirs && !over && this.#agent?.isThere === true && !this.#isHandedOver
    const party = answered !== null && mayGo ? this.#partyOf(answered) : null
    if (party !== null) {
      this.#isHandedOver = true
      this.#supervision.letGo()
    }
    getExternalWorkflowHandle(toWorkflowId)
      .signal(handedOver, { transferId, party })
      .catch(() => {})
  }

  #partyOf(answered: LegAnswered): HandedOverInput['party'] {
    const { mediaSocketUrl, gatewayHost = this.#input.gatewayHost } = answered
    return { legId: this.#legId, gatewayHost, mediaSocketUrl, who: this.#callee }
  }

  async #close(): Promise<void> {
    const leg = this.#leg
    if (this.#end !== 'refused') {
      if (!leg.over && leg.answered !== null) await this.#hangUp(leg.answered.gatewayHost)
      else if (!leg.over) this.#holding.cancel()
    }
    await this.#supervision.end()
    if (this.#end !== 'refused') await leg.reported()
    await this.#diary?.finished(leg.report, leg.answered?.recordingKey ?? null, this.#end)
    if (this.#outsider !== null && this.#supervision.owesCallBack) await this.#askToCallBack(this.#outsider)
  }

  /** Whoever was called is not lost with a transfer that nobody took. */
  async #askToCallBack(number: string): Promise<void> {
    const { callId } = this.#input
    const { orderNo } = await callBacks.openTicket({
      source: { kind: 'call', callId },
      customerPhone: number,
    })
    this.#diary?.aboutOrder({ callId, orderNo })
    const key = `${workflowInfo().workflowId}:call-back`
    await callBacks.askToCallBack({ orderNo, ...TRANSFER_LOST, key })
    await this.#diary?.written()
  }

  async #hangUp(host: string | undefined): Promise<void> {
    await legOf(host ?? this.#input.gatewayHost)
      .hangUpLeg({ legId: this.#legId, afterPlayoutMs: 0 })
      .catch(() => this.#holding.cancel())
  }
}
