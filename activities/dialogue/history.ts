/** The conversation as the Messages API wants it: turns alternate, every tool_use is answered. Pure. */
import type { ChatPhoto } from '../../domain/chat-photo.ts'
import type { DialogueContext, DialogueMessage, ToolCall, ToolResult } from '../../domain/dialogue.ts'
import type { ModelMessage } from '../claude/model.ts'
import { flowOf } from './flows.ts'

/** What the model answers to now. */
export type NewestInput =
  | { readonly kind: 'words'; readonly words: string; readonly photos?: readonly ChatPhoto[] }
  | { readonly kind: 'silence' }
  /** Only tool results: it speaks on by itself. */
  | { readonly kind: 'continue' }

export interface HistoryInput {
  readonly messages: readonly DialogueMessage[]
  readonly toolResults: readonly ToolResult[]
  readonly newest: NewestInput
  readonly context: DialogueContext
  /** JPEG files of the pictures that are shown again, base64, by their key; of others only a note is left. */
  readonly pictures?: ReadonlyMap<string, string>
}

type Block = Exclude<ModelMessage['content'], string>[number]

/** What a caller says can't close the tag it stands in. */
const tagless = (words: string): string => words.replace(/[<>]/g, ' ')
const callerText = (words: string): string => `<caller>${tagless(words)}</caller>`
const text = (value: string): Block => ({ type: 'text', text: value })

/**
 * Messages for the model, oldest first. The API wants `user` first, so the greeting is preceded by
 * `<call_started/>`.
 */
export function toModelMessages(input: HistoryInput): ModelMessage[] {
  const builder = new MessageBuilder()
  for (const message of input.messages) {
    if (message.role === 'assistant') builder.assistant(assistantBlocks(message), message.toolCalls)
    else builder.user(message.toolResults, earlierBlocks(message, input.pictures))
  }
  builder.user(input.toolResults, newestBlocks(input))
  return builder.messages
}

function assistantBlocks(message: Extract<DialogueMessage, { role: 'assistant' }>): Block[] {
  const cut = message.interrupted && message.heard !== '' ? `${message.heard} —` : message.heard
  const heard = message.byPerson === true ? `<colleague>${tagless(cut)}</colleague>` : cut
  const blocks: Block[] = heard.trim() === '' ? [] : [text(heard.trim())]
  for (const call of message.toolCalls) {
    blocks.push({ type: 'tool_use', id: call.id, name: call.name, input: call.input })
  }
  return blocks
}

function earlierBlocks(
  message: Extract<DialogueMessage, { role: 'caller' }>,
  pictures: HistoryInput['pictures'],
): Block[] {
  const photos = photoBlocks(message.photos, pictures)
  if (message.words !== '') return [...photos, text(callerText(message.words))]
  if (photos.length > 0) return photos
  return message.toolResults.length > 0 ? [] : [text('<silence/>')]
}

function newestBlocks({ newest, context, pictures }: HistoryInput): Block[] {
  const state = flowOf(context).stateBlock()
  switch (newest.kind) {
    case 'words': {
      const photos = photoBlocks(newest.photos, pictures)
      if (photos.length === 0) return [text(`${state}\n${callerText(newest.words)}`)]
      const words = newest.words === '' ? [] : [text(callerText(newest.words))]
      return [text(state), ...photos, ...words]
    }
    case 'silence':
      return [text(`${state}\n<silence/>`)]
    case 'continue':
      return [text(state)]
  }
}

/** Each picture with its id before it, by which the model names it. */
function photoBlocks(
  photos: readonly ChatPhoto[] | undefined,
  pictures: ReadonlyMap<string, string> = new Map(),
): Block[] {
  return (photos ?? []).flatMap(({ attachmentId, fileKey, problem }): Block[] => {
    if (problem !== null) return [text(`<photo id="${attachmentId}" problem="${problem}"/>`)]
    const data = fileKey === null ? undefined : pictures.get(fileKey)
    if (data === undefined) return [text(`<photo id="${attachmentId}" seen="earlier"/>`)]
    return [
      text(`<photo id="${attachmentId}"/>`),
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data } },
    ]
  })
}

/** Merges neighbours of one role and answers every tool_use at the head of the next user message. */
class MessageBuilder {
  readonly messages: ModelMessage[] = []
  #open: readonly ToolCall[] = []

  assistant(blocks: Block[], toolCalls: readonly ToolCall[]): void {
    if (blocks.length === 0) return
    if (this.messages.length === 0) this.#append('user', [text('<call_started/>')])
    // A neighbour of the same role: what it asked for must be answered before more is said.
    if (this.#open.length > 0) this.user([], [])
    this.#append('assistant', blocks)
    this.#open = toolCalls
  }

  user(results: readonly ToolResult[], blocks: Block[]): void {
    const answers = this.#open.map((call): Block => {
      const result = results.find((candidate) => candidate.toolCallId === call.id)
      return {
        type: 'tool_result',
        tool_use_id: call.id,
        content: result?.content ?? 'not carried out',
        ...(result?.ok === true ? {} : { is_error: true }),
      }
    })
    this.#open = []
    if (answers.length + blocks.length > 0) this.#append('user', [...answers, ...blocks])
  }

  #append(role: 'user' | 'assistant', blocks: Block[]): void {
    const last = this.messages.at(-1)
    if (last?.role === role && typeof last.content !== 'string') last.content = [...last.content, ...blocks]
    else this.messages.push({ role, content: blocks })
  }
}
