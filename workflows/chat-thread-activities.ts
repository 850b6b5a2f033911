/** How a chat thread reaches tables, carrier, Kakao and the dialogue workers. */
import { patched, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { AttachmentActivities } from '../activities/attachments.ts'
import type { ChatTableActivities } from '../activities/chat.ts'
import type { ChatDeliveryActivities } from '../activities/chat-delivery.ts'
import type { ChatTurnActivities } from '../activities/dialogue/chat-activities.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** Short and idempotent: tried until the database is back. */
const localTables = proxyLocalActivities<ChatTableActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '30s' },
})
export type ChatTables = typeof localTables

/** For one run of a thread: messages, people and steps tell the tables at the same time. */
export const chatTables = (): ChatTables =>
  patched('one-table-at-a-time') ? oneAtATime(localTables) : localTables

/** The customer waits: a model that does not answer in this time is given up for this message. */
export const dialogue = proxyActivities<ChatTurnActivities>({
  taskQueue: TASK_QUEUES.dialogue,
  startToCloseTimeout: '45s',
  heartbeatTimeout: '10s',
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumAttempts: 6 },
  summary: '대화: 읽고, 생각하고, 쓰기',
})

/** The activity itself gives up at its fifth attempt; a worker that died is not counted. */
export const attachments = proxyActivities<AttachmentActivities>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1s', maximumInterval: '20s' },
  summary: '고객이 보낸 사진 받기',
})

/** A carrier that is away comes back; what it refuses fails at once. */
export const carrier = proxyActivities<ChatDeliveryActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '2 hours',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
  summary: '답장 보내기',
})

/** Kakao takes an answer for a minute. */
export const kakao = proxyActivities<ChatDeliveryActivities>({
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '55s',
  retry: { initialInterval: '500ms', maximumInterval: '5s', maximumAttempts: 6 },
  summary: '카카오 콜백으로 답장',
})
