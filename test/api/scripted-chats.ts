/** Threads that answer as told and remember what they were asked: for tests of the API's own half. */
import type { ChatWorkflows, ThreadAddress } from '../../api/chat-workflows.ts'
import { ApiProblem } from '../../api/problems.ts'
import type { ChatAnswer, InboundChatMessage } from '../../domain/chat.ts'

export class ScriptedChats implements ChatWorkflows {
  readonly received: { readonly thread: ThreadAddress; readonly message: InboundChatMessage }[] = []
  readonly asked: { readonly thread: ThreadAddress; readonly message: InboundChatMessage }[] = []
  readonly undelivered: string[] = []
  readonly written: { readonly thread: ThreadAddress; readonly text: string; readonly by: string }[] = []
  readonly updateIds: (string | undefined)[] = []
  readonly takenOver: (string | null)[] = []
  readonly failed: { readonly threadId: string; readonly key: string }[] = []
  /** The thread has ended. */
  over = false
  /** The workflow engine does not answer. */
  away = false
  /** How a question is answered; may take its time or throw. */
  onAsk: (message: InboundChatMessage) => ChatAnswer | Promise<ChatAnswer> = () => ({
    kind: 'reply',
    text: '네, 도와드리겠습니다.',
  })

  async receive(thread: ThreadAddress, message: InboundChatMessage): Promise<void> {
    this.#mustBeThere()
    this.received.push({ thread, message })
  }
  async answer(thread: ThreadAddress, message: InboundChatMessage): Promise<ChatAnswer> {
    this.#mustBeThere()
    this.asked.push({ thread, message })
    return await this.onAsk(message)
  }
  async notDelivered(_thread: ThreadAddress, messageId: string): Promise<void> {
    this.undelivered.push(messageId)
  }
  async textFailed(threadId: string, key: string): Promise<void> {
    this.#mustBeThere()
    if (this.over) throw new ApiProblem('refused', 'over', { code: 'closed' })
    this.failed.push({ threadId, key })
  }
  async write(
    thread: ThreadAddress,
    message: { readonly text: string; readonly by: string },
    updateId?: string,
  ): Promise<void> {
    this.#mustBeThere()
    this.written.push({ thread, ...message })
    this.updateIds.push(updateId)
  }
  async takeOver(_thread: ThreadAddress, by: string | null): Promise<void> {
    this.#mustBeThere()
    this.takenOver.push(by)
  }

  #mustBeThere(): void {
    if (this.away) throw new ApiProblem('workflow_engine_unavailable', 'away', { retryAfterSeconds: 3 })
  }
}
