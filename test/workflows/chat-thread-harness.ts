/** One chat thread in a server that skips time: model, tickets, tables, carrier and Kakao scripted. */
import { randomBytes } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker'
import type { AttachmentActivities } from '../../activities/attachments.ts'
import type { ChatMessageInput, ChatTableActivities } from '../../activities/chat.ts'
import type { ChatDeliveryActivities, PostCallbackInput } from '../../activities/chat-delivery.ts'
import type {
  AskToCallBackInput,
  CallBackActivities,
  ConfirmOrderInput,
  OpenTicketInput,
  SetOrderFieldsInput,
  TicketActivities,
} from '../../activities/tickets.ts'
import type { ChatContext, ChatTurnInput, ChatTurnResult, InboundChatMessage } from '../../domain/chat.ts'
import {
  chatThreadWorkflowId,
  type MessageId,
  makeMessageId,
  makeOrderNo,
  makeThreadId,
} from '../../domain/ids.ts'
import { EMPTY_ORDER, missingFields, type OrderFields } from '../../domain/order.ts'
import { bundleWorkflows } from '../../temporal/bundle.ts'
import { TASK_QUEUES } from '../../temporal/task-queues.ts'
import type { chatThread } from '../../workflows/chat-thread.ts'
import {
  CHAT_THREAD_WORKFLOW,
  type ChatThreadInput,
  messageReceived,
} from '../../workflows/chat-thread-messages.ts'

export const ORDER_NO = makeOrderNo('261121', [0.1, 0.2, 0.3, 0.4])
export const NUMBER = '01012345678'
export const DAY_MS = 86_400_000

export type ScriptedChatTurn = (
  input: ChatTurnInput,
  chat: ScriptedChat,
) => Partial<ChatTurnResult> | Promise<Partial<ChatTurnResult>>

export interface ChatScript {
  /** By running number; beyond the last one the model echoes. */
  readonly turns?: readonly ScriptedChatTurn[]
  readonly channel?: ChatThreadInput['channel']
  readonly input?: Partial<ChatThreadInput>
  readonly activities?: Partial<ReturnType<ScriptedChat['business']>>
}

import { endWithChildren, settled } from '../support/workflow-rest.ts'
import { expectToReplay } from './replayed.ts'

/** Everything that the workflow asked of the world. */
export class ScriptedChat {
  readonly input: ChatThreadInput
  readonly turns: ChatTurnInput[] = []
  readonly texts: ChatMessageInput[] = []
  readonly callbacks: PostCallbackInput[] = []
  readonly noted: ChatMessageInput[] = []
  readonly answered: ChatMessageInput[] = []
  readonly unanswered: string[] = []
  readonly opened: OpenTicketInput[] = []
  readonly stored: SetOrderFieldsInput[] = []
  readonly confirmed: ConfirmOrderInput[] = []
  readonly callBacks: AskToCallBackInput[] = []
  readonly linked: Parameters<ChatTableActivities['linkThreadToOrder']>[0][] = []
  readonly takenOver: (string | null)[] = []
  /** The order as the tables know it. */
  context: ChatContext['order'] = null
  order: OrderFields = EMPTY_ORDER
  readonly #env: TestWorkflowEnvironment
  readonly #script: ChatScript
  #count = 0

  constructor(env: TestWorkflowEnvironment, script: ChatScript) {
    this.#env = env
    this.#script = script
    const channel = script.channel ?? 'sms'
    this.input = {
      threadId: makeThreadId(channel, randomBytes(6).toString('hex')),
      channel,
      address: channel === 'sms' ? NUMBER : 'kakao-user',
      // Texts that are sent one after the other are gathered, also by a machine that stands still in between.
      pace: { quietMs: 10_000, answerWithinMs: 3_000, idleMs: 7 * DAY_MS },
      ...script.input,
    }
  }

  get workflowId(): string {
    return chatThreadWorkflowId(this.input.threadId)
  }
  get handle(): WorkflowHandle<typeof chatThread> {
    return this.#env.client.workflow.getHandle<typeof chatThread>(this.workflowId)
  }
  get startOptions() {
    return {
      workflowId: this.workflowId,
      taskQueue: TASK_QUEUES.business,
      args: [this.input] as [ChatThreadInput],
    }
  }

  message(text: string, more: Partial<InboundChatMessage> = {}): InboundChatMessage {
    this.#count++
    return {
      messageId: makeMessageId(
        `${randomBytes(7).toString('hex')}${(this.#count % 256).toString(16).padStart(2, '0')}`,
      ),
      text,
      attachments: [],
      receivedAt: '2026-11-21T12:00:00+09:00',
      callback: null,
      ...more,
    }
  }

  /** As the webhook does it. */
  async text(text: string, more: Partial<InboundChatMessage> = {}): Promise<MessageId> {
    const message = this.message(text, more)
    await this.signal(message)
    return message.messageId
  }
  async signal(message: InboundChatMessage): Promise<void> {
    await this.#env.client.workflow.signalWithStart<typeof chatThread, [InboundChatMessage]>(
      CHAT_THREAD_WORKFLOW,
      {
        ...this.startOptions,
        signal: messageReceived,
        signalArgs: [message],
      },
    )
  }

  /** Skips time in small steps until it is so. */
  async until(reached: () => boolean): Promise<void> {
    for (let i = 0; i < 200 && !reached(); i++) await this.#env.sleep('1s')
    if (!reached()) throw new Error(`never so; ${this.turns.length} turns, ${this.texts.length} texts`)
    await settled(this.handle)
  }

  dialogue() {
    return {
      takeChatTurn: async (input: ChatTurnInput): Promise<ChatTurnResult> => {
        this.turns.push(input)
        const script = this.#script.turns?.[Number(/-t(\d+)$/.exec(input.turnId)?.[1])]
        const given = (await script?.(input, this)) ?? { text: `(${input.newest?.words ?? 'results'})` }
        return { text: '', toolCalls: [], usage: { inputTokens: 0, outputTokens: 0 }, ...given }
      },
    }
  }

  business(): ChatTableActivities &
    ChatDeliveryActivities &
    AttachmentActivities &
    Pick<TicketActivities, 'openTicket' | 'setOrderFields' | 'confirmOrder'> &
    CallBackActivities {
    return {
      readChatContext: async () => ({
        companyName: '대리 화환',
        language: 'ko',
        priceWon: 80_000,
        order: this.context,
      }),
      linkThreadToOrder: async (input) => void this.linked.push(input),
      projectTakeOver: async ({ by }) => void this.takenOver.push(by),
      noteChatMessage: async (input) => void this.noted.push(input),
      noteKakaoAnswered: async (input) => void this.answered.push(input),
      noteKakaoUnanswered: async ({ key }) => void this.unanswered.push(key),
      sendChatText: async (input) => void this.texts.push(input),
      postKakaoCallback: async (input) => {
        this.callbacks.push(input)
        return 'posted'
      },
      keepAttachments: async ({ attachments }) =>
        attachments.map((attachmentId) => ({ attachmentId, fileKey: `${attachmentId}.jpg`, problem: null })),
      openTicket: async (input) => {
        this.opened.push(input)
        return { orderNo: ORDER_NO }
      },
      setOrderFields: async (input) => {
        this.stored.push(input)
        const told = Object.entries(input.fields).map(([field, { value }]) => [field, value])
        this.order = { ...this.order, ...Object.fromEntries(told) }
        this.context = { orderNo: ORDER_NO, fields: this.order, confirmed: false }
        return { ok: true, missing: missingFields(this.order), order: this.order, problems: [] }
      },
      confirmOrder: async (input) => {
        this.confirmed.push(input)
        this.context = { orderNo: ORDER_NO, fields: this.order, confirmed: true }
        return { ok: true, missing: [], message: '주문이 접수되었습니다.' }
      },
      askToCallBack: async (input) => void this.callBacks.push(input),
      ...this.#script.activities,
    }
  }
}

export const says =
  (text: string): ScriptedChatTurn =>
  () => ({ text })
export const fails: ScriptedChatTurn = () => {
  throw ApplicationFailure.nonRetryable('the model refused', 'ModelError')
}
export const asksFor =
  (text: string, ...names: string[]): ScriptedChatTurn =>
  (input) => ({
    text,
    toolCalls: names.map((name) => ({ id: `toolu_${input.turnId}_${name}`, name, input: {} })),
  })
export const setsFields =
  (text: string, fields: Partial<OrderFields>): ScriptedChatTurn =>
  (input) => ({
    text,
    toolCalls: [
      {
        id: `toolu_${input.turnId}`,
        name: 'set_order_fields',
        input: Object.fromEntries(
          Object.entries(fields).map(([field, value]) => [field, { value, words: value, confidence: 0.9 }]),
        ),
      },
    ],
  })

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined

/** Serves a thread while `body` talks with it. */
export async function withChat<Result>(
  env: TestWorkflowEnvironment,
  script: ChatScript,
  body: (chat: ScriptedChat) => Promise<Result>,
): Promise<Result> {
  bundle ??= bundleWorkflows()
  const workflowBundle = await bundle
  const chat = new ScriptedChat(env, script)
  const connection = env.nativeConnection
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: TASK_QUEUES.business,
      activities: { ...chat.business() },
      workflowBundle,
    }),
    Worker.create({ connection, taskQueue: TASK_QUEUES.dialogue, activities: { ...chat.dialogue() } }),
  ])
  const running = Promise.all(workers.map((worker) => worker.run()))
  try {
    const result = await body(chat)
    await expectToReplay(env, chat.workflowId, workflowBundle)
    return result
  } finally {
    await endWithChildren(env, chat.workflowId)
    for (const worker of workers) worker.shutdown()
    await running
  }
}
