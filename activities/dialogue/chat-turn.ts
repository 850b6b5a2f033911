/**
 * One answer in a chat: the model reads what was written and pictured, and writes. Nothing in here changes the
 * world: tools that the model asks for are returned to the workflow.
 */

import type { ModelUse } from '../../domain/call-usage.ts'
import { type CallerConcern, concernIn, writtenConcernAnswer } from '../../domain/caller-concerns.ts'
import type { ChatTurnInput, ChatTurnResult } from '../../domain/chat.ts'
import type { ChatPhoto } from '../../domain/chat-photo.ts'
import type { ToolCall } from '../../domain/dialogue.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { toModelError } from '../claude/errors.ts'
import type { DialogueModel } from '../claude/model.ts'
import type { FileStore } from '../file-store.ts'
import { flowOf } from './flows.ts'
import { type NewestInput, toModelMessages } from './history.ts'

export interface ChatTurnDependencies {
  readonly model: DialogueModel
  /** Pictures by their key. */
  readonly files: Pick<FileStore, 'get'>
}

/** Four lines a field and some words fit into it. */
const MAX_ANSWER_TOKENS = 1_200
/** Pictures cost as much as a page of text each: only the newest are shown again. */
const MAX_PICTURES = 3

/** @throws ModelError, whose `retryable` says whether another attempt may help. */
export async function takeChatTurn(
  deps: ChatTurnDependencies,
  input: ChatTurnInput,
  signal: AbortSignal,
): Promise<ChatTurnResult> {
  const { context, messages, toolResults } = input
  const concern = input.newest === null ? null : concernIn(input.newest.words)
  if (concern !== null) return policyAnswer(concern, input)
  const { system, tools } = flowOf(context)
  let usage = { inputTokens: 0, outputTokens: 0 }
  const request = {
    system,
    tools,
    messages: toModelMessages({
      messages,
      toolResults,
      newest: newestOf(input),
      context,
      pictures: await readPictures(deps.files, input),
    }),
    maxTokens: MAX_ANSWER_TOKENS,
    onUse: ({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens }: ModelUse) => {
      usage = { inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, outputTokens }
    },
  }
  let text = ''
  const toolCalls: ToolCall[] = []
  try {
    for await (const event of deps.model.stream(request, signal)) {
      if (event.type === 'text') text += event.text
      else if (event.type === 'tool') toolCalls.push(event.call)
    }
  } catch (error) {
    throw toModelError(error)
  }
  signal.throwIfAborted()
  return { text: text.trim(), toolCalls, usage }
}

/** Of what was just written; a thread itself knows Korean and English. */
function writtenLanguage(words: string): TalkLanguage | null {
  if (/\p{Script=Hangul}/u.test(words)) return 'ko'
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(words)) return 'ja'
  if (/\p{Script=Han}/u.test(words)) return 'zh'
  return /\p{Script=Latin}{2}/u.test(words) ? 'en' : null
}

/** No model is asked: what is said of it does not depend on what one makes of the words. */
function policyAnswer(
  concern: CallerConcern,
  { context, newest, warned = false }: ChatTurnInput,
): ChatTurnResult {
  const language = writtenLanguage(newest?.words ?? '') ?? context.language
  const text = writtenConcernAnswer(concern, { language, warned })
  return { text, toolCalls: [], usage: { inputTokens: 0, outputTokens: 0 }, concern }
}

function newestOf({ newest }: ChatTurnInput): NewestInput {
  return newest === null ? { kind: 'continue' } : { kind: 'words', ...newest }
}

async function readPictures(
  files: ChatTurnDependencies['files'],
  { messages, newest }: ChatTurnInput,
): Promise<ReadonlyMap<string, string>> {
  const photos: readonly ChatPhoto[] = [
    ...messages.flatMap((message) => (message.role === 'caller' ? (message.photos ?? []) : [])),
    ...(newest?.photos ?? []),
  ]
  const keys = photos.flatMap(({ fileKey }) => (fileKey === null ? [] : [fileKey])).slice(-MAX_PICTURES)
  const pictures = new Map<string, string>()
  for (const key of keys) {
    const bytes = await files.get(key)
    if (bytes !== null) pictures.set(key, Buffer.from(bytes).toString('base64'))
  }
  return pictures
}
