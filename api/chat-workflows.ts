/** The API's way to chat threads: each is started by its first message. */
import { type Client, WithStartWorkflowOperation } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import type { ChatAnswer, ChatChannel, ChatPace, InboundChatMessage } from '../domain/chat.ts'
import { chatThreadWorkflowId, type MessageId, type ThreadId } from '../domain/ids.ts'
import { TASK_QUEUES } from '../temporal/task-queues.ts'
import {
  answerMessage,
  answerNotDelivered,
  CHAT_THREAD_WORKFLOW,
  type ChatThreadInput,
  messageReceived,
  takeOver,
  textFailed,
  writeAsPerson,
} from '../workflows/chat-thread-messages.ts'
import { ApiProblem } from './problems.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

/** Whose thread it is. */
export interface ThreadAddress {
  readonly threadId: ThreadId
  readonly channel: ChatChannel
  /** National digits, or the user's key at Kakao. */
  readonly address: string
}

/** What routes ask of threads. Throws ApiProblem workflow_engine_unavailable. */
export interface ChatWorkflows {
  /** The answer goes out by itself; a doubled message changes nothing. */
  readonly receive: (thread: ThreadAddress, message: InboundChatMessage) => Promise<void>
  /** Waits for the answer, at most so long. */
  readonly answer: (
    thread: ThreadAddress,
    message: InboundChatMessage,
    limitMs: number,
  ) => Promise<ChatAnswer>
  /** The answer to this message can't be given where it was asked for. */
  readonly notDelivered: (thread: ThreadAddress, messageId: MessageId) => Promise<void>
  /** A text of this thread did not arrive. @param key its idempotency key. */
  readonly textFailed: (threadId: ThreadId, key: string) => Promise<void>
  /** A person writes to the customer. @param updateId makes a repeated request one message. */
  readonly write: (
    thread: ThreadAddress,
    message: { readonly text: string; readonly by: string },
    updateId?: string,
  ) => Promise<void>
  /** @param by e-mail of who answers from now on; null gives it back to the AI. */
  readonly takeOver: (thread: ThreadAddress, by: string | null) => Promise<void>
}

const SIGNAL_LIMIT_MS = 5_000
/** A person waits; the worker may be restarting. */
const UPDATE_LIMIT_MS = 15_000
/** Kakao waits five seconds: of these the network and our own tables take some. */
const KAKAO_ANSWER_MS = 3_000
/** Kakao's messages come one request each and are gathered but briefly. */
const KAKAO_QUIET_MS = 700

/** Threads on a Temporal client, which may connect later. */
export function createChatWorkflows(client: Client, settings: Pick<Settings, 'chat'>): ChatWorkflows {
  const { within } = createWorkflowEngine(client)
  const { quietMs, idleMs } = settings.chat
  const paces: Readonly<Record<ChatChannel, ChatPace>> = {
    sms: { quietMs, idleMs, answerWithinMs: 0 },
    kakao: { quietMs: Math.min(quietMs, KAKAO_QUIET_MS), idleMs, answerWithinMs: KAKAO_ANSWER_MS },
  }
  const options = ({ threadId, channel, address }: ThreadAddress) => ({
    workflowId: chatThreadWorkflowId(threadId),
    taskQueue: TASK_QUEUES.business,
    // A thread that ended begins anew.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: channel === 'sms' ? '문자 대화' : '카카오 대화',
    args: [{ threadId, channel, address, pace: paces[channel] } satisfies ChatThreadInput] as [
      ChatThreadInput,
    ],
  })
  const started = (thread: ThreadAddress) =>
    new WithStartWorkflowOperation(CHAT_THREAD_WORKFLOW, {
      ...options(thread),
      workflowIdConflictPolicy: 'USE_EXISTING',
    })
  return {
    async receive(thread, message) {
      await within(SIGNAL_LIMIT_MS, () =>
        client.workflow.signalWithStart(CHAT_THREAD_WORKFLOW, {
          ...options(thread),
          signal: messageReceived,
          signalArgs: [message],
        }),
      )
    },
    answer: (thread, message, limitMs) =>
      onceMore(() =>
        within(limitMs, () =>
          client.workflow.executeUpdateWithStart(answerMessage, {
            startWorkflowOperation: started(thread),
            args: [message],
            updateId: message.messageId,
          }),
        ),
      ),
    notDelivered: ({ threadId }, messageId) =>
      within(SIGNAL_LIMIT_MS, () =>
        client.workflow.getHandle(chatThreadWorkflowId(threadId)).signal(answerNotDelivered, { messageId }),
      ),
    textFailed: (threadId, key) =>
      within(SIGNAL_LIMIT_MS, () =>
        client.workflow.getHandle(chatThreadWorkflowId(threadId)).signal(textFailed, { key }),
      ),
    async write(thread, message, updateId) {
      await onceMore(() =>
        within(UPDATE_LIMIT_MS, () =>
          client.workflow.executeUpdateWithStart(writeAsPerson, {
            startWorkflowOperation: started(thread),
            args: [message],
            ...(updateId === undefined ? {} : { updateId }),
          }),
        ),
      )
    },
    async takeOver(thread, by) {
      await onceMore(() =>
        within(UPDATE_LIMIT_MS, () =>
          client.workflow.executeUpdateWithStart(takeOver, {
            startWorkflowOperation: started(thread),
            args: [{ by }],
          }),
        ),
      )
    },
  }
}

/** A thread may end, or continue as new, in the very moment it is asked. */
async function onceMore<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.extras.code !== 'closed') throw error
    return await ask()
  }
}
