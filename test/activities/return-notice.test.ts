/** The text about money that a person sent back: real tables, the carrier's stand-in. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReturnNotices } from '../../activities/return-notice.ts'
import { encryptText } from '../../db/encryption.ts'
import { settleReturn } from '../../db/queries/money-to-return.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { projectOrder, startOutside, type TestOutside } from './fixture.ts'

let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())

const notices = () => {
  const { db, messages, settings } = outside
  return createReturnNotices({ db, messages, dataKeys: settings.dataKey, policy: settings.order })
}

async function moneyToReturn() {
  const orderNo = await projectOrder(outside.db, outside.settings)
  const { id } = await outside.db
    .insertInto('money_to_return')
    .values({
      order_id: outside.db.selectFrom('orders').select('id').where('order_no', '=', orderNo),
      key: `deposit:${orderNo}`,
      amount: 20_000,
      source: 'bank_transfer',
      reason: 'over',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { orderNo, id }
}

const texts = async (orderNo: string) => {
  const { messages } = await outside.json<{ messages: { text: string }[] }>(
    '/world/api/sms?number=01012345678',
  )
  return messages.map(({ text }) => text).filter((text) => text.includes(orderNo))
}

test('is sent once, and not before it was sent back', async () => {
  const { orderNo, id } = await moneyToReturn()
  expect(await notices().tellOfReturn({ returnId: id })).toEqual({ status: 'not_returned' })
  await settleReturn(outside.db, id, 'owner@example.com', '이체 확인')
  expect(await notices().tellOfReturn({ returnId: id })).toEqual({ status: 'sent' })
  expect(await notices().tellOfReturn({ returnId: id })).toEqual({ status: 'sent' })
  const told = await texts(orderNo)
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('20,000원을 계좌로 돌려드렸습니다')
})

test('has nobody to go to where no number takes texts', async () => {
  const { orderNo, id } = await moneyToReturn()
  await settleReturn(outside.db, id, 'owner@example.com', '이체 확인')
  const { db, settings } = outside
  await db.updateTable('orders').set({ phone: null }).where('order_no', '=', orderNo).execute()
  const withheld = encryptText('', settings.dataKey)
  const customer = db.selectFrom('orders').select('customer_id').where('order_no', '=', orderNo)
  await db.updateTable('customers').set({ phone: withheld }).where('id', 'in', customer).execute()
  expect(await notices().tellOfReturn({ returnId: id })).toEqual({ status: 'no_number' })
  expect(await texts(orderNo)).toEqual([])
})
