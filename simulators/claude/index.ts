/** Stand-in of Claude's Messages API (`/anthropic/v1/messages`), JSON and streamed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { DEFAULT_SLOW_MS } from '../faults.ts'
import { cutConnection } from '../faulty-operation.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { think } from './brain/index.ts'
import { look } from './eye.ts'
import { anthropicId, messageBody, tokens } from './message.ts'
import { PromptCache } from './prompt-cache.ts'
import { InvalidRequestError, parseMessagesRequest } from './protocol.ts'
import { type ServerSentEvent, streamEvents } from './stream.ts'

const OVERLOADED = 529
const FLUSH_POLL_MS = 5
const FLUSH_LIMIT_MS = 5_000
/** `error.type` of each status (API reference, "Errors"). */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
}
const ERROR_MESSAGES: Readonly<Record<number, string>> = {
  429: "This request would exceed your account's rate limit. Please try again later.",
  500: 'Internal server error',
  529: 'Overloaded',
}

export function createClaude(context: WorldContext): WorldPart {
  const routes = new Hono()
  const cache = new PromptCache(tokens)
  routes.post('/anthropic/v1/messages', (c) => answerMessages(c, context, cache))
  return { routes }
}

async function answerMessages(c: Context, context: WorldContext, cache: PromptCache): Promise<Response> {
  const requestId = anthropicId('req')
  c.header('request-id', requestId)
  if (!authorized(c, context.settings.claude.apiKey)) return errorBody(c, 401, 'invalid x-api-key', requestId)
  if (c.req.header('anthropic-version') === undefined) {
    return errorBody(c, 400, 'anthropic-version: header is required', requestId)
  }
  try {
    const body = await readJson(c)
    const fault = context.faults.take('claude', operationsOf(body), ['refuse', 'slow', 'drop'])
    if (fault?.kind === 'refuse') {
      const status = fault.status ?? OVERLOADED
      const retryAfter = fault.retry_after_seconds ?? (status === 429 ? 1 : undefined)
      if (retryAfter !== undefined) c.header('retry-after', String(retryAfter))
      return errorBody(c, status, ERROR_MESSAGES[status] ?? 'refused', requestId)
    }
    const request = parseMessagesRequest(body)
    await look(request)
    const message = messageBody(request, think(request), cache.use(request, context.now()))
    const slowMs = fault?.kind === 'slow' ? (fault.delay_ms ?? DEFAULT_SLOW_MS) : 0
    if (request.stream !== true) {
      await sleep(slowMs)
      if (fault?.kind === 'drop') cutConnection(c)
      return c.json(message)
    }
    const events = [...streamEvents(message)]
    const last = fault?.kind === 'drop' ? Math.ceil(events.length / 2) : events.length
    let waited = false
    const writtenBefore = socketOf(c)?.bytesWritten ?? 0
    return streamSSE(c, async (stream) => {
      for (const event of events.slice(0, last)) {
        // A model that is slow to think has begun its answer already: its first token is late.
        if (event.event === 'content_block_start' && slowMs > 0 && !waited) {
          waited = true
          await sleep(slowMs)
        }
        await stream.writeSSE({ event: event.event, data: JSON.stringify(event.data) })
      }
      if (fault?.kind !== 'drop') return
      await writtenOut(c, writtenBefore, events.slice(0, last))
      cutConnection(c)
    })
  } catch (error) {
    if (error instanceof InvalidRequestError) return errorBody(c, 400, error.message, requestId)
    throw error
  }
}

const socketOf = (c: Context) => (c.env as Partial<HttpBindings> | undefined)?.outgoing?.socket ?? null

/** Before the fault `drop` cuts the connection, what was said so far has left for the other side. */
async function writtenOut(c: Context, before: number, events: readonly ServerSentEvent[]): Promise<void> {
  const bytes = events.reduce((sum, { data }) => sum + Buffer.byteLength(JSON.stringify(data)), 0)
  const limit = performance.now() + FLUSH_LIMIT_MS
  while (performance.now() < limit) {
    const socket = socketOf(c)
    const isOut = socket === null || (socket.bytesWritten - before >= bytes && socket.writableLength === 0)
    if (isOut) return
    await sleep(FLUSH_POLL_MS)
  }
}

/** Names by which a fault may be meant for this request: any, or one of its model (`messages@claude-haiku-4-5`). */
function operationsOf(body: unknown): readonly string[] {
  const model = typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : ''
  return ['messages', `messages@${model}`]
}

/** The SDK sends `x-api-key`; a token as bearer is accepted by the API as well. */
function authorized(c: Context, apiKey: string): boolean {
  return c.req.header('x-api-key') === apiKey || c.req.header('authorization') === `Bearer ${apiKey}`
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json()
  } catch {
    throw new InvalidRequestError('The request body is not valid JSON')
  }
}

function errorBody(c: Context, status: number, message: string, requestId: string): Response {
  const type = ERROR_TYPES[status] ?? 'api_error'
  const headers = new Headers(c.res.headers)
  headers.set('content-type', 'application/json')
  return new Response(JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId }), {
    status,
    headers,
  })
}
