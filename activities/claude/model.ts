/** Claude's Messages API as the dialogue uses it: streamed text and tool calls, abortable. */
import Anthropic from '@anthropic-ai/sdk'
import type { ClaudeEndpointSettings } from '../../config/settings.ts'
import type { ModelUse } from '../../domain/call-usage.ts'
import type { ToolCall } from '../../domain/dialogue.ts'
import { ModelError, toModelError } from './errors.ts'

export type ModelMessage = Anthropic.MessageParam
export type ModelTool = Anthropic.Tool

export interface ModelRequest {
  /** Static for all calls of a flow: it is marked for the prompt cache, tools included. */
  readonly system: string
  readonly tools: readonly ModelTool[]
  readonly messages: readonly ModelMessage[]
  readonly maxTokens: number
  /** Told once of each answer that was begun, whatever became of it: what is thrown away is paid for as well. */
  readonly onUse?: (use: ModelUse) => void
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly call: ToolCall }
  | { readonly type: 'done' }

/** A language model that speaks and asks for tools; another vendor is plugged in here. */
export interface DialogueModel {
  /** @throws ModelError. Ends with `done`; just ends when `signal` aborts. */
  readonly stream: (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>
}

/** A stream that says nothing for so long has failed: the caller is waiting on the line. */
const STALL_MS = 5_000

/** One model at one place; `createDialogueModel` (dialogue-model.ts) is the one to use in a process. */
export function createClaudeModel(settings: ClaudeEndpointSettings): DialogueModel {
  const client = new Anthropic({
    apiKey: settings.apiKey,
    ...(settings.baseUrl === undefined ? {} : { baseURL: settings.baseUrl }),
    // Retries are ours: only we know whether a sentence has been spoken already.
    maxRetries: 0,
  })
  return { stream: (request, signal) => streamMessage(client, settings.model, request, signal) }
}

async function* streamMessage(
  client: Anthropic,
  model: string,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const abort = new AbortController()
  const onAbort = () => abort.abort()
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) abort.abort()
  let stalled = false
  const stall = () => {
    stalled = true
    abort.abort()
  }
  let timer = setTimeout(stall, STALL_MS)
  const counted = new TokenCount(model)
  try {
    const stream = client.messages.stream(
      {
        model,
        max_tokens: request.maxTokens,
        system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
        tools: [...request.tools],
        messages: withCachedHistory(request.messages),
      },
      { signal: abort.signal },
    )
    for await (const event of stream) {
      clearTimeout(timer)
      timer = setTimeout(stall, STALL_MS)
      counted.note(event)
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        yield { type: 'text', text: event.delta.text }
      }
    }
    const message = await stream.finalMessage()
    for (const block of message.content)
      if (block.type === 'tool_use') yield { type: 'tool', call: toCall(block) }
    yield { type: 'done' }
  } catch (error) {
    if (signal.aborted) return
    if (stalled) throw new ModelError(`the model was silent for ${STALL_MS} ms`, { retryable: true })
    throw toModelError(error)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    abort.abort()
    if (counted.use !== null) request.onUse?.(counted.use)
  }
}

/**
 * Tools and system are marked for the prompt cache by `system`. The conversation before the newest message stays the same
 * in the next turn, too: it is marked as well, which also carries prompts over the length from which models cache.
 */
function withCachedHistory(messages: readonly ModelMessage[]): ModelMessage[] {
  const before = messages.length - 2
  return messages.map((message, index) => {
    if (index !== before || message.role === 'system' || typeof message.content === 'string') return message
    const last = message.content.length - 1
    return {
      ...message,
      content: message.content.map((block, at) =>
        at === last && (block.type === 'text' || block.type === 'tool_use' || block.type === 'tool_result')
          ? { ...block, cache_control: { type: 'ephemeral' as const } }
          : block,
      ),
    }
  })
}

/** Characters that an answer which was thrown away is taken to have had per token: Hangul. */
const CHARACTERS_PER_TOKEN = 2

/** Tokens of one answer as its stream tells them; of one that was broken off, output is estimated from its text. */
class TokenCount {
  use: ModelUse | null = null
  #characters = 0
  readonly #model: string

  constructor(model: string) {
    this.#model = model
  }

  note(event: Anthropic.MessageStreamEvent): void {
    if (event.type === 'message_start') {
      const { usage } = event.message
      this.use = {
        model: this.#model,
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        cacheReadTokens: usage.cache_read_input_tokens ?? 0,
        cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
      }
    }
    if (event.type === 'content_block_delta') {
      const { delta } = event
      if (delta.type === 'text_delta') this.#characters += delta.text.length
      if (delta.type === 'input_json_delta') this.#characters += delta.partial_json.length
      this.#output(Math.ceil(this.#characters / CHARACTERS_PER_TOKEN))
    }
    if (event.type === 'message_delta') this.#output(event.usage.output_tokens)
  }

  #output(outputTokens: number): void {
    if (this.use !== null) this.use = { ...this.use, outputTokens }
  }
}

function toCall(block: Anthropic.ToolUseBlock): ToolCall {
  const input: unknown = block.input
  const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
  return { id: block.id, name: block.name, input: { ...fields } }
}

/**
 * A short text without tools, e.g. a summary.
 * @throws ModelError.
 */
export async function completeText(
  model: DialogueModel,
  request: Omit<ModelRequest, 'tools'>,
  signal: AbortSignal,
): Promise<string> {
  let text = ''
  for await (const event of model.stream({ ...request, tools: [] }, signal)) {
    if (event.type === 'text') text += event.text
  }
  return text.trim()
}
