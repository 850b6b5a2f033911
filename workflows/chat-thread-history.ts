/** What the model reads of a chat: the words and pictures of messages, and how much of it is kept. */
import type { ChatPhoto } from '../domain/chat-photo.ts'
import type { DialogueMessage } from '../domain/dialogue.ts'
import type { QueuedMessage } from './chat-thread-data.ts'

/** Messages of the model's history; an order takes about twenty. */
const MAX_HISTORY = 80
const MAX_WORDS = 4_000

/** The oldest go, up to where the customer speaks: the model's history begins with them. */
export function withMessage(
  before: readonly DialogueMessage[],
  message: DialogueMessage,
): readonly DialogueMessage[] {
  const history = [...before, message]
  let from = Math.max(0, history.length - MAX_HISTORY)
  while (from > 0 && from < history.length && !beginsAnew(history[from])) from++
  return history.slice(from)
}

const beginsAnew = (message: DialogueMessage | undefined): boolean =>
  message?.role === 'caller' && message.toolResults.length === 0

export const wordsOf = (messages: readonly QueuedMessage[]): string =>
  messages
    .map((message) => message.text.trim())
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, MAX_WORDS)

export const photosOf = (messages: readonly QueuedMessage[]): readonly ChatPhoto[] =>
  messages.flatMap((message) => message.photos ?? [])
