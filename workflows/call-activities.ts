/** How a call's workflow reaches the gateway, the records and the dialogue workers. */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow'
import type { MessageActivities } from '../activities/activity-types.ts'
import type { AgentCallActivities } from '../activities/agent-calls.ts'
import type { CallActivities } from '../activities/calls.ts'
import type { CutOffActivities } from '../activities/cut-off-calls.ts'
import type { DialogueActivities } from '../activities/dialogue/activities.ts'
import type { CallBackActivities, TicketActivities } from '../activities/tickets.ts'
import type { HangUpLegInput, HoldLegInput, LegReport } from '../domain/call.ts'
import type { LegId } from '../domain/ids.ts'
import type {
  ConferenceState,
  RecordingState,
  SetConferenceInput,
  SetLegAudioInput,
  SetRecordingInput,
  TellTransferInput,
} from '../domain/leg-operations.ts'
import type { OutboundPriority } from '../domain/outbound-request.ts'
import { gatewayLegsQueue, gatewayQueue, TASK_QUEUES } from '../temporal/task-queues.ts'

/** Activities of a media gateway. */
interface GatewayActivities {
  holdLeg(input: HoldLegInput): Promise<LegReport>
  hangUpLeg(input: HangUpLegInput): Promise<void>
  answerLeg(input: { readonly legId: LegId }): Promise<void>
}

interface LegOperations {
  setConference(input: SetConferenceInput): Promise<ConferenceState>
  setLegAudio(input: SetLegAudioInput): Promise<void>
  setRecording(input: SetRecordingInput): Promise<RecordingState>
  tellTransfer(input: TellTransferInput): Promise<void>
}

/**
 * A gateway (or Temporal) that is silent for this long may have lost the leg: another attempt finds out. It
 * takes a leg that lives over, so that a short time costs nothing; a gateway started anew knows no leg and
 * fails with the non-retryable `LegLost`.
 */
const LEG_HEARTBEAT_TIMEOUT = '5s'

/** The leg activities of one gateway host. */
export function legOf(host: string): GatewayActivities {
  const { holdLeg } = proxyActivities<GatewayActivities>({
    taskQueue: gatewayLegsQueue(host),
    startToCloseTimeout: '4 hours',
    scheduleToStartTimeout: '20s',
    heartbeatTimeout: LEG_HEARTBEAT_TIMEOUT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '200ms', maximumInterval: '2s', maximumAttempts: 20 },
    summary: '전화 연결 (끊길 때까지)',
  })
  const { hangUpLeg } = proxyActivities<GatewayActivities>({
    taskQueue: gatewayQueue(host),
    startToCloseTimeout: '40s',
    // Nobody serves the queue of a gateway that is gone.
    scheduleToStartTimeout: '10s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '500ms', maximumAttempts: 5 },
    summary: '전화 끊기',
  })
  const { answerLeg } = proxyActivities<GatewayActivities>({
    taskQueue: gatewayQueue(host),
    startToCloseTimeout: '40s',
    scheduleToStartTimeout: '10s',
    scheduleToCloseTimeout: '60s',
    retry: { initialInterval: '200ms', maximumAttempts: 5 },
    summary: '전화 받기',
  })
  return { holdLeg, hangUpLeg, answerLeg }
}

/** Operations on legs of that gateway (docs/leg-operations.md). */
export const legOperationsOf = (host: string): LegOperations =>
  proxyActivities<LegOperations>({
    taskQueue: gatewayQueue(host),
    startToCloseTimeout: '10s',
    scheduleToCloseTimeout: '20s',
    retry: { initialInterval: '200ms', maximumAttempts: 5 },
    summary: '통화 조작',
  })

/** Dials from any gateway that has a free channel; the calls that wait for one queue up. */
export const dialLeg = proxyActivities<GatewayActivities>({
  taskQueue: TASK_QUEUES.legs,
  startToCloseTimeout: '30 minutes',
  scheduleToStartTimeout: '2 minutes',
  heartbeatTimeout: LEG_HEARTBEAT_TIMEOUT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 20 },
  summary: '전화 걸기 (끊길 때까지)',
}).holdLeg

/**
 * As `dialLeg`, for calls that may wait for hours until it is their turn.
 * @param priority 1 goes first, 10 last.
 * @param waitMs for a channel; absent: as long as it takes.
 */
export const dialInTurn = (priority: OutboundPriority, waitMs?: number) =>
  proxyActivities<GatewayActivities>({
    taskQueue: TASK_QUEUES.outboundLegs,
    startToCloseTimeout: '30 minutes',
    ...(waitMs === undefined ? {} : { scheduleToStartTimeout: waitMs }),
    heartbeatTimeout: LEG_HEARTBEAT_TIMEOUT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 20 },
    // Temporal knows five.
    priority: { priorityKey: Math.ceil(priority / 2) },
    summary: '전화 걸기 (끊길 때까지)',
  }).holdLeg

/** Records are written until the database has them. */
export const calls = proxyActivities<CallActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: '통화 기록',
})

/** Somebody waits for it with the telephone in their hand. */
export const dialPlans = proxyActivities<AgentCallActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '15s',
  retry: { initialInterval: '200ms', maximumInterval: '2s' },
  summary: '걸 곳 확인',
})

/** Whoever was cut off waits for it. */
export const cutOffs = proxyActivities<CutOffActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
  summary: '끊어진 통화: 다시 걸어도 되는지',
})

/** Until it is on the board: who was promised a call is not forgotten. */
export const callBacks = proxyActivities<TicketActivities & CallBackActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '5m' },
  summary: '다시 전화할 고객',
})

/** What `askToCallBack` says of them. */
export const TRANSFER_LOST = {
  reason: '통화를 넘겼지만 받은 사람이 없어 끊어졌습니다. 고객에게 다시 전화해 주세요.',
  cause: 'call_transfer_lost',
} as const

/** Who was cut off by us is told by text as well; their phone may take none. */
export const callTexts = proxyActivities<MessageActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '1m', maximumAttempts: 8 },
  summary: '문자: 끊긴 통화',
})

/** A summary is nice to have. */
export const summaries = proxyActivities<DialogueActivities>({
  taskQueue: TASK_QUEUES.dialogue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '60s',
  retry: { initialInterval: '1s', maximumAttempts: 3 },
  summary: '통화 요약',
})
