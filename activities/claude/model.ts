/** Claude's Messages API as the dialogue uses it: streamed text and tool calls, abortable. */
import Anthropic from '@anthropic-ai/sdk'
import type { ClaudeEndpointSettings } from '../../config/settings.ts'
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
}

export interface ModelUsage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly call: ToolCall }
  | { readonly type: 'done'; readonly usage: ModelUsage }

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
  try {
    const stream = client.messages.stream(
      {
        model,
        max_tokens: request.maxTokens,
        system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
        tools: [...request.tools],
        messages: [...request.messages],
      },
      { signal: abort.signal },
    )
    for await (const event of stream) {
      clearTimeout(timer)
      timer = setTimeout(stall, STALL_MS)
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        yield { type: 'text', text: event.delta.text }
      }
    }
    const message = await stream.finalMessage()
    for (const block of message.content)
      if (block.type === 'tool_use') yield { type: 'tool', call: toCall(block) }
    yield { type: 'done', usage: usageOf(message) }
  } catch (error) {
    if (signal.aborted) return
    if (stalled) throw new ModelError(`the model was silent for ${STALL_MS} ms`, { retryable: true })
    throw toModelError(error)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    abort.abort()
  }
}

function toCall(block: Anthropic.ToolUseBlock): ToolCall {
  const input: unknown = block.input
  const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
  return { id: block.id, name: block.name, input: { ...fields } }
}

function usageOf(message: Anthropic.Message): ModelUsage {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } = message.usage
  const inputTokens = input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0)
  return { inputTokens, outputTokens: output_tokens }
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
