/**
 * A turn of a call in writing: the same flow, history, model and tools as `takeTurn`, without a leg. For trials of a
 * version before customers hear it.
 */
import type { ClosingReason, DialogueContext, TakeTurnInput, ToolCall } from '../../domain/dialogue.ts'
import { toModelError } from '../claude/errors.ts'
import type { DialogueModel } from '../claude/model.ts'
import { flowOf } from './flows.ts'
import { type NewestInput, toModelMessages } from './history.ts'

export interface TrialTurnInput
  extends Pick<TakeTurnInput, 'opening' | 'closing' | 'messages' | 'toolResults' | 'streak'> {
  readonly context: DialogueContext
  /** What was written; null: nothing to be answered but results. Empty: silence. */
  readonly words: string | null
}

export interface TrialTurnResult {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
}

const MAX_ANSWER_TOKENS = 600
const LAST_SILENCE = 2
const GONE_WRONG: ClosingReason = 'fault'

/** @throws ModelError, whose `retryable` says whether another attempt may help. */
export async function takeTrialTurn(
  model: DialogueModel,
  input: TrialTurnInput,
  signal: AbortSignal,
): Promise<TrialTurnResult> {
  const { context, messages, toolResults, opening } = input
  const flow = flowOf(context)
  if (opening === 'greet') {
    const { disclosure, question } = flow.greeting()
    return spoken([...disclosure, question])
  }
  // The third silence in a row ends a call.
  if (input.words === '' && input.streak.silences >= LAST_SILENCE) return spoken(flow.closing('silence'))
  if (opening === 'close') return spoken(flow.closing(input.closing ?? GONE_WRONG))
  const request = {
    system: flow.system,
    tools: flow.tools,
    messages: toModelMessages({ messages, toolResults, newest: newestOf(input), context }),
    maxTokens: MAX_ANSWER_TOKENS,
  }
  let text = ''
  const toolCalls: ToolCall[] = []
  try {
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'text') text += event.text
      else if (event.type === 'tool') toolCalls.push(event.call)
    }
  } catch (error) {
    throw toModelError(error)
  }
  signal.throwIfAborted()
  return { text: text.trim(), toolCalls }
}

const spoken = (sentences: readonly string[]): TrialTurnResult => ({
  text: sentences.join(' '),
  toolCalls: [],
})

function newestOf({ opening, words }: TrialTurnInput): NewestInput {
  if (opening === 'continue' || words === null) return { kind: 'continue' }
  return words === '' ? { kind: 'silence' } : { kind: 'words', words }
}
