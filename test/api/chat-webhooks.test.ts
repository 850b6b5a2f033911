/** Messages from customers: written down, given to their thread once, refused when forged, never lost. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { passOnce } from '../../api/webhooks/kept-messages.ts'
import { decryptText } from '../../db/encryption.ts'
import type { KakaoAnswer } from '../../domain/kakao-skill.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ScriptedChats } from './scripted-chats.ts'
import { CUSTOMER_PHONE } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let chats: ScriptedChats
let api: TestApi
let count = 0

beforeAll(async () => {
  api = await createTestApi(await createTestDatabase(), { chats: new Proxy({} as ScriptedChats, forward()) })
})
afterAll(() => api.close())
beforeEach(async () => {
  chats = new ScriptedChats()
  await api.database.deleteFrom('chat_attachments').execute()
  await api.database.deleteFrom('messages').execute()
})

/** Each test has threads of its own behind the same API. */
function forward(): ProxyHandler<ScriptedChats> {
  return {
    get: (_target, name) => {
      const value: unknown = Reflect.get(chats, name)
      return typeof value === 'function' ? value.bind(chats) : value
    },
  }
}

const rows = () => api.database.selectFrom('messages').selectAll().orderBy('id').execute()
const passKept = (laterMs = 60_000) => passOnce({ ...api.deps, now: () => new Date(Date.now() + laterMs) })
const GARBAGE = ['', 'nonsense', '[]', '{}', 'null', '{"message_id":1}', '{"userRequest":{}}']

describe('sms-inbound', () => {
  const sms = (more: object = {}) => ({
    message_id: `carrier-${++count}`,
    from: '+82 10-1234-5678',
    to: '15880000',
    text: '근조화환 보내주세요',
    received_at: '2026-11-21T10:00:00+09:00',
    attachments: [],
    ...more,
  })
  const signatureOf = (body: string, secret = api.settings.smsInbound.secret) =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const post = (value: unknown, signature?: string) => {
    const body = typeof value === 'string' ? value : JSON.stringify(value)
    return api.ask('POST', '/webhooks/sms-inbound', {
      body,
      headers: { 'content-type': 'application/json', 'x-sms-signature': signature ?? signatureOf(body) },
    })
  }

  test('a text is kept, encrypted, and given to the thread of its number', async () => {
    const response = await post(sms())
    expect([response.status, await response.json()]).toEqual([200, { received: true }])
    const [row] = await rows()
    expect(row).toMatchObject({ direction: 'in', channel: 'sms', author: 'customer', status: 'delivered' })
    expect(row?.body).not.toContain('근조화환')
    expect(decryptText(row?.body ?? '', api.settings.dataKey)).toBe('근조화환 보내주세요')
    expect(chats.received).toMatchObject([
      {
        thread: { channel: 'sms', address: CUSTOMER_PHONE, threadId: expect.stringMatching(/^chat-sms-/) },
        message: { text: '근조화환 보내주세요', attachments: [], callback: null },
      },
    ])
    expect(chats.received[0]?.message.receivedAt).toBe('2026-11-21T10:00:00+09:00')
  })

  test('the same number in any form is the same thread, another one is another', async () => {
    await post(sms({ from: '01012345678' }))
    await post(sms({ from: '010-1234-5678' }))
    await post(sms({ from: '01099998888' }))
    const ids = chats.received.map(({ thread }) => thread.threadId)
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).not.toBe(ids[0])
    expect(ids.join()).not.toContain('1234')
  })

  test('a doubled one is one message; one with the same words is another', async () => {
    const one = sms()
    await Promise.all([post(one), post(one)])
    await post(one)
    await post(sms())
    expect(await rows()).toHaveLength(2)
    expect(new Set(chats.received.map(({ message }) => message.messageId)).size).toBe(2)
  })

  test('pictures are noted with their address, encrypted', async () => {
    const attachments = [
      { id: 'p1', url: 'https://carrier.example/p1', content_type: 'image/png', name: '부고.png' },
    ]
    await post(sms({ text: '', attachments }))
    const [row] = await api.database.selectFrom('chat_attachments').selectAll().execute()
    expect(row).toMatchObject({ status: 'waiting', position: 0 })
    expect(decryptText(row?.source_url ?? '', api.settings.dataKey)).toBe('https://carrier.example/p1')
    expect(chats.received[0]?.message.attachments).toEqual([row?.attachment_id])
  })

  test('while the workflow engine is away the carrier is asked to come again, and nothing is lost', async () => {
    chats.away = true
    const text = sms()
    const response = await post(text)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3'])
    expect(await passKept()).toBe(0)
    chats.away = false
    expect((await post(text)).status).toBe(200)
    expect(await passKept()).toBe(0)
    expect(chats.received).toHaveLength(1)
  })

  test('one whose carrier never comes again is passed on by ourselves', async () => {
    chats.away = true
    await post(sms({ attachments: [{ id: 'p', url: 'https://c.example/p', content_type: 'image/png' }] }))
    chats.away = false
    expect(await passKept(0)).toBe(1)
    expect(await passKept()).toBe(0)
    expect(chats.received).toMatchObject([
      { thread: { channel: 'sms', address: CUSTOMER_PHONE }, message: { text: '근조화환 보내주세요' } },
    ])
    expect(chats.received[0]?.message.attachments).toHaveLength(1)
  })

  test('a number that was withheld is received and forgotten', async () => {
    expect((await post(sms({ from: '' }))).status).toBe(200)
    expect(await rows()).toEqual([])
  })

  test('refuses a body that was changed, a foreign secret and no signature, and touches nothing', async () => {
    const body = JSON.stringify(sms())
    expect((await post(body.replace('화환', '조화'), signatureOf(body))).status).toBe(401)
    expect((await post(body, signatureOf(body, 'guessed'))).status).toBe(401)
    expect((await post(body, '')).status).toBe(401)
    expect(await rows()).toEqual([])
  })

  test.each(GARBAGE)('refuses %j even when it is signed', async (body) => {
    expect((await post(body)).status).toBe(400)
  })
})

describe('kakao', () => {
  const skill = (utterance: string, more: object = {}) => ({
    intent: { id: 'b', name: '폴백 블록' },
    userRequest: {
      timezone: 'Asia/Seoul',
      block: { id: 'b', name: '폴백 블록' },
      utterance,
      lang: 'ko',
      user: { id: 'user-1', type: 'botUserKey', properties: { botUserKey: 'user-1' } },
      ...more,
    },
    bot: { id: 'bot', name: '대리 화환' },
    action: { name: '주문', params: {}, detailParams: {} },
  })
  const callbackUrl = () => `https://bot-api.kakao.example/callback/${++count}`
  const post = (value: unknown, token = api.settings.kakao.skillToken) =>
    api.ask('POST', '/webhooks/kakao', {
      body: typeof value === 'string' ? value : JSON.stringify(value),
      headers: { 'content-type': 'application/json', 'x-kakao-skill-token': token },
    })
  const answerTo = async (value: unknown): Promise<KakaoAnswer> => {
    const response = await post(value)
    expect(response.status).toBe(200)
    return (await response.json()) as KakaoAnswer
  }
  const textOf = (answer: KakaoAnswer) =>
    answer.template?.outputs.map(({ simpleText }) => simpleText.text).join('\n')

  test('an answer in time is the answer', async () => {
    const answer = await answerTo(skill('화환 주문할게요', { callbackUrl: callbackUrl() }))
    expect(answer).toEqual({
      version: '2.0',
      template: { outputs: [{ simpleText: { text: '네, 도와드리겠습니다.' } }] },
    })
    expect(chats.asked).toMatchObject([
      {
        thread: { channel: 'kakao', address: 'user-1', threadId: expect.stringMatching(/^chat-kakao-/) },
        message: { text: '화환 주문할게요' },
      },
    ])
    expect(await rows()).toMatchObject([{ direction: 'in', channel: 'kakao', status: 'delivered' }])
  })

  test('a doubled request is one message, with and without a callback', async () => {
    const url = callbackUrl()
    await Promise.all([1, 2].map(() => post(skill('화환이요', { callbackUrl: url }))))
    expect(await rows()).toHaveLength(1)
    await Promise.all([1, 2].map(() => post(skill('네'))))
    expect((await rows()).length).toBeLessThanOrEqual(3)
    await post(skill('화환이요', { callbackUrl: callbackUrl() }))
    expect(new Set(chats.asked.map(({ message }) => message.messageId)).size).toBeGreaterThanOrEqual(3)
  })

  test('a picture: its address is no text', async () => {
    const url = 'https://talk.kakaocdn.example/p.jpg'
    await answerTo(
      skill(url, { callbackUrl: callbackUrl(), params: { media: { type: 'image', url }, surface: 'x' } }),
    )
    expect(chats.asked[0]?.message).toMatchObject({ text: '', attachments: [expect.stringMatching(/-a0$/)] })
  })

  test('what takes longer follows at the callback; without one the customer is told to wait', async () => {
    chats.onAsk = () => ({ kind: 'later' })
    expect(await answerTo(skill('하나', { callbackUrl: callbackUrl() }))).toMatchObject({
      useCallback: true,
      data: { text: expect.stringContaining('확인하고 있습니다') },
    })
    expect(textOf(await answerTo(skill('둘')))).toContain('확인하고 있습니다')
  })

  test('a thread that does not answer in time is asked to take another way', async () => {
    const clock: { now: number | null } = { now: null }
    chats.onAsk = () => {
      clock.now = Date.now() + 60_000
      throw new Error('deadline')
    }
    const slow = await createTestApi(await createTestDatabase(), {
      chats: new Proxy({} as ScriptedChats, forward()),
      now: () => new Date(clock.now ?? Date.now()),
    })
    try {
      const response = await slow.ask('POST', '/webhooks/kakao', {
        body: JSON.stringify(skill('화환이요', { callbackUrl: callbackUrl() })),
        headers: { 'x-kakao-skill-token': slow.settings.kakao.skillToken },
      })
      expect(await response.json()).toMatchObject({ useCallback: true })
      await expect.poll(() => chats.undelivered.length).toBe(1)
      expect(chats.received.map(({ message }) => message.messageId)).toEqual(chats.undelivered)
      expect(chats.received[0]?.message.callback?.url).toContain('callback')
    } finally {
      await slow.close()
    }
  })

  test('while the workflow engine is away: an honest apology, and the message is kept for later', async () => {
    chats.away = true
    const answer = await answerTo(skill('화환 보내 주세요', { callbackUrl: callbackUrl() }))
    expect(textOf(answer)).toContain('보내 주신 내용은 받아 두었고')
    expect(answer.useCallback).toBeUndefined()
    chats.away = false
    expect(await passKept()).toBe(1)
    expect(chats.received).toMatchObject([{ message: { text: '화환 보내 주세요', callback: null } }])
  })

  test('messages answered together, and a person who has taken over', async () => {
    chats.onAsk = () => ({ kind: 'merged' })
    expect(textOf(await answerTo(skill('하나')))).toContain('함께 확인하고')
    chats.onAsk = () => ({ kind: 'person' })
    expect(textOf(await answerTo(skill('둘')))).toContain('상담원이 확인하고')
    expect(textOf(await answerTo(skill('hello there, are you a person?')))).toContain('A colleague')
  })

  test('a long answer comes in bubbles that Kakao takes', async () => {
    chats.onAsk = () => ({ kind: 'reply', text: `${'가나다라마바사 '.repeat(160)}\n${'끝 '.repeat(1_000)}` })
    const answer = await answerTo(skill('셋'))
    const bubbles = answer.template?.outputs.map(({ simpleText }) => simpleText.text.length) ?? []
    expect(bubbles).toHaveLength(3)
    for (const length of bubbles) expect(length).toBeLessThanOrEqual(1_000)
  })

  test('refuses a wrong token and none', async () => {
    expect((await post(skill('화환이요'), 'guessed')).status).toBe(401)
    expect((await post(skill('화환이요'), '')).status).toBe(401)
    expect(await rows()).toEqual([])
  })

  test.each(GARBAGE)('refuses %j', async (body) => {
    expect((await post(body)).status).toBe(400)
  })
})
