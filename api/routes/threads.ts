/** The list of conversations by text and Kakao, one of them, and a person's word in it, order or none. */
import { createRoute, z } from '@hono/zod-openapi'
import { KAKAO_CALLBACK_LIFE_MS } from '../../domain/chat.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { type Cursor, decodeCursor } from '../queries/cursor.ts'
import {
  countWaitingThreads,
  findThread,
  listThreads,
  readThreadMessages,
  THREAD_CURSORS,
  unansweredSince,
} from '../queries/threads.ts'
import type { ApiRouter } from '../routing.ts'
import {
  chatChannelSchema,
  newMessageSchema,
  takeOverSchema,
  threadCountsSchema,
  threadDetailSchema,
  threadListSchema,
} from '../schemas/chats.ts'
import { updateIdOf } from '../ticket-actions.ts'
import { viewThreadDetail, viewThreadSummary } from '../views/chats.ts'
import { createViewContext } from '../views/view-context.ts'
import { threadAddress } from '../webhooks/chat-addresses.ts'
import { idempotencyHeader, json, jsonBody, limitParam, problems } from './responses.ts'

const tags = ['Conversations']
const cursorParam = z.string().max(300).optional()
const threadParam = z.object({
  thread_id: z
    .string()
    .regex(/^chat-(sms|kakao)-[0-9a-f]{12}$/, 'a thread id looks like chat-sms-0123456789ab')
    .openapi({ param: { name: 'thread_id', in: 'path' }, example: 'chat-sms-0123456789ab' }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/threads',
  tags,
  summary: 'Conversations, the one that was written in last first',
  request: {
    query: z.object({
      channel: chatChannelSchema.optional(),
      order: z.literal('none').optional().describe('only those that no order has come of'),
      state: z
        .enum(['handed', 'waiting'])
        .optional()
        .describe('`handed`: a person has the word or should; `waiting`: a person should act now'),
      tail: z
        .string()
        .regex(/^\d{4}$/)
        .optional()
        .describe('last four digits of the customer’s number'),
      cursor: cursorParam,
      limit: limitParam,
    }),
  },
  responses: {
    200: json(threadListSchema, 'A page of conversations'),
    ...problems('unauthenticated', 'invalid_request'),
  },
})

const countsRoute = createRoute({
  method: 'get',
  path: '/api/threads/counts',
  tags,
  summary: 'How many conversations wait for a person',
  responses: { 200: json(threadCountsSchema, 'The number'), ...problems('unauthenticated') },
})

const detailRoute = createRoute({
  method: 'get',
  path: '/api/threads/{thread_id}',
  tags,
  summary: 'One conversation with its newest messages, or those before a cursor',
  request: { params: threadParam, query: z.object({ before: cursorParam, limit: limitParam }) },
  responses: {
    200: json(threadDetailSchema, 'The conversation'),
    ...problems('unauthenticated', 'not_found', 'invalid_request'),
  },
})

const writeRoute = createRoute({
  method: 'post',
  path: '/api/threads/{thread_id}/messages',
  tags,
  summary: 'Write to the customer, and with it take the conversation over',
  description:
    'Goes out on the channel of the conversation, once. To KakaoTalk only within a minute after the customer ' +
    'wrote; later it goes as a text message where the number is known, else with the next answer. A repeated ' +
    'Idempotency-Key is one message.',
  request: {
    params: threadParam,
    headers: idempotencyHeader,
    body: jsonBody(newMessageSchema.omit({ thread_id: true })),
  },
  responses: {
    201: json(z.object({ thread_id: z.string() }), 'It is written down and on its way'),
    ...problems('unauthenticated', 'not_found', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

const takeOverRoute = createRoute({
  method: 'post',
  path: '/api/threads/{thread_id}/take-over',
  tags,
  summary: 'Answer instead of the AI, or give the conversation back',
  request: { params: threadParam, body: jsonBody(takeOverSchema) },
  responses: {
    200: json(takeOverSchema, 'Who answers from now on'),
    ...problems('unauthenticated', 'not_found', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

/** Adds the routes. */
export function addThreadRoutes(router: ApiRouter, { database, settings, chats }: ApiDependencies): void {
  const view = createViewContext(settings)

  const mustFind = async (threadId: string) => {
    const row = await findThread(database, threadId)
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such conversation.')
    return row
  }
  const addressOf = async (threadId: string) => threadAddress(await mustFind(threadId), settings.dataKey)

  router.declare('signed_in', listRoute, async (c) => {
    const { cursor, ...page } = c.req.valid('query')
    const after = readCursor(cursor, THREAD_CURSORS.threads)
    const { rows, nextCursor } = await listThreads(database, { ...page, cursor: after })
    return c.json({ threads: rows.map((row) => viewThreadSummary(row, view)), next_cursor: nextCursor }, 200)
  })

  router.declare('signed_in', countsRoute, async (c) =>
    c.json({ waiting: await countWaitingThreads(database) }, 200),
  )

  router.declare('signed_in', detailRoute, async (c) => {
    const { before, limit } = c.req.valid('query')
    const row = await mustFind(c.req.valid('param').thread_id)
    const [page, askedAt] = await Promise.all([
      readThreadMessages(database, row, { limit, before: readCursor(before, THREAD_CURSORS.messages) }),
      row.channel === 'kakao' ? unansweredSince(database, row.id) : null,
    ])
    return c.json(viewThreadDetail(row, page, kakaoUntil(askedAt, Date.now()), view), 200)
  })

  router.declare('signed_in', writeRoute, async (c) => {
    const person = c.get('person')
    const thread = await addressOf(c.req.valid('param').thread_id)
    const key = c.req.valid('header')['idempotency-key']
    const updateId = key === undefined ? undefined : updateIdOf(person, key)
    await chats.write(thread, { text: c.req.valid('json').text, by: person.email }, updateId)
    return c.json({ thread_id: thread.threadId }, 201)
  })

  router.declare('signed_in', takeOverRoute, async (c) => {
    const { taken } = c.req.valid('json')
    await chats.takeOver(
      await addressOf(c.req.valid('param').thread_id),
      taken ? c.get('person').email : null,
    )
    return c.json({ taken }, 200)
  })
}

function readCursor(text: string | undefined, sort: string): Cursor | undefined {
  if (text === undefined) return undefined
  const cursor = decodeCursor(text, sort)
  if (cursor === null) throw new ApiProblem('invalid_request', 'This cursor is not of this list.')
  return cursor
}

function kakaoUntil(askedAt: Date | null, nowMs: number): Date | null {
  if (askedAt === null) return null
  const untilMs = askedAt.getTime() + KAKAO_CALLBACK_LIFE_MS
  return untilMs > nowMs ? new Date(untilMs) : null
}
