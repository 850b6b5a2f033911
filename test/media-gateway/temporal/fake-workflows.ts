/** Stands in for the call workflows: holds the leg, keeps what it is told, hangs up when asked. */
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow'
import type {
  HangUpLegInput,
  HoldLegInput,
  InboundCallInput,
  LegEvent,
  LegReport,
  MissedCall,
} from '../../../domain/call.ts'
import type { LegOperations } from '../../../media-gateway/temporal/leg-operations.ts'
import { gatewayLegsQueue, gatewayQueue } from '../../../temporal/task-queues.ts'
import { legOf } from '../../../workflows/call-activities.ts'
import { CallLeg } from '../../../workflows/call-leg.ts'
import { CallSupervision } from '../../../workflows/call-supervision.ts'

/** The real one: nobody converses in it. */
export { agentCall } from '../../../workflows/agent-call.ts'

export const legEvent = defineSignal<[LegEvent]>('legEvent')
export const hangUp = defineSignal<[{ afterPlayoutMs: number } | 'cancel']>('hangUp')
export const events = defineQuery<readonly LegEvent[]>('events')

interface Activities {
  holdLeg(input: HoldLegInput): Promise<LegReport>
  hangUpLeg(input: HangUpLegInput): Promise<void>
}

export interface FakeResult {
  readonly report: LegReport | { readonly failure: string }
  readonly events: readonly LegEvent[]
  /** What the gateway started the call with. */
  readonly input?: InboundCallInput
}

export async function inboundCall(input: InboundCallInput): Promise<FakeResult> {
  const held = await hold(
    { kind: 'answer', legId: input.legId, callId: input.callId },
    input.gatewayHost,
    gatewayLegsQueue(input.gatewayHost),
  )
  return { ...held, input }
}

export async function dialOut(input: {
  dial: HoldLegInput
  gatewayHost: string
  queue: string
}): Promise<FakeResult> {
  return hold(input.dial, input.gatewayHost, input.queue)
}

/** One operation on a leg, as any workflow would ask for it. */
export async function operate(input: {
  readonly gatewayHost: string
  readonly name: keyof LegOperations
  readonly args: object
}): Promise<unknown> {
  const activities = proxyActivities<Record<string, (args: object) => Promise<unknown>>>({
    taskQueue: gatewayQueue(input.gatewayHost),
    startToCloseTimeout: '1 min',
    heartbeatTimeout: '5 s',
    retry: { initialInterval: '200 ms', maximumAttempts: 3 },
  })
  return activities[input.name]?.(input.args)
}

/** A call that people join, without anybody who converses: only what the gateway does. */
export async function supervisedCall(input: {
  readonly dial: HoldLegInput
  readonly gatewayHost: string
  readonly shownNumber: string
}): Promise<LegReport | null> {
  const { dial, gatewayHost, shownNumber } = input
  const leg = new CallLeg()
  const { legId, callId } = dial
  const supervision = new CallSupervision({
    callId,
    legId,
    leg,
    shownNumber,
    diary: () => null,
    host: () => gatewayHost,
    onTakenOver: () => {},
  })
  leg.hold(legOf(gatewayHost).holdLeg(dial))
  await condition(() => leg.over)
  await leg.reported()
  await supervision.end()
  return leg.report
}

export async function missedCall(input: MissedCall): Promise<MissedCall> {
  return input
}

async function hold(input: HoldLegInput, gatewayHost: string, taskQueue: string): Promise<FakeResult> {
  const seen: LegEvent[] = []
  let wish: { afterPlayoutMs: number } | 'cancel' | undefined
  setHandler(legEvent, (event) => void seen.push(event))
  setHandler(hangUp, (how) => {
    wish = how
  })
  setHandler(events, () => seen)
  const { holdLeg } = proxyActivities<Activities>({
    taskQueue,
    startToCloseTimeout: '1 hour',
    scheduleToStartTimeout: '10 s',
    heartbeatTimeout: '4 s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '200 ms', maximumAttempts: 5 },
  })
  const { hangUpLeg } = proxyActivities<Activities>({
    taskQueue: gatewayQueue(gatewayHost),
    startToCloseTimeout: '1 min',
  })
  const scope = new CancellationScope()
  const holding = scope
    .run(() => holdLeg(input))
    .catch((error: { cause?: { type?: string } }) => ({ failure: error.cause?.type ?? String(error) }))
  let over = false
  void holding.then(() => {
    over = true
  })
  await condition(() => over || wish !== undefined)
  if (wish === 'cancel') scope.cancel()
  else if (wish !== undefined) await hangUpLeg({ legId: input.legId, afterPlayoutMs: wish.afterPlayoutMs })
  const report = await holding
  await condition(() => seen.some(({ type }) => type === 'ended'), '3 s')
  return { report, events: seen }
}
