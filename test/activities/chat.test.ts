/** Chats against the stand-ins: pictures from the carrier, texts that go out, Kakao's callback, Claude's eye. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MockActivityEnvironment } from '@temporalio/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAttachmentActivities } from '../../activities/attachments.ts'
import { createChatTableActivities } from '../../activities/chat.ts'
import { createChatDeliveryActivities } from '../../activities/chat-delivery.ts'
import { createClaudeModel } from '../../activities/claude/model.ts'
import { takeChatTurn } from '../../activities/dialogue/chat-turn.ts'
import { type FileStore, openAttachmentStore } from '../../activities/file-store.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { evidenceOf } from '../../activities/tickets.ts'
import { keepInboundMessage } from '../../db/queries/chat-inbound.ts'
import type { ChatPhoto } from '../../domain/chat-photo.ts'
import { makeAttachmentId, makeMessageId, makeThreadId, type ThreadId } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import { eucKrBytes } from '../../domain/text-message.ts'
import { personaSchema } from '../../simulators/people/persona.ts'
import { takePhoto } from '../../simulators/pictures/photos.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from './fixture.ts'

const NUMBER = '01012345678'
let outside: TestOutside
let files: FileStore
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
  files = openAttachmentStore(outside.settings)
})
afterAll(() => outside?.stop())

let count = 0
const hex = (length: number) => (++count).toString(16).padStart(length, '0')
const inActivity = <Result>(act: () => Promise<Result>, attempt = 1): Promise<Result> =>
  new MockActivityEnvironment({ attempt }).run(act)

/** A message with a picture that the carrier serves at this address. */
async function message(url: string, threadId: ThreadId = makeThreadId('sms', hex(12))) {
  const messageId = makeMessageId(hex(16))
  await keepInboundMessage(
    outside.db,
    outside.settings.dataKey,
    {
      threadId,
      channel: 'sms',
      address: NUMBER,
      messageId,
      toNumber: '15880000',
      text: '',
      receivedAt: new Date(),
      attachments: [{ url, name: '부고.jpg' }],
    },
    null,
  )
  return { threadId, messageId, attachmentId: makeAttachmentId(messageId, 0) }
}

describe('pictures', () => {
  const keep = async (url: string, attempt?: number): Promise<ChatPhoto | undefined> => {
    const { attachmentId } = await message(url)
    const { db, settings } = outside
    const activities = createAttachmentActivities({
      db,
      files,
      keys: settings.dataKey,
      smsInbound: settings.smsInbound,
    })
    const [photo] = await inActivity(
      () => activities.keepAttachments({ attachments: [attachmentId] }),
      attempt,
    )
    // Again, as after a lost answer: nothing is fetched twice.
    if (photo?.problem === null) {
      expect(await inActivity(() => activities.keepAttachments({ attachments: [attachmentId] }))).toEqual([
        photo,
      ])
    }
    return photo
  }
  const served = (file: Buffer, contentType: 'image/jpeg' | 'image/png' = 'image/jpeg') => {
    const bytes = Buffer.from(file)
    const { id } = outside.world.context.pictures.keep({ bytes, contentType, name: 'p' })
    return `${outside.world.origin}/carrier/pictures/${id}`
  }
  const grey = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#888888' } })

  test('are fetched under the secret, stand upright, lose what the camera wrote, and are kept encrypted', async () => {
    const bytes = await grey(400, 200)
      .jpeg()
      .withExif({ IFD0: { Make: 'Secret Camera', Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const photo = await keep(served(bytes))
    expect(photo).toMatchObject({ problem: null, fileKey: expect.stringMatching(/\.jpg$/) })
    const kept = Buffer.from((await files.get(photo?.fileKey ?? '')) ?? [])
    expect(await sharp(kept).metadata()).toMatchObject({ format: 'jpeg', width: 200, height: 400 })
    expect((await sharp(kept).metadata()).exif).toBeUndefined()
    const row = await outside.db
      .selectFrom('chat_attachments')
      .select(['status', 'width', 'height', 'source_url'])
      .where('attachment_id', '=', photo?.attachmentId ?? '')
      .executeTakeFirst()
    expect(row).toMatchObject({ status: 'kept', width: 200, height: 400 })
    expect(row?.source_url).not.toContain('carrier')
  })

  test('large ones become as large as the model looks at; PNG becomes JPEG', async () => {
    const photo = await keep(served(await grey(4_000, 1_000).png().toBuffer(), 'image/png'))
    const kept = (await files.get(photo?.fileKey ?? '')) ?? new Uint8Array()
    expect(await sharp(kept).metadata()).toMatchObject({ format: 'jpeg', width: 1_568, height: 392 })
  })

  test.each([
    ['text that calls itself a picture', Buffer.from('<script>alert(1)</script>'), 'not_a_picture'],
    [
      'a drawing that may load others',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'not_a_picture',
    ],
    ['a file without end', Buffer.alloc(11 * 1024 * 1024, 1), 'too_large'],
  ] as const)('%s is refused', async (_name, bytes, problem) => {
    expect(await keep(served(bytes))).toMatchObject({ fileKey: null, problem })
  })

  test('one the carrier does not have is given up, one it does not hand out now is tried again', async () => {
    expect(await keep(`${outside.world.origin}/carrier/pictures/none`)).toMatchObject({
      problem: 'unreachable',
    })
    const url = served(await grey(10, 10).jpeg().toBuffer())
    const fault = () =>
      outside.faults.add({ service: 'sms', operation: 'picture', kind: 'refuse', status: 503, times: 1 })
    fault()
    await expect(keep(url)).rejects.toMatchObject({ retryable: true })
    fault()
    expect(await keep(url, 5)).toMatchObject({ problem: 'unreachable' })
    expect(await keep(url)).toMatchObject({ problem: null })
  })
})

describe('what goes out', () => {
  const activities = () => {
    const { db, settings } = outside
    const { dataKey: keys, company } = settings
    return createChatDeliveryActivities({ db, keys, company, solapi: new SolapiClient(settings.solapi) })
  }
  const row = (key: string) =>
    outside.db.selectFrom('messages').selectAll().where('idempotency_key', '=', key).executeTakeFirst()

  test('a text goes once, also when it is sent again; a long one in pieces', async () => {
    const { threadId } = await message('https://carrier.example/p')
    const to = `010${String(Math.floor(20_000_000 + Math.random() * 79_999_999))}`
    const body = '가나다라 마바사. '.repeat(200)
    const input = {
      key: `k-${hex(4)}`,
      threadId,
      orderNo: null,
      author: 'ai',
      channel: 'sms',
      to,
      body,
    } as const
    await activities().sendChatText(input)
    await activities().sendChatText(input)
    const { messages } = await outside.json<{ messages: { text: string }[] }>(`/world/api/sms?number=${to}`)
    expect(messages).toHaveLength(2)
    expect(messages.map(({ text }) => text.replaceAll(/\s/g, '')).join('')).toBe(body.replaceAll(/\s/g, ''))
    for (const { text } of messages) expect(eucKrBytes(text)).toBeLessThanOrEqual(2_000)
    expect(await row(input.key)).toMatchObject({
      author: 'ai',
      kind: 'chat',
      direction: 'out',
      status: 'sent',
    })
    expect(await row(`${input.key}:2`)).toMatchObject({ status: 'sent' })
  })

  test('the callback is posted once; refused after a lost answer it has arrived, refused at once it is too late', async () => {
    const { threadId } = await message('https://carrier.example/p')
    const posts: unknown[] = []
    let status = 200
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      posts.push(JSON.parse(text))
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"status":"x"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
    const until = new Date(Date.now() + 50_000).toISOString()
    const input = (more: object = {}) => ({
      key: `k-${hex(4)}`,
      threadId,
      orderNo: null,
      author: 'ai' as const,
      channel: 'kakao' as const,
      to: 'user',
      body: '늦은 답입니다.',
      url,
      until,
      ...more,
    })
    const post = (given: ReturnType<typeof input>, attempt?: number) =>
      inActivity(() => activities().postKakaoCallback(given), attempt)
    try {
      const first = input()
      expect([await post(first), await post(first)]).toEqual(['posted', 'posted'])
      expect(posts).toEqual([
        { version: '2.0', template: { outputs: [{ simpleText: { text: '늦은 답입니다.' } }] } },
      ])
      expect(await row(first.key)).toMatchObject({ channel: 'kakao', status: 'delivered' })
      status = 400
      expect(await post(input())).toBe('too_late')
      expect(await post(input(), 2)).toBe('posted')
      status = 500
      await expect(post(input())).rejects.toMatchObject({ retryable: true })
      expect(await post(input({ until: new Date(Date.now() - 1).toISOString() }))).toBe('too_late')
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

test('Claude reads the picture of a notice that the carrier handed over', async () => {
  const facts = { recipient: '고 박영자', destination: '서울대학교병원 장례식장', room: '특2호실' }
  const persona = personaSchema.parse({ name: '김민수', facts })
  const picture = await takePhoto('obituary', persona, Date.now())
  const { id } = outside.world.context.pictures.keep(picture)
  const { attachmentId, threadId } = await message(`${outside.world.origin}/carrier/pictures/${id}`)
  const { db, settings } = outside
  const { dataKey: keys, smsInbound } = settings
  const [photo] = await inActivity(() =>
    createAttachmentActivities({ db, keys, smsInbound, files }).keepAttachments({
      attachments: [attachmentId],
    }),
  )
  if (photo === undefined) throw new Error('no photo')
  const model = createClaudeModel({ ...settings.claude, baseUrl: `${outside.world.origin}/anthropic` })
  const { text, toolCalls } = await takeChatTurn(
    { model, files },
    {
      threadId,
      turnId: `${threadId}-t0`,
      context: {
        flow: 'order_intake',
        medium: 'text',
        companyName: '대리 화환',
        language: 'ko',
        callerNumber: NUMBER,
        now: '2026-11-21T13:10:00+09:00',
        priceWon: 80_000,
        order: EMPTY_ORDER,
      },
      messages: [],
      newest: { words: '부고 사진입니다', photos: [photo] },
      toolResults: [],
    },
    new AbortController().signal,
  )
  expect(toolCalls).toMatchObject([
    {
      name: 'set_order_fields',
      input: {
        recipient: { value: '고 박영자', photo: attachmentId },
        destination: { value: '서울대학교병원 장례식장' },
        room: { value: '특2호실' },
      },
    },
  ])
  expect(text).toContain('사진에서 이렇게 읽었습니다')
})

test('a field read from a picture names the picture and its message; what is no picture of ours is left out', () => {
  const [threadId, messageId] = [makeThreadId('sms', 'a1b2c3d4e5f6'), makeMessageId('b'.repeat(16))]
  const source = { kind: 'chat', threadId, channel: 'sms', messageId } as const
  const attachmentId = makeAttachmentId(makeMessageId('a'.repeat(16)), 0)
  const told = { value: '고 박영자', words: '고인: 고 박영자', confidence: 0.9 }
  const evidence = evidenceOf(
    { recipient: { ...told, photo: attachmentId }, room: { ...told, photo: 'https://elsewhere.example' } },
    source,
  )
  expect(evidence.recipient).toMatchObject({
    channel: 'sms',
    threadId,
    messageId: `in-${'a'.repeat(16)}`,
    attachmentId,
  })
  expect(evidence.room).toEqual({
    channel: 'sms',
    threadId,
    messageId,
    words: '고인: 고 박영자',
    confidence: 0.9,
  })
})

test('a thread goes on with the open order it had, else with the one begun under the same number', async () => {
  const { db, settings } = outside
  const { dataKey: keys, company, order } = settings
  const tables = createChatTableActivities({ db, keys, company, order })
  const { threadId } = await message('https://carrier.example/p')
  const orderNo = await projectOrder(db, settings)
  const read = (named: typeof orderNo | null, ownNumber: string) =>
    tables.readChatContext({ threadId, orderNo: named, ownNumber })
  expect((await read(null, '')).order).toBeNull()
  expect((await read(null, NUMBER)).order).toMatchObject({ orderNo, confirmed: false })
  expect((await read(null, '01000000000')).order).toBeNull()
  await tables.linkThreadToOrder({ threadId, orderNo, since: null, phone: NUMBER })
  expect((await read(null, '')).order).toMatchObject({ orderNo })
  await db.updateTable('tickets').set({ current_state: 'done' }).execute()
  expect((await read(orderNo, NUMBER)).order).toBeNull()
})
