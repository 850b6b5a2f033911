/** Temporal around `takeChatTurn`. */
import { ApplicationFailure, Context } from '@temporalio/activity'
import type { ChatTurnInput, ChatTurnResult } from '../../domain/chat.ts'
import { ModelError } from '../claude/errors.ts'
import { type ChatTurnDependencies, takeChatTurn } from './chat-turn.ts'

/** The activity of the task queue `dialogue` that writes, for `proxyActivities` in workflows. */
export interface ChatTurnActivities {
  takeChatTurn(input: ChatTurnInput): Promise<ChatTurnResult>
}

const HEARTBEAT_MS = 2_000

export function createChatTurnActivities(deps: ChatTurnDependencies): ChatTurnActivities {
  return {
    async takeChatTurn(input) {
      const context = Context.current()
      const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS)
      try {
        return await takeChatTurn(deps, input, context.cancellationSignal)
      } catch (error) {
        if (error instanceof ModelError && !error.retryable) {
          throw ApplicationFailure.nonRetryable(error.message, error.name)
        }
        throw error
      } finally {
        clearInterval(timer)
      }
    },
  }
}
