/** The message object of an answer. */
import { randomBytes } from 'node:crypto'
import type { Answer } from './brain/answer.ts'
import type { CachedTokens } from './prompt-cache.ts'
import type { MessagesRequest } from './protocol.ts'

export type ResponseBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations: null }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object }

export interface MessageBody {
  readonly id: string
  readonly type: 'message'
  readonly role: 'assistant'
  readonly model: string
  readonly content: readonly ResponseBlock[]
  readonly stop_reason: 'end_turn' | 'tool_use' | 'max_tokens'
  readonly stop_sequence: null
  readonly usage: {
    readonly input_tokens: number
    readonly cache_creation_input_tokens: number
    readonly cache_read_input_tokens: number
    readonly output_tokens: number
    readonly service_tier: 'standard'
  }
}

/** Roughly what Korean text costs. */
const CHARACTERS_PER_TOKEN = 2

/** @param prompt its tokens, as the prompt cache had them. */
export function messageBody(request: MessagesRequest, answer: Answer, prompt: CachedTokens): MessageBody {
  const limit = request.max_tokens * CHARACTERS_PER_TOKEN
  const cut = answer.text.length > limit
  const text = cut ? answer.text.slice(0, limit) : answer.text
  const blocks: ResponseBlock[] = text.trim() === '' ? [] : [{ type: 'text', text, citations: null }]
  if (!cut)
    for (const use of answer.toolUses) blocks.push({ type: 'tool_use', id: anthropicId('toolu'), ...use })
  return {
    id: anthropicId('msg'),
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: blocks,
    stop_reason: cut ? 'max_tokens' : answer.toolUses.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: prompt.input,
      cache_creation_input_tokens: prompt.written,
      cache_read_input_tokens: prompt.read,
      output_tokens: tokens(JSON.stringify(blocks)),
      service_tier: 'standard',
    },
  }
}

/** Ids look like `msg_01…`, `toolu_01…`. */
export function anthropicId(kind: 'msg' | 'toolu' | 'req'): string {
  return `${kind}_01${randomBytes(16).toString('base64url').replaceAll(/[-_]/g, 'A')}`
}

export function tokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN)
}
