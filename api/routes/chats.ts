/** Conversations by text and Kakao: a person writes, takes over and gives back; pictures that customers sent. */
import { createRoute, z } from '@hono/zod-openapi'
import { openAttachmentStore } from '../../activities/file-store.ts'
import { decryptText } from '../../db/encryption.ts'
import { isMobile } from '../../domain/phone-number.ts'
import type { ThreadAddress } from '../chat-workflows.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import { ensureThread, findAttachment, findThreadsOfOrder, type ThreadRow } from '../queries/chats.ts'
import { findTickets } from '../queries/tickets.ts'
import type { ApiRouter } from '../routing.ts'
import { newMessageSchema, takeOverSchema } from '../schemas/chats.ts'
import { updateIdOf } from '../ticket-actions.ts'
import { smsThread, threadAddress } from '../webhooks/chat-addresses.ts'
import { idempotencyHeader, json, jsonBody, orderNoParam, problems } from './responses.ts'

const tags = ['Conversations']
/** Pictures never change, but who may see them does. */
const PRIVATE_FILE = 'private, no-cache'

const writeRoute = createRoute({
  method: 'post',
  path: '/api/tickets/{order_no}/messages',
  tags,
  summary: 'Write to the customer, and with it take the conversation over',
  description:
    'Goes out on the channel of the conversation; Kakao, which can not be written to unasked, falls back to a ' +
    'text message. A repeated Idempotency-Key is one message.',
  request: { params: orderNoParam, headers: idempotencyHeader, body: jsonBody(newMessageSchema) },
  responses: {
    201: json(z.object({ thread_id: z.string() }), 'It is written down and on its way'),
    ...problems('unauthenticated', 'not_found', 'refused', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

const takeOverRoute = createRoute({
  method: 'post',
  path: '/api/tickets/{order_no}/threads/{thread_id}/take-over',
  tags,
  summary: 'Answer instead of the AI, or give the conversation back',
  request: {
    params: orderNoParam.extend({ thread_id: z.string().max(40) }),
    body: jsonBody(takeOverSchema),
  },
  responses: {
    200: json(takeOverSchema, 'Who answers from now on'),
    ...problems('unauthenticated', 'not_found', 'invalid_request', 'workflow_engine_unavailable'),
  },
})

/** Adds the routes. */
export function addChatRoutes(router: ApiRouter, deps: ApiDependencies): void {
  const { database, settings, chats } = deps
  const keys = settings.dataKey
  const files = openAttachmentStore(settings)

  const readOrder = async (orderNo: string) => {
    const [row] = await findTickets(database, [orderNo])
    if (row === undefined) throw new ApiProblem('not_found', `There is no order ${orderNo}.`)
    return { row, threads: await findThreadsOfOrder(database, row.order_id) }
  }
  const addressOf = (thread: ThreadRow): ThreadAddress => threadAddress(thread, keys)
  const mustFind = (threads: readonly ThreadRow[], threadId: string): ThreadAddress => {
    const thread = threads.find((candidate) => candidate.thread_id === threadId)
    if (thread === undefined) throw new ApiProblem('not_found', 'This order has no such conversation.')
    return addressOf(thread)
  }
  /** Nobody has written yet: a text message to the number of the order begins the conversation. */
  const begin = async ({ row }: Awaited<ReturnType<typeof readOrder>>): Promise<ThreadAddress> => {
    const number = decryptText(row.order_phone ?? row.customer_phone, keys)
    if (!isMobile(number)) {
      throw new ApiProblem('refused', 'This order has no number that receives texts.', { code: 'no_phone' })
    }
    const thread = smsThread(number, keys)
    await ensureThread(database, keys, thread, { id: row.order_id, customerId: row.customer_id })
    return thread
  }

  router.declare('signed_in', writeRoute, async (c) => {
    const person = c.get('person')
    const order = await readOrder(c.req.valid('param').order_no)
    const { text, thread_id } = c.req.valid('json')
    const newest = order.threads[0]
    const thread =
      thread_id !== undefined
        ? mustFind(order.threads, thread_id)
        : newest === undefined
          ? await begin(order)
          : addressOf(newest)
    const key = c.req.valid('header')['idempotency-key']
    const updateId = key === undefined ? undefined : updateIdOf(person, key)
    await chats.write(thread, { text, by: person.email }, updateId)
    return c.json({ thread_id: thread.threadId }, 201)
  })

  router.declare('signed_in', takeOverRoute, async (c) => {
    const { order_no, thread_id } = c.req.valid('param')
    const { threads } = await readOrder(order_no)
    const { taken } = c.req.valid('json')
    await chats.takeOver(mustFind(threads, thread_id), taken ? c.get('person').email : null)
    return c.json({ taken }, 200)
  })

  router.declarePlain('signed_in', 'get', '/api/attachments/:id', async (c) => {
    const row = await findAttachment(database, c.req.param('id') ?? '')
    const bytes = row?.file_key == null ? null : await files.get(row.file_key)
    if (bytes === null) throw new ApiProblem('not_found', 'There is no such picture.')
    c.header('cache-control', PRIVATE_FILE)
    c.header('content-type', 'image/jpeg')
    return c.body(new Uint8Array(bytes))
  })
}
