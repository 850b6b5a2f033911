/** One inbound call in a server that skips time: gateway, dialogue workers, tickets and records scripted. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import type { UpdateDefinition } from '@temporalio/common'
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { MessageActivities, SendMessageInput } from '../../activities/activity-types.ts'
import type { AgentCallActivities } from '../../activities/agent-calls.ts'
import type {
  CallActivities,
  CallPolicy,
  FinishCallInput,
  RecordPausesInput,
  RecordTurnInput,
} from '../../activities/calls.ts'
import type { CutOffActivities } from '../../activities/cut-off-calls.ts'
import type { DialogueActivities } from '../../activities/dialogue/activities.ts'
import type { PersonTransferActivities } from '../../activities/person-transfer-types.ts'
import type { ServiceActivities } from '../../activities/service.ts'
import type {
  AskToCallBackInput,
  CallBackActivities,
  ConfirmOrderInput,
  OpenTicketInput,
  SetOrderFieldsInput,
  TicketActivities,
} from '../../activities/tickets.ts'
import type { HangUpLegInput, HoldLegInput, InboundCallInput, LegReport } from '../../domain/call.ts'
import type { CallAnalysis, CallFactsKnown } from '../../domain/call-analysis.ts'
import type { NoCallBack } from '../../domain/call-back.ts'
import type { GuestRecord } from '../../domain/call-guests.ts'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import { inboundCallWorkflowId, type LegId, makeCallId, makeLegId, makeOrderNo } from '../../domain/ids.ts'
import type {
  ConferenceState,
  RecordingState,
  SetConferenceInput,
  SetLegAudioInput,
  SetRecordingInput,
  TellTransferInput,
} from '../../domain/leg-operations.ts'
import { EMPTY_ORDER, missingFields, type OrderFields } from '../../domain/order.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import {
  dialogueWorkerQueue,
  gatewayLegsQueue,
  gatewayQueue,
  TASK_QUEUES,
} from '../../temporal/task-queues.ts'
import type { InboundCallResult, inboundCall } from '../../workflows/inbound-call.ts'

/** What one turn does; the rest of its result is made up. May end the leg, throw, or wait. */
export type ScriptedTurn = (
  input: TakeTurnInput,
  call: ScriptedCall,
) => Partial<TakeTurnResult> | Promise<Partial<TakeTurnResult>>

export const ORDER_NO = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])
const WARM_QUEUE = dialogueWorkerQueue('warm')

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** What a call asks of tickets. */
type CallTicketActivities = Pick<TicketActivities, 'openTicket' | 'setOrderFields' | 'confirmOrder'> &
  CallBackActivities

export interface CallScript {
  readonly turns: readonly ScriptedTurn[]
  readonly policy?: Partial<CallPolicy>
  /** False: the worker-specific queue that turns name is served by nobody. */
  readonly warmWorker?: boolean
  /** False: the gateway never reports an answer. */
  readonly answers?: boolean
  readonly tickets?: Partial<CallTicketActivities>
  /** What customers get done with placed orders; what is not scripted refuses. */
  readonly service?: Partial<ServiceActivities>
  /** False: telephones of colleagues ring in vain. */
  readonly guestsAnswer?: boolean
  /** Number of a telephone that rings until the test says what becomes of it. */
  readonly absent?: string
  /** Telephones at the desk, in the order in which they are found; absent: nobody is there. */
  readonly desk?: readonly string[]
  /** What stands in the way of calling back who was cut off; absent: nothing. */
  readonly whyNoCallBack?: NoCallBack
  /** False: the gateway can't bring anybody together. */
  readonly conference?: boolean
}

/** Everything that the workflow asked of the world. */
export class ScriptedCall {
  readonly input: InboundCallInput
  readonly turns: { readonly input: TakeTurnInput; readonly queue: string }[] = []
  readonly opened: OpenTicketInput[] = []
  readonly stored: SetOrderFieldsInput[] = []
  readonly confirmed: ConfirmOrderInput[] = []
  readonly recorded: RecordTurnInput[] = []
  readonly hungUp: HangUpLegInput[] = []
  readonly callBacks: AskToCallBackInput[] = []
  readonly texts: SendMessageInput[] = []
  /** Attempts of `holdLeg`. */
  held = 0
  readonly finished: FinishCallInput[] = []
  readonly summaries: string[] = []
  readonly dialled: Extract<HoldLegInput, { kind: 'dial' }>[] = []
  readonly conferences: SetConferenceInput[] = []
  readonly audio: SetLegAudioInput[] = []
  readonly told: TellTransferInput[] = []
  readonly guests: GuestRecord[] = []
  readonly pauses: RecordPausesInput[] = []
  /** What the decision about a call back was told. */
  readonly judged: Parameters<CutOffActivities['judgeCallBack']>[0][] = []
  readonly analyses: CallAnalysis[] = []
  /** What the reader of the call was told beside its words. */
  readonly readFacts: CallFactsKnown[] = []
  readonly states: string[] = []
  order: OrderFields = EMPTY_ORDER
  readonly #script: CallScript
  readonly #env: TestWorkflowEnvironment
  #endLeg: (outcome: LegReport['outcome']) => void = () => {}
  #failAttempt: (error: Error) => void = () => {}
  readonly #endGuests = new Map<string, (outcome: LegReport['outcome']) => void>()
  readonly #loseGuests = new Map<string, (error: Error) => void>()

  constructor(env: TestWorkflowEnvironment, script: CallScript) {
    this.#env = env
    this.#script = script
    const hex = randomBytes(12).toString('hex')
    const callId = makeCallId(hex)
    this.input = {
      callId,
      legId: makeLegId(hex.slice(12)),
      gatewayHost: `host-${hex.slice(0, 6)}`,
      fromNumber: '01012345678',
      toNumber: '15880000',
      sipCallId: 'sip',
      receivedAt: '2026-11-21T05:00:00.000Z',
    }
  }

  get workflowId(): string {
    return inboundCallWorkflowId(this.input.callId)
  }

  /** Host at which telephones of our people are registered. */
  get phonesHost(): string {
    return `phones-${this.input.gatewayHost}`
  }

  /** Somebody of ours joins from the call's page. */
  async ask<Result, Arguments extends [unknown]>(
    update: UpdateDefinition<Result, Arguments>,
    ...args: Arguments
  ): Promise<Result> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    return await handle.executeUpdate(update, { args })
  }

  /** A colleague puts their telephone down. */
  hangUpGuest(legId: string, outcome: LegReport['outcome'] = 'completed_by_remote'): void {
    this.#endGuests.get(legId)?.(outcome)
  }

  /** The telephone of a colleague asks for a transfer. */
  async transfers(legId: LegId, number: string): Promise<void> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    await handle.signal('legEvent', { type: 'transfer', legId, transferId: '1', number })
  }

  /** The caller puts the phone down. */
  hangUp(): void {
    this.#endLeg('completed_by_remote')
  }

  /** The leg of the caller ends. */
  endLeg(outcome: LegReport['outcome']): void {
    this.#endLeg(outcome)
  }

  /** The gateway that holds a dialled leg is gone. */
  loseGuest(legId: string): void {
    this.#loseGuests.get(legId)?.(ApplicationFailure.nonRetryable('not on this gateway', 'LegLost'))
  }

  /** The attempt that holds the leg fails; the leg may be taken over by the next. */
  loseAttempt(error: Error): void {
    this.#failAttempt(error)
  }

  gateway() {
    return {
      holdLeg: async (input: HoldLegInput): Promise<LegReport> => {
        if (input.kind === 'dial') return this.#holdGuest(input)
        const handle = this.#env.client.workflow.getHandle(this.workflowId)
        this.held++
        const ended = new Promise<LegReport['outcome']>((resolve, reject) => {
          this.#endLeg = resolve
          this.#failAttempt = reject
        })
        const beat = setInterval(() => Context.current().heartbeat(), 1_000)
        try {
          if (this.#script.answers === false) return report(input, 'cancelled')
          const at = '2026-11-21T05:00:01.000Z'
          const recordingKey = `recordings/${input.legId}.wav`
          const event = {
            type: 'answered',
            legId: input.legId,
            mediaSocketUrl: 'ws://gateway',
            at,
            recordingKey,
          }
          if (this.held === 1) await handle.signal('legEvent', event)
          const outcome = await Promise.race([ended, Context.current().cancelled])
          await handle.signal('legEvent', { type: 'ended', legId: input.legId })
          return report(input, outcome)
        } finally {
          clearInterval(beat)
        }
      },
      hangUpLeg: async (input: HangUpLegInput) => {
        this.hungUp.push(input)
        const endGuest = this.#endGuests.get(input.legId)
        if (endGuest === undefined) this.#endLeg('completed_by_us')
        else endGuest('completed_by_us')
      },
      setConference: async (input: SetConferenceInput): Promise<ConferenceState> => {
        if (this.#script.conference === false) throw ApplicationFailure.nonRetryable('no such leg')
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
      setRecording: async ({ paused }: SetRecordingInput): Promise<RecordingState> => {
        return { pauses: [{ fromMs: 4_000, toMs: paused ? null : 9_000 }] }
      },
    }
  }

  async #holdGuest(input: Extract<HoldLegInput, { kind: 'dial' }>): Promise<LegReport> {
    const handle = this.#env.client.workflow.getHandle(this.workflowId)
    this.dialled.push(input)
    const ended = new Promise<LegReport['outcome']>((resolve, reject) => {
      this.#endGuests.set(input.legId, resolve)
      this.#loseGuests.set(input.legId, reject)
    })
    const beat = setInterval(() => Context.current().heartbeat(), 1_000)
    try {
      if (input.tellsDialling === true) {
        const at = '2026-11-21T05:00:10.000Z'
        await handle.signal('legEvent', { type: 'dialling', legId: input.legId, sipCallId: 'back', at })
      }
      if (this.#script.guestsAnswer === false)
        return { ...report(input, 'no_answer'), answeredAt: null, recordingKey: null }
      if (this.#script.absent === input.calleeNumber)
        return { ...report(input, await ended), answeredAt: null, recordingKey: null }
      const event = {
        type: 'answered',
        legId: input.legId,
        mediaSocketUrl: `ws://phones/legs/${input.legId}`,
        at: '2026-11-21T05:00:20.000Z',
        gatewayHost: this.phonesHost,
      }
      await handle.signal('legEvent', event)
      const outcome = await Promise.race([ended, Context.current().cancelled])
      await handle.signal('legEvent', { type: 'ended', legId: input.legId })
      return report(input, outcome)
    } finally {
      clearInterval(beat)
    }
  }

  dialogue(queue: string): Omit<DialogueActivities, 'takeTrialTurn'> {
    return {
      takeTurn: async (input) => {
        const index = Number(/-t(\d+)$/.exec(input.turnId)?.[1])
        this.turns.push({ input, queue })
        const turn = this.#script.turns[index]
        if (turn === undefined) throw ApplicationFailure.nonRetryable('no turn is scripted')
        const beat = setInterval(() => Context.current().heartbeat(), 500)
        try {
          const taken = await Promise.race([turn(input, this), Context.current().cancelled])
          return { ...plainTurn(input), ...taken }
        } finally {
          clearInterval(beat)
        }
      },
      summarizeCall: async ({ lines }) => lines.map((line) => line.text).join(' / '),
      summarizeRequest: async () => null,
      analyzeCall: async ({ lines, facts }) => {
        this.readFacts.push(facts)
        return {
          summary: lines.map((line) => line.text).join(' / '),
          outcome: facts.orderPlaced ? 'order_placed' : 'order_unfinished',
          sentiment: 'neutral',
          sentiments: lines.flatMap(({ speaker }) => (speaker === 'customer' ? ['neutral' as const] : [])),
          language: 'ko',
          followUps: [],
        }
      },
    }
  }

  business(): CallActivities &
    CallTicketActivities &
    MessageActivities &
    AgentCallActivities &
    Pick<PersonTransferActivities, 'findTransferTarget'> &
    CutOffActivities &
    Partial<ServiceActivities> {
    return {
      readCallPolicy: async () => ({
        companyName: '대리 화환',
        companyPhone: '15880000',
        priceWon: 80_000,
        language: 'ko',
        maxDurationMs: 900_000,
        maxTurns: 80,
        ...this.#script.policy,
      }),
      recordCall: async ({ answeredAt }) => {
        this.states.push(answeredAt === null ? 'ringing' : 'live')
      },
      linkCallToOrder: async ({ orderNo }) => {
        this.states.push(`order ${orderNo}`)
      },
      recordTurn: async (input) => {
        this.recorded.push(input)
      },
      finishCall: async (input) => {
        this.finished.push(input)
        this.states.push('ended')
      },
      recordSummary: async ({ summary, analysis }) => {
        this.summaries.push(summary)
        if (analysis !== undefined) this.analyses.push(analysis)
      },
      recordGuest: async (guest) => {
        this.guests.push(guest)
      },
      recordPauses: async (input) => {
        this.pauses.push(input)
      },
      judgeCallBack: async (input) => {
        this.judged.push(input)
        return { why: this.#script.whyNoCallBack ?? null }
      },
      openTicket: async (input) => {
        this.opened.push(input)
        return { orderNo: ORDER_NO }
      },
      setOrderFields: async (input) => {
        this.stored.push(input)
        const told = Object.entries(input.fields).map(([field, { value }]) => [field, value])
        this.order = { ...this.order, ...Object.fromEntries(told) }
        return { ok: true, missing: missingFields(this.order), order: this.order, problems: [] }
      },
      confirmOrder: async (input) => {
        this.confirmed.push(input)
        return { ok: true, missing: [], message: '주문이 접수되었습니다.' }
      },
      askToCallBack: async (input) => {
        this.callBacks.push(input)
      },
      sendMessage: async (input) => {
        this.texts.push(input)
        return { messageId: 'message', type: 'LMS', fallback: null }
      },
      findDialTarget: async ({ dialled }) => ({
        agent: { personId: 'person-1', personName: '김팀장' },
        target: {
          kind: 'phone',
          extension: dialled,
          gatewayHost: this.phonesHost,
          personId: 'person-3',
          personName: '박상담',
        },
        companyPhone: '15880000',
        isRecorded: true,
      }),
      findTransferTarget: async ({ tried }) => {
        const extension = this.#script.desk?.find((one) => !tried.includes(one))
        if (extension === undefined) return { kind: 'nobody' }
        return {
          kind: 'phone',
          extension,
          gatewayHost: this.phonesHost,
          personId: 'person-1',
          personName: '김상담',
        }
      },
      ...this.#script.tickets,
      ...this.#script.service,
    }
  }
}

export const report = (input: HoldLegInput, outcome: LegReport['outcome']): LegReport => ({
  legId: input.legId,
  outcome,
  sipCode: 200,
  startedAt: '2026-11-21T05:00:00.000Z',
  answeredAt: '2026-11-21T05:00:01.000Z',
  endedAt: '2026-11-21T05:01:00.000Z',
  durationMs: 59_000,
  codec: 'PCMU',
  quality: null,
  recordingKey: 'recordings/a.wav',
  latencies: [],
})

export function plainTurn(input: TakeTurnInput): TakeTurnResult {
  return {
    end: 'answered',
    caller: null,
    silent: false,
    fault: false,
    spoken: null,
    interruptions: [],
    toolCalls: [],
    cursor: input.cursor,
    timings: { endOfTurnMs: null, firstTokenMs: null, firstAudioMs: null, wireLatencyMs: null },
    workerQueue: WARM_QUEUE,
  }
}

/** Parts of a turn's result. */
export const says = (input: TakeTurnInput, text: string): Partial<TakeTurnResult> => ({
  spoken: { utteranceId: input.turnId, text, startMs: 0, endMs: 1_000 },
})
export const hears = (words: string, confidence = 0.9): Partial<TakeTurnResult> => ({
  caller: { words, confidence, startMs: 1_500, endMs: 2_500 },
})
export const asksFor = (...names: string[]): Partial<TakeTurnResult> => ({
  toolCalls: names.map((name, index) => ({ id: `toolu_${name}_${index}`, name, input: {} })),
})
export const setsFields = (id: string, fields: Partial<OrderFields>): Partial<TakeTurnResult> => ({
  toolCalls: [
    {
      id,
      name: 'set_order_fields',
      input: Object.fromEntries(
        Object.entries(fields).map(([field, value]) => [field, { value, words: value, confidence: 0.9 }]),
      ),
    },
  ],
})
export const asks = (
  id: string,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Partial<TakeTurnResult> => ({
  toolCalls: [{ id, name, input }],
})
export const endsCall = (reason: string): Partial<TakeTurnResult> => ({
  toolCalls: [{ id: 'toolu_end', name: 'end_call', input: { reason } }],
})

export interface CallOutcome {
  readonly call: ScriptedCall
  readonly result: InboundCallResult
}

/** Plays a call to its end. */
export async function playCall(env: TestWorkflowEnvironment, script: CallScript): Promise<CallOutcome> {
  bundle ??= bundleWorkflows()
  const call = new ScriptedCall(env, script)
  const connection = env.nativeConnection
  const { gatewayHost } = call.input
  const gateway = call.gateway()
  const queues = [
    { taskQueue: gatewayLegsQueue(gatewayHost), activities: { holdLeg: gateway.holdLeg } },
    { taskQueue: gatewayQueue(gatewayHost), activities: { ...gateway } },
    { taskQueue: gatewayLegsQueue(call.phonesHost), activities: { holdLeg: gateway.holdLeg } },
    { taskQueue: TASK_QUEUES.legs, activities: { holdLeg: gateway.holdLeg } },
    {
      taskQueue: gatewayQueue(call.phonesHost),
      activities: { hangUpLeg: gateway.hangUpLeg, tellTransfer: gateway.tellTransfer },
    },
    { taskQueue: TASK_QUEUES.dialogue, activities: { ...call.dialogue(TASK_QUEUES.dialogue) } },
    { taskQueue: TASK_QUEUES.business, activities: { ...call.business() }, workflowBundle: await bundle },
  ]
  if (script.warmWorker !== false) {
    queues.push({
      taskQueue: WARM_QUEUE,
      activities: { ...call.dialogue('warm') },
    } as (typeof queues)[number])
  }
  const workers = await Promise.all(
    queues.map((queue) =>
      Worker.create({ connection, ...queue, maxHeartbeatThrottleInterval: 200, shutdownForceTime: '2s' }),
    ),
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    const handle = await env.client.workflow.start<typeof inboundCall>('inboundCall', {
      workflowId: call.workflowId,
      taskQueue: TASK_QUEUES.business,
      args: [call.input],
    })
    return { call, result: await handle.result() }
  } finally {
    for (const worker of workers) worker.shutdown()
    await running
  }
}
