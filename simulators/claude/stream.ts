/** Server-sent events of a streamed message, as the Messages API sends them. */
import type { MessageBody } from './message.ts'

export interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
}

/** Order of events: API reference, "Streaming messages". */
export function* streamEvents(message: MessageBody): Generator<ServerSentEvent> {
  yield event('message_start', {
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  })
  yield event('ping', {})
  for (const [index, block] of message.content.entries()) {
    if (block.type === 'text') {
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } })
      for (const text of textPieces(block.text)) {
        yield event('content_block_delta', { index, delta: { type: 'text_delta', text } })
      }
    } else {
      yield event('content_block_start', { index, content_block: { ...block, input: {} } })
      yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: '' } })
      for (const partial_json of jsonPieces(JSON.stringify(block.input))) {
        yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } })
      }
    }
    yield event('content_block_stop', { index })
  }
  yield event('message_delta', {
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: { output_tokens: message.usage.output_tokens },
  })
  yield event('message_stop', {})
}

function event(type: string, fields: Readonly<Record<string, unknown>>): ServerSentEvent {
  return { event: type, data: { type, ...fields } }
}

/** Words with the space before them, about as the API cuts text. */
function textPieces(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [text]
}

const JSON_PIECE = 24

function jsonPieces(json: string): readonly string[] {
  const characters = [...json]
  const pieces: string[] = []
  for (let at = 0; at < characters.length; at += JSON_PIECE)
    pieces.push(characters.slice(at, at + JSON_PIECE).join(''))
  return pieces
}
