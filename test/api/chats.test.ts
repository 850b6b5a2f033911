/** A person in a conversation: what the page shows, writing, taking over, pictures. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAttachmentStore } from '../../activities/file-store.ts'
import type { TicketDetail } from '../../api/schemas/tickets.ts'
import { kakaoThread, messageIdOf, smsThread } from '../../api/webhooks/chat-addresses.ts'
import { attachmentKept } from '../../db/queries/chat-attachments.ts'
import { keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import { openChatMessage } from '../../db/queries/chat-outgoing.ts'
import { linkThread, pauseThread } from '../../db/queries/chat-threads.ts'
import { makeAttachmentId, type OrderNo } from '../../domain/ids.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedChats } from './scripted-chats.ts'
import { CUSTOMER_PHONE, seedTicket } from './seed.ts'
import { AGENT, createTestApi, type TestApi } from './test-api.ts'

const chats = new ScriptedChats()
let api: TestApi
let orderNo: OrderNo

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { chats })
})
afterAll(() => api.close())
beforeEach(async () => {
  chats.away = false
  orderNo = (await seedTicket(api, { stage: 'incomplete', channel: 'sms' })).data.orderNo
})

const keys = () => api.settings.dataKey
const read = async (): Promise<TicketDetail> =>
  (await (
    await api.ask('GET', `/api/tickets/${orderNo}`, { cookie: api.cookies.agent })
  ).json()) as TicketDetail

let count = 0
/** A customer has written, with a picture, and the thread talks about the order. */
async function converse(channel: 'sms' | 'kakao' = 'sms') {
  const thread =
    channel === 'sms' ? smsThread(CUSTOMER_PHONE, keys()) : kakaoThread(`user-${++count}`, keys())
  const messageId = messageIdOf(thread.threadId, `${++count}`)
  const receivedAt = new Date()
  await keepInboundMessage(
    api.database,
    keys(),
    {
      ...thread,
      messageId,
      toNumber: '15880000',
      text: '부고 사진입니다',
      receivedAt,
      attachments: [{ url: 'https://carrier.example/p', name: '부고.png' }],
    },
    null,
  )
  const since = receivedAt.toISOString()
  const phone = channel === 'sms' ? CUSTOMER_PHONE : ''
  await linkThread(api.database, keys(), { threadId: thread.threadId, orderNo, since, phone })
  return { thread, messageId, attachmentId: makeAttachmentId(messageId, 0) }
}
const write = (json: object, headers: Record<string, string> = {}) =>
  api.ask('POST', `/api/tickets/${orderNo}/messages`, { cookie: api.cookies.agent, json, headers })

test('the page shows one conversation: both directions, who wrote, pictures, who answers', async () => {
  const { thread, messageId, attachmentId } = await converse()
  const out = {
    key: `k-${orderNo}`,
    threadId: thread.threadId,
    orderNo: null,
    author: 'ai',
    body: '확인했습니다.',
  }
  await openChatMessage(api.database, keys(), out, { channel: 'sms', to: CUSTOMER_PHONE })
  await pauseThread(api.database, thread.threadId, AGENT.email)
  const { messages, threads } = await read()
  expect(messages).toMatchObject([
    {
      direction: 'in',
      author: 'customer',
      body: '부고 사진입니다',
      thread_id: thread.threadId,
      message_id: messageId,
      attachments: [{ attachment_id: attachmentId, status: 'waiting', url: null }],
    },
    {
      direction: 'out',
      author: 'ai',
      kind: 'chat',
      body: '확인했습니다.',
      status: 'pending',
      message_id: null,
    },
  ])
  expect(threads).toMatchObject([
    { thread_id: thread.threadId, channel: 'sms', taken_by: AGENT.email, reachable: true },
  ])
})

test('a picture is kept encrypted and shown to who has signed in', async () => {
  const { attachmentId } = await converse()
  const path = `/api/attachments/${attachmentId}`
  expect((await api.ask('GET', path, { cookie: api.cookies.agent })).status).toBe(404)
  const bytes = Buffer.from('a picture')
  await openAttachmentStore(api.settings).put(`${attachmentId}.jpg`, bytes)
  const file = { fileKey: `${attachmentId}.jpg`, bytes: bytes.length, width: 10, height: 20 }
  await attachmentKept(api.database, attachmentId, file)
  expect((await api.ask('GET', path)).status).toBe(401)
  const response = await api.ask('GET', path, { cookie: api.cookies.agent })
  expect(response.headers.get('content-type')).toBe('image/jpeg')
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  expect((await read()).messages.at(-1)?.attachments).toMatchObject([
    { status: 'kept', url: path, width: 10 },
  ])
})

test('a person writes into the conversation; a repeated request is one message', async () => {
  const { thread } = await converse('kakao')
  chats.written.length = 0
  chats.updateIds.length = 0
  const headers = { 'idempotency-key': 'press-1' }
  expect((await write({ text: '  안녕하세요, 상담원입니다.  ' }, headers)).status).toBe(201)
  await write({ text: '안녕하세요, 상담원입니다.' }, headers)
  expect(chats.written[0]).toEqual({ thread, text: '안녕하세요, 상담원입니다.', by: AGENT.email })
  expect(chats.updateIds[0]).toBe(chats.updateIds[1])
  expect((await read()).threads).toMatchObject([{ channel: 'kakao', reachable: false }])
})

test('an order nobody has written about: a text to its number begins the conversation', async () => {
  chats.written.length = 0
  expect((await write({ text: '주문 확인차 연락드립니다.' })).status).toBe(201)
  expect(chats.written).toMatchObject([{ thread: { channel: 'sms', address: CUSTOMER_PHONE } }])
  expect((await read()).threads).toHaveLength(1)
})

test('refuses an empty text, a foreign conversation and a landline; tells when nobody can be reached', async () => {
  expect((await write({ text: '   ' })).status).toBe(422)
  expect((await write({ text: '네', thread_id: 'chat-sms-ffffffffffff' })).status).toBe(404)
  orderNo = (await seedTicket(api, { stage: 'incomplete', fields: { phone: '0212345678' } })).data.orderNo
  const refused = await write({ text: '네' })
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'no_phone' }])
  const { thread } = await converse()
  chats.away = true
  expect((await write({ text: '네', thread_id: thread.threadId })).status).toBe(503)
})

test('a person takes over and gives back', async () => {
  const { thread } = await converse()
  chats.takenOver.length = 0
  const path = `/api/tickets/${orderNo}/threads/${thread.threadId}/take-over`
  for (const taken of [true, false]) {
    const response = await api.ask('POST', path, { cookie: api.cookies.agent, json: { taken } })
    expect([response.status, await response.json()]).toEqual([200, { taken }])
  }
  expect(chats.takenOver).toEqual([AGENT.email, null])
})
