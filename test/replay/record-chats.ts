/**
 * Records histories of chat threads on a Temporal development server, for replay.test.ts:
 *   node test/replay/record-chats.ts 127.0.0.1:7233
 * See record.ts for when to do it again.
 */
import { WithStartWorkflowOperation } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import type { InboundChatMessage } from '../../domain/chat.ts'
import { makeAttachmentId } from '../../domain/ids.ts'
import { ensureSearchAttributes } from '../../temporal/search-attributes.ts'
import {
  answerMessage,
  CHAT_THREAD_WORKFLOW,
  takeOver,
  writeAsPerson,
} from '../../workflows/chat-thread-messages.ts'
import {
  asksFor,
  type ChatScript,
  fails,
  type ScriptedChat,
  says,
  setsFields,
  withChat,
} from '../workflows/chat-thread-harness.ts'
import { quietRuntime } from '../workflows/quiet-runtime.ts'
import { saveHistory } from './history-file.ts'

const BOSS = 'owner@example.com'
const FIELDS = { orderer: '한빛상사', recipient: '고 박영자', destination: '서울대학교병원 장례식장' }
const QUICK = { pace: { quietMs: 300, answerWithinMs: 1_000, idleMs: 7 * 86_400_000 } }

interface Recording {
  readonly script: ChatScript
  readonly act: (chat: ScriptedChat) => Promise<unknown>
}

const answered = (chat: ScriptedChat, count: number) => chat.until(() => chat.texts.length === count)
const ask = (chat: ScriptedChat, message: InboundChatMessage) =>
  env.client.workflow.executeUpdateWithStart(answerMessage, {
    startWorkflowOperation: new WithStartWorkflowOperation(CHAT_THREAD_WORKFLOW, {
      ...chat.startOptions,
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
    args: [message],
    updateId: message.messageId,
  })

const RECORDINGS: Readonly<Record<string, Recording>> = {
  /** A picture, two messages at once, tools, a person who takes over and gives back, a model that fails. */
  'chat-by-text': {
    script: {
      input: QUICK,
      turns: [
        setsFields('네, 몇 호실인가요?', FIELDS),
        asksFor('', 'confirm_order'),
        says('주문이 접수되었습니다.'),
        says('도와드리겠습니다.'),
        fails,
      ],
    },
    async act(chat) {
      const message = chat.message('부고입니다')
      await chat.signal({ ...message, attachments: [makeAttachmentId(message.messageId, 0)] })
      await chat.text('고 박영자')
      await answered(chat, 1)
      await chat.text('네 맞아요')
      await answered(chat, 2)
      await chat.handle.executeUpdate(writeAsPerson, { args: [{ text: '안녕하세요.', by: BOSS }] })
      await chat.text('감사합니다')
      await chat.handle.executeUpdate(takeOver, { args: [{ by: null }] })
      await answered(chat, 4)
      await chat.text('여보세요?')
      await answered(chat, 5)
      await chat.until(() => chat.callBacks.length === 1)
    },
  },
  /** An answer on the line, one at the callback, one that waits for the next. */
  'chat-by-kakao': {
    script: {
      channel: 'kakao',
      input: QUICK,
      turns: [says('네.'), slowly('늦은 답입니다.'), slowly('더 늦은 답입니다.')],
    },
    async act(chat) {
      const callback = { url: 'https://kakao.example/callback/1', until: '2126-01-01T00:00:00+09:00' }
      await ask(chat, chat.message('화환이요'))
      await ask(chat, chat.message('얼마예요?', { callback }))
      await chat.until(() => chat.callbacks.length === 1)
      await ask(chat, chat.message('언제 와요?'))
      await chat.until(() => chat.noted.length === 1)
      await ask(chat, chat.message('네'))
      await chat.until(() => chat.answered.length === 3)
    },
  },
  /** The second run of a thread that continued as new. */
  'chat-continued': {
    script: {
      input: { ...QUICK, continueAfterEvents: 25 },
      turns: [setsFields('네, 몇 호실인가요?', FIELDS)],
    },
    async act(chat) {
      for (const [index, text] of ['고 박영자', '특2호실', '네', '감사합니다'].entries()) {
        await chat.text(text)
        await answered(chat, index + 1)
      }
    },
  },
}

function slowly(text: string) {
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    return { text }
  }
}

quietRuntime()
const address = process.argv[2] ?? '127.0.0.1:7233'
const env = await TestWorkflowEnvironment.createFromExistingServer({ address })
await ensureSearchAttributes(env.connection, 'default')
for (const [name, { script, act }] of Object.entries(RECORDINGS)) {
  await withChat(env, script, async (chat) => {
    await act(chat)
    await saveHistory(env, name, chat.workflowId)
  })
}
await env.teardown()
