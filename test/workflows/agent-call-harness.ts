/** Calls that people of ours make, in a server that skips time: gateway, numbers and records scripted. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { UpdateDefinition } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { DialPlan, FindDialTargetInput } from '../../activities/agent-calls.ts'
import type { FinishCallInput, RecordCallInput } from '../../activities/calls.ts'
import type { AskToCallBackInput, OpenTicketInput } from '../../activities/tickets.ts'
import type {
  AgentCallInput,
  HangUpLegInput,
  HoldLegInput,
  LegOutcome,
  LegReport,
  TransferWish,
} from '../../domain/call.ts'
import type { GuestRecord } from '../../domain/call-guests.ts'
import { agentCallWorkflowId, type LegId, makeCallId, makeLegId } from '../../domain/ids.ts'
import type {
  ConferenceState,
  SetConferenceInput,
  SetLegAudioInput,
  TellTransferInput,
} from '../../domain/leg-operations.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { gatewayLegsQueue, gatewayQueue, TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { AgentCallResult, agentCall } from '../../workflows/agent-call.ts'
import { ORDER_NO, report } from './inbound-call-harness.ts'

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** What the one who is dialled does; `rings`: nothing until the test says so. */
export type Callee = 'answers' | 'rings' | Exclude<LegOutcome, 'completed_by_us' | 'completed_by_remote'>

export interface AgentScript {
  readonly target: DialPlan['target'] | ((dialled: string) => DialPlan['target'])
  readonly isRecorded?: boolean
  /** By number; default: answers. */
  readonly callees?: Readonly<Record<string, Callee>>
  /** What the test does while the call goes on. */
  readonly story: (call: ScriptedAgentCall) => Promise<void>
}

/** Everything that the workflow asked of the world. */
export class ScriptedAgentCall {
  readonly input: AgentCallInput
  readonly dialled: Extract<HoldLegInput, { kind: 'dial' }>[] = []
  readonly held: LegId[] = []
  readonly answered: LegId[] = []
  readonly hungUp: HangUpLegInput[] = []
  readonly conferences: SetConferenceInput[] = []
  readonly audio: SetLegAudioInput[] = []
  readonly records: RecordCallInput[] = []
  readonly guests: GuestRecord[] = []
  readonly finished: FinishCallInput[] = []
  readonly asked: FindDialTargetInput[] = []
  readonly told: TellTransferInput[] = []
  readonly opened: OpenTicketInput[] = []
  readonly linked: string[] = []
  readonly callBacks: AskToCallBackInput[] = []
  readonly #env: TestWorkflowEnvironment
  readonly #script: AgentScript
  readonly #ends = new Map<LegId, (outcome: LegOutcome) => void>()

  constructor(env: TestWorkflowEnvironment, script: AgentScript) {
    this.#env = env
    this.#script = script
    const hex = randomBytes(12).toString('hex')
    this.input = {
      callId: makeCallId(hex),
      legId: makeLegId(hex.slice(12)),
      gatewayHost: `host-${hex.slice(0, 6)}`,
      extension: '1001',
      dialled: '01098765432',
      sipCallId: 'sip',
      receivedAt: '2026-11-21T05:00:00.000Z',
    }
  }

  get handle() {
    return this.#env.client.workflow.getHandle(agentCallWorkflowId(this.input.callId))
  }

  /** Leg of the one who was dialled. */
  get calleeLeg(): LegId {
    return makeLegId(this.input.callId.replace('call-', ''))
  }

  ask<Result, Arguments extends [unknown]>(
    update: UpdateDefinition<Result, Arguments>,
    ...args: Arguments
  ): Promise<Result> {
    return this.handle.executeUpdate(update, { args })
  }

  /** That side puts its telephone down. */
  end(legId: LegId, outcome: LegOutcome = 'completed_by_remote'): void {
    this.#ends.get(legId)?.(outcome)
  }

  /** The leg of a telephone that rings is answered. */
  async picksUp(legId: LegId): Promise<void> {
    await this.handle.signal('legEvent', {
      type: 'answered',
      legId,
      mediaSocketUrl: `ws://gateway/${legId}`,
      at: '2026-11-21T05:00:09.000Z',
      recordingKey: `recordings/${legId}.rec`,
      gatewayHost: this.input.gatewayHost,
    })
  }

  /** The telephone of the one who called asks for a transfer. */
  async transfers(wish: Partial<TransferWish> = {}): Promise<void> {
    const { legId } = this.input
    const whole = { type: 'transfer', legId, transferId: '1', number: '1002', ...wish } as const
    await this.handle.signal('legEvent', whole)
  }

  async #holdLeg(input: HoldLegInput): Promise<LegReport> {
    const { legId } = input
    this.held.push(legId)
    const ended = new Promise<LegOutcome>((resolve) => this.#ends.set(legId, resolve))
    if (input.kind === 'dial') {
      this.dialled.push(input)
      const callee = this.#script.callees?.[input.calleeNumber] ?? 'answers'
      if (callee !== 'answers' && callee !== 'rings')
        return { ...report(input, callee), answeredAt: null, recordingKey: null }
      if (callee === 'answers') await this.picksUp(legId)
    }
    const beat = setInterval(() => Context.current().heartbeat(), 1_000)
    try {
      const cancelled = Context.current().cancelled.catch(() => 'cancelled' as const)
      const outcome = await Promise.race([ended, cancelled])
      await this.handle.signal('legEvent', { type: 'ended', legId })
      return report(input, outcome)
    } finally {
      clearInterval(beat)
    }
  }

  gateway() {
    return {
      holdLeg: (input: HoldLegInput) => this.#holdLeg(input),
      answerLeg: async ({ legId }: { readonly legId: LegId }) => {
        this.answered.push(legId)
        await this.picksUp(legId)
      },
      hangUpLeg: async (input: HangUpLegInput) => {
        this.hungUp.push(input)
        this.end(input.legId, 'completed_by_us')
      },
      setConference: async (input: SetConferenceInput): Promise<ConferenceState> => {
        this.conferences.push(input)
        const { conferenceId, revision, members } = input
        return { conferenceId, revision, members: members.map(({ legId }) => legId) }
      },
      setLegAudio: async (input: SetLegAudioInput) => {
        this.audio.push(input)
      },
      tellTransfer: async (input: TellTransferInput) => {
        this.told.push(input)
      },
    }
  }

  business() {
    const { target, isRecorded = true } = this.#script
    return {
      findDialTarget: async (input: FindDialTargetInput): Promise<DialPlan> => {
        this.asked.push(input)
        return {
          agent: { personId: 'person-1', personName: '이상담' },
          target: atHost(typeof target === 'function' ? target(input.dialled) : target, this.input),
          companyPhone: '15880000',
          isRecorded,
        }
      },
      recordCall: async (input: RecordCallInput) => void this.records.push(input),
      recordGuest: async (input: GuestRecord) => void this.guests.push(input),
      finishCall: async (input: FinishCallInput) => void this.finished.push(input),
      openTicket: async (input: OpenTicketInput) => {
        this.opened.push(input)
        return { orderNo: ORDER_NO }
      },
      linkCallToOrder: async ({ orderNo }: { readonly orderNo: string }) => void this.linked.push(orderNo),
      askToCallBack: async (input: AskToCallBackInput) => void this.callBacks.push(input),
    }
  }
}

/** Telephones of ours are all at the one gateway of the test. */
const atHost = (target: DialPlan['target'], { gatewayHost }: AgentCallInput): DialPlan['target'] =>
  target.kind === 'phone' ? { ...target, gatewayHost } : target

/** Plays a call to its end. */
export async function playAgentCall(
  env: TestWorkflowEnvironment,
  script: AgentScript,
): Promise<{ readonly call: ScriptedAgentCall; readonly result: AgentCallResult }> {
  bundle ??= bundleWorkflows()
  const call = new ScriptedAgentCall(env, script)
  const { gatewayHost } = call.input
  const gateway = call.gateway()
  const queues = [
    { taskQueue: gatewayLegsQueue(gatewayHost), activities: { holdLeg: gateway.holdLeg } },
    { taskQueue: gatewayQueue(gatewayHost), activities: { ...gateway } },
    { taskQueue: TASK_QUEUES.business, activities: { ...call.business() }, workflowBundle: await bundle },
  ]
  const workers = await Promise.all(
    queues.map((queue) =>
      Worker.create({
        connection: env.nativeConnection,
        ...queue,
        maxHeartbeatThrottleInterval: 200,
        shutdownForceTime: '2s',
      }),
    ),
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    const handle = await env.client.workflow.start<typeof agentCall>('agentCall', {
      workflowId: agentCallWorkflowId(call.input.callId),
      taskQueue: TASK_QUEUES.business,
      args: [call.input],
    })
    await script.story(call)
    return { call, result: await handle.result() }
  } finally {
    for (const worker of workers) worker.shutdown()
    await running
  }
}
