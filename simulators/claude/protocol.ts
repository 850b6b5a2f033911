/** Requests of the Messages API as far as this stand-in understands them, checked as the API checks them. */
import { z } from 'zod'

const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() })
const toolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
})
const toolResultBlock = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  is_error: z.boolean().optional(),
})
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const
/** Of the picture, before base64. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024
/** Pictures by address are left out: the real service can't reach ours either. */
const imageBlock = z.looseObject({
  type: z.literal('image'),
  source: z.strictObject({
    type: z.literal('base64'),
    media_type: z.enum(IMAGE_TYPES),
    data: z
      .base64()
      .min(1)
      .refine((data) => data.length * 0.75 <= MAX_IMAGE_BYTES, 'image exceeds 5 MB maximum'),
  }),
})
const contentBlock = z.discriminatedUnion('type', [textBlock, imageBlock, toolUseBlock, toolResultBlock])

const toolSchema = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
})

const requestSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.number().int().min(1),
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        content: z.union([z.string(), z.array(contentBlock)]),
      }),
    )
    .min(1, 'at least one message is required'),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(toolSchema).optional(),
  tool_choice: z
    .looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']), name: z.string().optional() })
    .optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
})

export type ImageBlock = z.infer<typeof imageBlock>
export type MessagesRequest = z.infer<typeof requestSchema>
export type RequestMessage = MessagesRequest['messages'][number]
export type ContentBlock = z.infer<typeof contentBlock>

/** The request is not one the API would take: HTTP 400 `invalid_request_error`. */
export class InvalidRequestError extends Error {
  readonly retryable = false
}

/** @throws InvalidRequestError with the message the API gives for the first mistake found. */
export function parseMessagesRequest(body: unknown): MessagesRequest {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const missing = issue?.code === 'invalid_type' && issue.message.includes('received undefined')
    const path = issue?.path.join('.') ?? 'body'
    throw new InvalidRequestError(`${path}: ${missing ? 'Field required' : (issue?.message ?? 'invalid')}`)
  }
  checkHistory(parsed.data)
  return parsed.data
}

/** Content of a message as blocks, whichever way it was written. */
export function blocksOf(message: RequestMessage): readonly ContentBlock[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content
}

function checkHistory(request: MessagesRequest): void {
  const names = new Set<string>()
  for (const tool of request.tools ?? []) {
    if (names.has(tool.name)) throw new InvalidRequestError('tools: Tool names must be unique.')
    names.add(tool.name)
  }
  if (request.messages[0]?.role !== 'user') {
    throw new InvalidRequestError('messages: first message must use the "user" role')
  }
  let open: string[] = []
  for (const [index, message] of request.messages.entries()) {
    const blocks = blocksOf(message)
    const isLast = index === request.messages.length - 1
    if (blocks.length === 0 && !(isLast && message.role === 'assistant')) {
      throw new InvalidRequestError(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
      )
    }
    if (blocks.some((block) => block.type === 'text' && block.text.trim() === '')) {
      throw new InvalidRequestError('messages: text content blocks must be non-empty')
    }
    open = message.role === 'user' ? checkUser(blocks, open, index) : checkAssistant(blocks, open, index)
  }
}

/** Every tool_use must be answered at the head of the very next user message (API reference, tool use). */
function checkUser(blocks: readonly ContentBlock[], open: string[], index: number): string[] {
  const results = blocks.filter((block) => block.type === 'tool_result')
  const stranger = results.find((result) => !open.includes(result.tool_use_id))
  if (stranger !== undefined) {
    throw new InvalidRequestError(
      `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stranger.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    )
  }
  const unanswered = open.filter((id) => !results.some((result) => result.tool_use_id === id))
  if (unanswered.length > 0) {
    throw new InvalidRequestError(
      `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    )
  }
  const firstText = blocks.findIndex((block) => block.type !== 'tool_result')
  if (firstText >= 0 && blocks.slice(firstText).some((block) => block.type === 'tool_result')) {
    throw new InvalidRequestError(`messages.${index}: \`tool_result\` blocks must come before other content`)
  }
  if (blocks.some((block) => block.type === 'tool_use')) {
    throw new InvalidRequestError(
      `messages.${index}: \`tool_use\` blocks can only be in \`assistant\` messages`,
    )
  }
  return []
}

function checkAssistant(blocks: readonly ContentBlock[], open: string[], index: number): string[] {
  if (blocks.some((block) => block.type === 'image')) {
    throw new InvalidRequestError(`messages.${index}: \`image\` blocks can only be in \`user\` messages`)
  }
  if (blocks.some((block) => block.type === 'tool_result')) {
    throw new InvalidRequestError(
      `messages.${index}: \`tool_result\` blocks can only be in \`user\` messages`,
    )
  }
  return [...open, ...blocks.filter((block) => block.type === 'tool_use').map((block) => block.id)]
}
