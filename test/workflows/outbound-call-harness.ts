/** One call that we place in a server that skips time: gateway, dialogue workers and records scripted. */
import { randomBytes } from 'node:crypto'
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { CallActivities, RecordCallInput } from '../../activities/calls.ts'
import type { HangUpLegInput, HoldLegInput, LegOutcome, LegReport } from '../../domain/call.ts'
import type { TakeTurnInput, TakeTurnResult } from '../../domain/dialogue.ts'
import { makeCallId, makeOrderNo, outboundCallWorkflowId } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import type { OutboundCallInput, OutboundCallResult } from '../../domain/outbound-call.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { dialogueWorkerQueue, gatewayQueue, TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { outboundCall } from '../../workflows/outbound-call.ts'
import { plainTurn, report } from './inbound-call-harness.ts'

const HOST = 'host-out'
const ORDER_NO = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])
const WARM_QUEUE = dialogueWorkerQueue('warm')

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

export const VENDOR_CALL: Omit<Extract<OutboundCallInput, { flow: 'vendor_order' }>, 'callId'> = {
  flow: 'vendor_order',
  calleeNumber: '0311112222',
  brief: {
    task: { kind: 'place' },
    orderNo: ORDER_NO,
    reference: `${ORDER_NO}-1`,
    erpOrderId: null,
    order: { ...EMPTY_ORDER, orderer: '한빛상사' },
    priceWon: 40_000,
  },
}
export const ALARM_CALL: Omit<Extract<OutboundCallInput, { flow: 'issue_alarm' }>, 'callId'> = {
  flow: 'issue_alarm',
  calleeNumber: '01099990000',
  brief: { orderNo: ORDER_NO, kind: 'delivery_delay', reason: '배송이 늦어지고 있습니다.' },
}

export interface OutboundScript {
  readonly call: typeof VENDOR_CALL | typeof ALARM_CALL
  readonly turns?: readonly ((input: TakeTurnInput, call: ScriptedOutboundCall) => Turn | Promise<Turn>)[]
  /** What becomes of the leg before anybody answers; absent: it is answered. */
  readonly unanswered?: LegOutcome
}
type Turn = Partial<TakeTurnResult>

/** Everything that the workflow asked of the world. */
export class ScriptedOutboundCall {
  readonly input: OutboundCallInput
  readonly dialled: HoldLegInput[] = []
  readonly turns: TakeTurnInput[] = []
  readonly records: RecordCallInput[] = []
  readonly hungUp: HangUpLegInput[] = []
  readonly notes: string[] = []
  readonly #env: TestWorkflowEnvironment
  readonly #script: OutboundScript
  #endLeg: (outcome: LegOutcome) => void = () => {}

  constructor(env: TestWorkflowEnvironment, script: OutboundScript) {
    this.#env = env
    this.#script = script
    this.input = { ...script.call, callId: makeCallId(randomBytes(6).toString('hex')) }
  }

  get workflowId(): string {
    return outboundCallWorkflowId(this.input.callId)
  }

  async presses(digit: string): Promise<void> {
    const legId = this.dialled[0]?.legId
    await this.#env.client.workflow
      .getHandle(this.workflowId)
      .signal('legEvent', { type: 'digit', legId, digit })
  }

  /** The other side puts the phone down. */
  hangUp(): void {
    this.#endLeg('completed_by_remote')
  }

  async holdLeg(input: HoldLegInput): Promise<LegReport> {
    this.dialled.push(input)
    if (this.#script.unanswered !== undefined)
      return { ...report(input, this.#script.unanswered), answeredAt: null, recordingKey: null }
    const ended = new Promise<LegOutcome>((resolve) => {
      this.#endLeg = resolve
    })
    const beat = setInterval(() => Context.current().heartbeat(), 1_000)
    try {
      const handle = this.#env.client.workflow.getHandle(this.workflowId)
      const at = '2026-11-21T05:00:01.000Z'
      const { legId } = input
      await handle.signal('legEvent', {
        type: 'answered',
        legId,
        mediaSocketUrl: 'ws://gateway',
        at,
        gatewayHost: HOST,
      })
      return report(input, await Promise.race([ended, Context.current().cancelled]))
    } finally {
      clearInterval(beat)
    }
  }

  async hangUpLeg(input: HangUpLegInput): Promise<void> {
    this.hungUp.push(input)
    this.#endLeg('completed_by_us')
  }

  async takeTurn(input: TakeTurnInput): Promise<TakeTurnResult> {
    this.turns.push(input)
    const turn = this.#script.turns?.[Number(/-t(\d+)$/.exec(input.turnId)?.[1])]
    if (turn === undefined) throw ApplicationFailure.nonRetryable('no turn is scripted')
    const beat = setInterval(() => Context.current().heartbeat(), 200)
    try {
      const taken = await Promise.race([turn(input, this), Context.current().cancelled])
      return { ...plainTurn(input), ...taken }
    } finally {
      clearInterval(beat)
    }
  }

  recorder(): Partial<CallActivities> {
    return {
      readCallPolicy: async () => ({
        companyName: '대리 화환',
        companyPhone: '15880000',
        priceWon: 80_000,
        language: 'ko',
        maxDurationMs: 900_000,
        maxTurns: 80,
      }),
      recordCall: async (input) => {
        this.records.push(input)
      },
      linkCallToOrder: async ({ orderNo }) => {
        this.notes.push(`order ${orderNo}`)
      },
      recordTurn: async ({ turnIndex }) => {
        this.notes.push(`turn ${turnIndex}`)
      },
      finishCall: async ({ report: legReport }) => {
        this.notes.push(`finished ${legReport?.outcome}`)
      },
      recordSummary: async ({ summary }) => {
        this.notes.push(summary)
      },
    }
  }
}

/** Plays a call to its end. */
export async function playOutboundCall(
  env: TestWorkflowEnvironment,
  script: OutboundScript,
): Promise<{ readonly call: ScriptedOutboundCall; readonly result: OutboundCallResult }> {
  bundle ??= bundleWorkflows()
  const call = new ScriptedOutboundCall(env, script)
  const takeTurn = (input: TakeTurnInput) => call.takeTurn(input)
  const queues = [
    { taskQueue: TASK_QUEUES.legs, activities: { holdLeg: (input: HoldLegInput) => call.holdLeg(input) } },
    {
      taskQueue: gatewayQueue(HOST),
      activities: { hangUpLeg: (input: HangUpLegInput) => call.hangUpLeg(input) },
    },
    { taskQueue: TASK_QUEUES.dialogue, activities: { takeTurn } },
    { taskQueue: WARM_QUEUE, activities: { takeTurn } },
    { taskQueue: TASK_QUEUES.business, activities: { ...call.recorder() }, workflowBundle: await bundle },
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
    const handle = await env.client.workflow.start<typeof outboundCall>('outboundCall', {
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
