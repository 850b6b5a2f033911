/** Conversations in a list and alone, also those that no order came of. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ThreadCounts, ThreadDetail, ThreadList } from '../../api/schemas/chats.ts'
import type { LiveEvent } from '../../api/schemas/live-events.ts'
import { kakaoThread, messageIdOf, smsThread } from '../../api/webhooks/chat-addresses.ts'
import { attachmentRefused } from '../../db/queries/chat-attachments.ts'
import { inboundTaken, keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import { openChatMessage, settleKakaoAnswered } from '../../db/queries/chat-outgoing.ts'
import { linkThread, pauseThread } from '../../db/queries/chat-threads.ts'
import { recordDeliveryReport, settleMessageSent } from '../../db/queries/messages.ts'
import { makeAttachmentId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedChats } from './scripted-chats.ts'
import { CUSTOMER_PHONE, project, seedMessage, seedTicket } from './seed.ts'
import { AGENT, createTestApi, type TestApi } from './test-api.ts'

const chats = new ScriptedChats()
let api: TestApi
beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { chats })
})
afterAll(() => api.close())

const keys = () => api.settings.dataKey
let count = 0

/** A customer writes. @returns their thread and the message. */
async function write(
  who: string,
  text: string,
  more: { readonly at?: Date; readonly pictures?: number } = {},
) {
  const thread = who.startsWith('0') ? smsThread(who, keys()) : kakaoThread(who, keys())
  const messageId = messageIdOf(thread.threadId, `${++count}`)
  const attachments = Array.from({ length: more.pictures ?? 0 }, (_, index) => ({
    url: `https://carrier.example/${index}`,
    name: '사진.jpg',
  }))
  const receivedAt = more.at ?? new Date()
  const arrived = { ...thread, messageId, toNumber: '15880000', text, receivedAt, attachments }
  await keepInboundMessage(api.database, keys(), arrived, null)
  return { ...thread, messageId }
}
async function answer(thread: { readonly threadId: string }, body: string, author = 'ai') {
  const key = `answer-${++count}`
  const message = { key, threadId: thread.threadId as never, orderNo: null, author, body }
  const row = await openChatMessage(api.database, keys(), message, { channel: 'sms', to: CUSTOMER_PHONE })
  return { key, ...row }
}
const list = async (query = ''): Promise<ThreadList> => {
  const response = await api.ask('GET', `/api/threads${query}`, { cookie: api.cookies.agent })
  expect(response.status).toBe(200)
  return (await response.json()) as ThreadList
}
const ids = async (query = '') => (await list(query)).threads.map(({ thread_id }) => thread_id)
const read = async (threadId: string, query = ''): Promise<ThreadDetail> =>
  (await (
    await api.ask('GET', `/api/threads/${threadId}${query}`, { cookie: api.cookies.agent })
  ).json()) as ThreadDetail
const waiting = async () => {
  const response = await api.ask('GET', '/api/threads/counts', { cookie: api.cookies.agent })
  return ((await response.json()) as ThreadCounts).waiting
}

beforeEach(async () => {
  chats.away = false
  await api.database.deleteFrom('chat_attachments').execute()
  await api.database.deleteFrom('messages').execute()
  await api.database.deleteFrom('chat_threads').execute()
  await api.database.deleteFrom('issues').execute()
})

describe('the list of conversations', () => {
  test('shows one that never became an order, its number masked, with its newest words', async () => {
    const thread = await write('01033334444', '가격이\n얼마인가요?')
    expect((await list()).threads).toEqual([
      {
        thread_id: thread.threadId,
        channel: 'sms',
        state: 'ai',
        taken_by: null,
        phone: '010-****-4444',
        name: null,
        order: null,
        newest: {
          direction: 'in',
          author: 'customer',
          words: '가격이 얼마인가요?',
          pictures: 0,
          status: 'pending',
          at: expect.stringMatching(/\+09:00$/),
        },
      },
    ])
  })

  test('has the one first that was written in last, whoever wrote', async () => {
    const older = await write('01000000001', '하나')
    const newer = await write('user-a', '둘')
    expect(await ids()).toEqual([newer.threadId, older.threadId])
    await answer(older, 'A'.repeat(300))
    expect(await ids()).toEqual([older.threadId, newer.threadId])
    const [first] = (await list()).threads
    expect(first?.newest).toMatchObject({ direction: 'out', author: 'ai', words: `${'A'.repeat(120)}…` })
    expect((await list()).threads[1]).toMatchObject({ channel: 'kakao', phone: null })
  })

  test('filters by channel, by order, by who has the word, by the end of the number', async () => {
    const plain = await write('01000000001', '하나')
    const kakao = await write('user-a', '둘')
    const { data } = await seedTicket(api, { stage: 'incomplete', channel: 'sms' })
    const ordered = await write(CUSTOMER_PHONE, '주문할게요')
    const since = new Date().toISOString()
    const link = { threadId: ordered.threadId, orderNo: data.orderNo, since, phone: CUSTOMER_PHONE }
    await linkThread(api.database, keys(), link)
    await pauseThread(api.database, kakao.threadId, AGENT.email)
    expect(await ids('?channel=kakao')).toEqual([kakao.threadId])
    expect(await ids('?order=none')).toEqual([kakao.threadId, plain.threadId])
    expect(await ids('?state=handed')).toEqual([kakao.threadId])
    expect(await ids(`?tail=${CUSTOMER_PHONE.slice(-4)}`)).toEqual([ordered.threadId])
    expect((await list('?channel=sms')).threads[0]?.order).toEqual({
      order_no: data.orderNo,
      recipient: '김철수',
      state: 'todo',
      sub_state: 'order_received',
    })
    for (const wrong of ['?channel=fax', '?state=x', '?tail=12', '?cursor=nonsense', '?order=any'])
      expect((await api.ask('GET', `/api/threads${wrong}`, { cookie: api.cookies.agent })).status).toBe(422)
  })

  test('waits for a person: where one has the word and the customer wrote, and where the AI asked for one', async () => {
    const taken = await write('user-b', '여보세요')
    await pauseThread(api.database, taken.threadId, AGENT.email)
    expect([await waiting(), await ids('?state=waiting')]).toEqual([1, [taken.threadId]])
    await answer(taken, '네, 말씀하세요.', AGENT.email)
    expect([await waiting(), await ids('?state=waiting')]).toEqual([0, []])
    expect((await list()).threads[0]).toMatchObject({ state: 'person', taken_by: AGENT.email })

    const ticket = await seedTicket(api, { stage: 'incomplete', channel: 'sms' })
    const handed = await write(CUSTOMER_PHONE, '사람 바꿔 주세요')
    const link = { threadId: handed.threadId, orderNo: ticket.data.orderNo, since: null, phone: '' }
    await linkThread(api.database, keys(), link)
    await answer(handed, '담당자가 연락드리겠습니다.')
    const cause = { code: 'chat_person_wanted' } as const
    const issue = { kind: 'admin_required', reason: '고객이 담당자를 찾습니다.', cause, step: null } as const
    const raised = ticket.raiseIssue({ ...issue, actor: 'system', at: koreanIso(Date.now()) })
    await project(api, raised)
    expect([await waiting(), await ids('?state=waiting')]).toEqual([1, [handed.threadId]])
    expect(await ids('?state=handed')).toEqual([handed.threadId, taken.threadId])
    // Who takes it over has it: it waits no more until the customer writes again.
    await pauseThread(api.database, handed.threadId, AGENT.email)
    expect([await waiting(), await ids('?state=waiting')]).toEqual([0, []])
  })

  test('goes page by page, and what is written meanwhile repeats no row', async () => {
    const threads: string[] = []
    for (let i = 0; i < 7; i++) threads.unshift((await write(`0100000010${i}`, `${i}`)).threadId)
    const first = await list('?limit=3')
    await write('01000000101', '다시')
    const second = await list(`?limit=3&cursor=${first.next_cursor}`)
    const seen = [first, second].flatMap((page) => page.threads.map(({ thread_id }) => thread_id))
    // The one that moved up is on the first page when that is read again.
    expect(seen).toEqual(threads.filter((id) => id !== threads[5]))
    expect(second.next_cursor).toBeNull()
    expect((await list('?limit=3')).threads[0]?.thread_id).toBe(threads[5])
  })
})

describe('one conversation', () => {
  test('has pictures, delivery states, and what we texted the customer by ourselves', async () => {
    const { data } = await seedTicket(api, { stage: 'awaiting_payment', channel: 'sms' })
    const thread = await write(CUSTOMER_PHONE, '', { pictures: 1 })
    await inboundTaken(api.database, thread.messageId)
    await attachmentRefused(api.database, makeAttachmentId(thread.messageId, 0), 'refused')
    const reply = await answer(thread, '사진을 다시 보내 주세요.')
    await settleMessageSent(api.database, reply.id, 'M-1')
    await recordDeliveryReport(api.database, {
      providerId: 'M-1',
      status: 'failed',
      at: new Date(),
      reason: '3104 결번',
    })
    await seedMessage(api, data.orderNo)
    const detail = await read(thread.threadId)
    expect(detail).toMatchObject({ reachable: true, kakao_until: null, earlier_cursor: null })
    expect(detail.workflow_url).toContain(thread.threadId)
    expect(detail.flow_version).toBeNull()
    await api.database.updateTable('chat_threads').set({ flow_version: 3 }).execute()
    expect((await read(thread.threadId)).flow_version).toBe(3)
    expect(detail.messages).toMatchObject([
      { direction: 'in', body: '', status: 'delivered', attachments: [{ status: 'refused', url: null }] },
      { direction: 'out', author: 'ai', status: 'failed', error: '3104 결번' },
      { direction: 'out', author: 'system', kind: 'payment_link', thread_id: null },
    ])
  })

  test('goes back page by page', async () => {
    let thread = await write('01055556666', '0')
    for (let i = 1; i < 5; i++) thread = await write('01055556666', `${i}`)
    const newest = await read(thread.threadId, '?limit=2')
    expect(newest.messages.map(({ body }) => body)).toEqual(['3', '4'])
    const earlier = await read(thread.threadId, `?limit=3&before=${newest.earlier_cursor}`)
    expect(earlier.messages.map(({ body }) => body)).toEqual(['0', '1', '2'])
    expect(earlier.earlier_cursor).toBeNull()
  })

  test('says until when KakaoTalk takes an answer', async () => {
    const at = new Date(Date.now() - 20_000)
    const fresh = await write('user-c', '급해요', { at })
    const { kakao_until: until, reachable } = await read(fresh.threadId)
    expect([Date.parse(until ?? '') - at.getTime(), reachable]).toEqual([55_000, false])
    const reply = await answer(fresh, '네, 말씀하세요.', AGENT.email)
    expect((await read(fresh.threadId)).kakao_until).toBe(until)
    await api.database.updateTable('messages').set({ channel: 'kakao' }).where('id', '=', reply.id).execute()
    await settleKakaoAnswered(api.database, reply.id, reply.threadRow)
    expect((await read(fresh.threadId)).kakao_until).toBeNull()
    const old = await write('user-d', '안녕하세요', { at: new Date(Date.now() - 60_000) })
    expect((await read(old.threadId)).kakao_until).toBeNull()
  })

  test('is written in by a person, once for each press, without an order', async () => {
    const thread = await write('01077778888', '상담원 부탁드려요')
    chats.written.length = 0
    chats.updateIds.length = 0
    const ask = () =>
      api.ask('POST', `/api/threads/${thread.threadId}/messages`, {
        cookie: api.cookies.agent,
        json: { text: ' 네, 상담원입니다. ' },
        headers: { 'idempotency-key': 'press-1' },
      })
    expect((await ask()).status).toBe(201)
    await ask()
    const { messageId: _, ...address } = thread
    expect(chats.written[0]).toEqual({ thread: address, text: '네, 상담원입니다.', by: AGENT.email })
    expect(chats.updateIds[0]).toBe(chats.updateIds[1])
    chats.takenOver.length = 0
    for (const taken of [true, false]) {
      const path = `/api/threads/${thread.threadId}/take-over`
      const response = await api.ask('POST', path, { cookie: api.cookies.agent, json: { taken } })
      expect(await response.json()).toEqual({ taken })
    }
    expect(chats.takenOver).toEqual([AGENT.email, null])
    chats.away = true
    expect((await ask()).status).toBe(503)
  })
})

test('screens hear of a conversation without an order: its messages, who answers, what became of them', async () => {
  const { threadId, messageId } = await write('user-e', '하나')
  const pause = () => pauseThread(api.database, threadId, AGENT.email)
  const reply = async () => {
    const row = await answer({ threadId }, '네', AGENT.email)
    return () => settleKakaoAnswered(api.database, row.id, row.threadRow)
  }
  expect(await heard(threadId, () => inboundTaken(api.database, messageId))).toBe(true)
  expect(await heard(threadId, pause)).toBe(true)
  let settle = async () => {}
  expect(
    await heard(threadId, async () => {
      settle = await reply()
    }),
  ).toBe(true)
  expect(await heard(threadId, settle)).toBe(true)
  expect(await heard(threadId, async () => void (await write('user-e', '둘')))).toBe(true)
})

/** Whether the screens are told of the thread once `change` has been made. */
async function heard(threadId: string, change: () => Promise<void>): Promise<boolean> {
  const told = Promise.withResolvers<boolean>()
  const stop = api.deps.events.subscribe((message) => {
    const event = JSON.parse(message) as LiveEvent
    if (event.type === 'thread_changed' && event.thread_id === threadId) told.resolve(true)
  })
  await change()
  await told.promise
  stop()
  return true
}
