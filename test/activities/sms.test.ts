import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { SendMessageInput } from '../../activities/activity-types.ts'
import { PartyError } from '../../activities/http.ts'
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

async function inbox(orderNo: string) {
  const { messages } = await outside.json<{ messages: { text: string; type: string; from: string }[] }>(
    '/world/api/sms?number=01012345678',
  )
  return messages.filter(({ text }) => text.includes(orderNo))
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
