import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SendMessageInput } from '../../activities/activity-types.ts'
import { PartyError } from '../../activities/http.ts'
import { createMessageActivities } from '../../activities/sms.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { decryptText } from '../../db/encryption.ts'
import { revokeLinks } from '../../db/queries/order-links.ts'
import { readOrderLinkToken } from '../../domain/signed-link.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())
afterEach(() => outside.faults.remove())

async function message(change: Partial<SendMessageInput> = {}): Promise<SendMessageInput> {
  const orderNo = await projectOrder(outside.db, outside.settings)
  return {
    orderNo,
    kind: 'confirmation',
    key: `ticket-${orderNo}:confirmation`,
    to: '01012345678',
    order: ORDER,
    amountWon: 80_000,
    editWindowSeconds: 600,
    paymentExpirySeconds: 86_400,
    deliveredAt: null,
    hasPhoto: false,
    ...change,
  }
}

const rowOf = (id: string) =>
  outside.db.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

interface Received {
  readonly text: string
  readonly type: string
  readonly from: string
  readonly pictures?: readonly { readonly id: string }[]
  readonly buttons?: readonly { readonly name: string; readonly link: string }[]
}
async function inbox(orderNo: string): Promise<Received[]> {
  const { messages } = await outside.json<{ messages: Received[] }>('/world/api/sms?number=01012345678')
  return messages.filter((message) => JSON.stringify(message).includes(orderNo))
}

test('a text reaches the phone and is kept encrypted', async () => {
  const input = await message()
  const { messageId } = await outside.messages.sendMessage(input)
  const [received] = await inbox(input.orderNo)
  expect(received?.text).toMatch(
    /^입력하신 정보가 맞나요\? 곧 제작·배송 절차가 시작되니 10분 안에 수정이 있으면 알려주세요\.\n/,
  )
  expect(received).toMatchObject({ type: 'LMS', from: '15880000' })
  const row = await rowOf(messageId)
  expect(row).toMatchObject({ status: 'sent', kind: 'confirmation', error: null })
  expect(row.body).not.toContain('명복')
  expect(decryptText(row.body, outside.settings.dataKey)).toBe(received?.text)
})

test('the payment text carries a link that only we can have made', async () => {
  const input = await message({ kind: 'payment_link', key: 'link' })
  await outside.messages.sendMessage(input)
  const token = /\/order\/(\S+)/.exec((await inbox(input.orderNo))[0]?.text ?? '')?.[1] ?? ''
  const link = readOrderLinkToken(token, outside.settings.secret)
  expect(link).toMatchObject({ orderNo: input.orderNo, version: 0 })
  const daysLeft = ((link?.expiresAt ?? 0) - Date.now()) / 86_400_000
  expect(daysLeft).toBeGreaterThanOrEqual(outside.settings.orderLinkDays)
  expect(daysLeft).toBeLessThan(outside.settings.orderLinkDays + 1)
})

test('a link sent after the links of the order were revoked is a new one', async () => {
  const input = await message({ kind: 'order_link', key: 'again' })
  await revokeLinks(outside.db, input.orderNo)
  await outside.messages.sendMessage(input)
  const token = /\/order\/(\S+)/.exec((await inbox(input.orderNo))[0]?.text ?? '')?.[1] ?? ''
  expect(readOrderLinkToken(token, outside.settings.secret)).toMatchObject({ version: 1 })
})

test('the same key sends once, whoever asks again', async () => {
  const input = await message()
  const [first, second] = [
    await outside.messages.sendMessage(input),
    await outside.messages.sendMessage(input),
  ]
  expect(second).toEqual(first)
  expect(await inbox(input.orderNo)).toHaveLength(1)
})

test('an outage is an error worth another try, which then sends once', async () => {
  const input = await message()
  outside.faults.add({ service: 'sms', kind: 'refuse', operation: 'send', times: 1 })
  await expect(outside.messages.sendMessage(input)).rejects.toMatchObject({ retryable: true })
  await outside.messages.sendMessage(input)
  expect(await inbox(input.orderNo)).toHaveLength(1)
})

test('an answer that got lost is not a second text', async () => {
  const input = await message()
  outside.faults.add({ service: 'sms', kind: 'drop', operation: 'send', times: 1 })
  await expect(outside.messages.sendMessage(input)).rejects.toBeInstanceOf(PartyError)
  const { messageId } = await outside.messages.sendMessage(input)
  expect(await inbox(input.orderNo)).toHaveLength(1)
  expect((await rowOf(messageId)).provider_id).not.toBeNull()
})

test('a number the carrier refuses is told as such and may be sent again after a correction', async () => {
  const input = await message({ to: '15881234', key: 'wrong' })
  await expect(outside.messages.sendMessage(input)).rejects.toMatchObject({ retryable: false })
  const { messageId } = await outside.messages.sendMessage({ ...input, to: '01012345678' })
  expect(await rowOf(messageId)).toMatchObject({ status: 'sent', error: null })
})

test('an edit is told by a short text with what is new', async () => {
  const input = await message({ kind: 'edit_applied', key: 'edit', changed: ['message', 'phone'] })
  await outside.messages.sendMessage(input)
  expect((await inbox(input.orderNo)).map(({ text }) => text)).toEqual([
    `[대리 화환] 주문(${input.orderNo})을 수정했습니다.\n리본 문구: ${ORDER.message}\n연락처: 바뀌었습니다`,
  ])
})

describe('a delivery', () => {
  const KAKAO = { pfId: 'KA01PF_STAND_IN', templateDelivered: 'KA01TP_DELIVERED' }

  /** As a camera takes it: far more than a carrier takes. */
  const photo = sharp({
    create: {
      width: 1800,
      height: 1200,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer()

  async function delivered(change: Partial<SendMessageInput> = {}): Promise<SendMessageInput> {
    const input = await message({ kind: 'delivered', deliveredAt: '2026-11-22T09:30:00+09:00' })
    const photoKey = `${input.orderNo}-1.png`
    await outside.photos.put(photoKey, await photo)
    return { ...input, key: `ticket-${input.orderNo}:delivered`, hasPhoto: true, photoKey, ...change }
  }
  /** What the inbox shows names no order: the number tells. */
  async function lastReceived(): Promise<Received | undefined> {
    const { messages } = await outside.json<{ messages: Received[] }>('/world/api/sms?number=01012345678')
    return messages.at(-1)
  }
  const byKakao = () =>
    createMessageActivities({
      db: outside.db,
      photos: outside.photos,
      solapi: new SolapiClient(outside.settings.solapi),
      settings: { ...outside.settings, kakao: { ...outside.settings.kakao, ...KAKAO } },
    })

  test('is told with its photo, made small enough for the carrier', async () => {
    const input = await delivered()
    const sent = await outside.messages.sendMessage(input)
    expect(sent).toMatchObject({ type: 'MMS', fallback: 'LMS' })
    expect(await rowOf(sent.messageId)).toMatchObject({ type: 'MMS', attempt: 1, channel: 'sms' })
    const received = await lastReceived()
    expect(received).toMatchObject({ type: 'MMS' })
    expect(received?.text).not.toContain('http')
    const { id } = received?.pictures?.[0] ?? { id: '' }
    const picture = await fetch(`${outside.world.origin}/world/api/pictures/${id}`)
    const bytes = Buffer.from(await picture.arrayBuffer())
    expect(bytes.byteLength).toBeLessThanOrEqual(200_000)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: expect.any(Number) })
  })

  test('is told with a link where the picture did not arrive', async () => {
    const input = await delivered({ failedTypes: ['MMS'] })
    const sent = await outside.messages.sendMessage({ ...input, key: `${input.key}:way-2` })
    expect(sent).toMatchObject({ type: 'LMS', fallback: null })
    expect(await rowOf(sent.messageId)).toMatchObject({ type: 'LMS', attempt: 2 })
    expect((await inbox(input.orderNo)).at(-1)?.text).toContain(`/photo/${input.orderNo}.`)
  })

  test.each([
    ['the carrier takes no picture', (): void => void outside.faults.add(UPLOAD_REFUSED)],
    ['the photo is lost', (): void => {}],
  ])('whose picture can’t be sent because %s says so instead of failing', async (what, prepare) => {
    prepare()
    const input = await delivered(what.includes('lost') ? { photoKey: 'no-such.png' } : {})
    const sent = await outside.messages.sendMessage(input)
    expect(sent).toMatchObject({ type: 'MMS', fallback: 'LMS', refused: expect.any(String) })
    expect((await rowOf(sent.messageId)).status).toBe('failed')
  })

  test('goes by AlimTalk first where there is a template, with the photo behind its button', async () => {
    const input = await delivered()
    const sent = await byKakao().sendMessage(input)
    expect(sent).toMatchObject({ type: 'ATA', fallback: 'MMS' })
    expect(await rowOf(sent.messageId)).toMatchObject({ type: 'ATA', channel: 'kakao' })
    const received = await lastReceived()
    expect(received).toMatchObject({ type: 'ATA', buttons: [{ name: '배송 사진 보기' }] })
    expect(received?.text).toContain('서울의료원 장례식장 3호실에 배송되었습니다.')
    expect(received?.buttons?.[0]?.link).toContain(`/photo/${input.orderNo}.`)
  })

  test('is sent once by each way, however often it is tried', async () => {
    const input = await delivered()
    const first = await outside.messages.sendMessage(input)
    expect(await outside.messages.sendMessage(input)).toEqual(first)
    const second = { ...input, key: `${input.key}:way-2`, failedTypes: ['MMS'] as const }
    const other = await outside.messages.sendMessage(second)
    expect(await outside.messages.sendMessage(second)).toEqual(other)
    expect(other.messageId).not.toBe(first.messageId)
  })

  test('that was tried by every way fails', async () => {
    const input = await delivered({ failedTypes: ['MMS', 'LMS'] })
    await expect(outside.messages.sendMessage(input)).rejects.toMatchObject({ retryable: false })
  })
})

const UPLOAD_REFUSED = { service: 'sms', kind: 'refuse', operation: 'upload', status: 400, times: 1 } as const
