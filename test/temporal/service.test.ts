import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrderNo } from '../../domain/ids.ts'
import { readLinkToken } from '../../domain/signed-link.ts'
import { createTestDatabase } from '../support/postgres.ts'
import {
  aCall,
  aNumber,
  aText,
  FIELDS,
  pay,
  type ServiceSystem,
  startServiceSystem,
  tell,
  until,
} from './service-system.ts'

let system: ServiceSystem
beforeAll(async () => {
  system = await startServiceSystem(createTestDatabase)
})
afterAll(() => system?.stop())

const NOBODY = ''
const look = (customerNumber: string, orderNo: string | null = null, name: string | null = null) =>
  system.service.lookUpOrder({ customerNumber, orderNo, name })

/** The vendor has delivered and its photo is copied. */
async function deliver(orderNo: OrderNo): Promise<void> {
  const { id } = await system.db
    .selectFrom('orders')
    .select('id')
    .where('order_no', '=', orderNo)
    .executeTakeFirstOrThrow()
  await system.db
    .insertInto('deliveries')
    .values({ order_id: id, status: '완료', delivered_at: new Date(), photo_key: `${orderNo}-1.png` })
    .execute()
}

describe('who may hear of an order', () => {
  test('its customer by their number, in any form; a stranger of none', async () => {
    const number = aNumber()
    const orderNo = await tell(system, aCall(), number)
    const known = await look(`+82 ${number.slice(1, 3)}-${number.slice(3, 7)}-${number.slice(7)}`)
    expect(known).toMatchObject({
      status: 'found',
      orders: [
        { orderNo, recipient: '고 박영자', progress: 'order_received', deliveredAt: null, photo: false },
      ],
    })
    // The orderer's own name, phone numbers and money are not part of what is told.
    expect(JSON.stringify(known)).not.toMatch(/김민수|010\d{8}|80000/)
    expect(await look(aNumber())).toEqual({ status: 'proof_needed' })
    expect(await look(NOBODY)).toEqual({ status: 'proof_needed' })
  })

  test('a stranger with number and name together; the refusal does not tell which of them was wrong', async () => {
    const orderNo = await tell(system, aCall(), aNumber())
    expect(await look(NOBODY, orderNo)).toEqual({ status: 'proof_needed' })
    expect(await look(NOBODY, '261121-2222')).toEqual({ status: 'proof_needed' })
    const wrongName = await look(NOBODY, orderNo, '홍길동')
    expect(wrongName).toEqual({ status: 'proof_wrong' })
    expect(await look(NOBODY, '261121-2222', '김민수')).toEqual(wrongName)
    for (const name of ['김민수', '박영자 님', '한빛상사 대표 김민수']) {
      expect(await look(NOBODY, orderNo, name)).toMatchObject({ status: 'found', orders: [{ orderNo }] })
    }
    expect(await look(aNumber(), orderNo.replace('-', ' ').toLowerCase(), '박영자')).toMatchObject({
      status: 'found',
    })
  })
})

describe('the photo link', () => {
  test('goes to the number on file, once for each request and not twice in a moment', async () => {
    const number = aNumber()
    const orderNo = await tell(system, aCall(), number)
    expect(await system.service.sendPhotoLink({ orderNo, key: 'early' })).toEqual({ status: 'not_delivered' })
    await deliver(orderNo)
    const send = (key: string) => system.service.sendPhotoLink({ orderNo, key: `${orderNo}-${key}` })
    expect(await send('a')).toEqual({ status: 'sent' })
    expect(await send('a')).toEqual({ status: 'sent' })
    expect(await send('b')).toEqual({ status: 'just_sent' })
    const links = (await system.texts(number)).filter((text) => text.includes('/photo/'))
    expect(links).toHaveLength(1)
    const token = /\/photo\/(\S+)/.exec(links[0] ?? '')?.[1] ?? ''
    expect(readLinkToken('photo', token, system.settings.secret)).toBe(orderNo)
  })
})

describe('a change of a placed order', () => {
  test('is taken with the words it rests on, in the edit window by text too', async () => {
    const number = aNumber()
    const orderNo = await tell(system, aCall(), number, { placed: true })
    await pay(system, orderNo)
    await until(system, orderNo, ({ editWindowEndsAt }) => editWindowEndsAt !== null)
    const source = aText()
    const edit = {
      orderNo,
      source,
      key: `${orderNo}-edit`,
      fields: { message: { value: '편히 잠드소서', words: '편히 잠드소서로요', confidence: 0.9 } },
    }
    expect(await system.service.editPlacedOrder(edit)).toMatchObject({
      status: 'changed',
      order: { message: '편히 잠드소서' },
    })
    expect(await system.service.editPlacedOrder(edit)).toMatchObject({ status: 'changed' })
    const { order, evidence, editsInWindow } = await system.ticket(orderNo)
    expect(order.message).toBe('편히 잠드소서')
    expect(editsInWindow).toBe(1)
    expect(evidence.message).toMatchObject({
      channel: 'sms',
      words: '편히 잠드소서로요',
      threadId: 'chat-sms-0123456789ab',
    })
  })

  test('of nonsense, or of an order that is over, is told as such', async () => {
    const orderNo = await tell(system, aCall(), aNumber(), { placed: true })
    const edit = (field: 'phone' | 'room', value: string, key: string) =>
      system.service.editPlacedOrder({
        orderNo,
        source: aText(),
        key: `${orderNo}-${key}`,
        fields: { [field]: { value, words: value, confidence: 1 } },
      })
    expect(await edit('phone', '12', 'bad')).toMatchObject({
      status: 'invalid',
      problems: [{ code: 'not_a_phone_number' }],
    })
    await system.service.cancelByCustomer({
      orderNo,
      customerNumber: '',
      words: '취소해 주세요',
      source: aText(),
      atMs: null,
      key: `${orderNo}-off`,
    })
    await until(system, orderNo, ({ outcome }) => outcome !== null)
    expect(await edit('room', '5호실', 'late')).toEqual({ status: 'refused', code: 'closed' })
  })
})

describe('cancelling', () => {
  const cancel = (orderNo: OrderNo, key = 'off') =>
    system.service.cancelByCustomer({
      orderNo,
      customerNumber: '',
      words: '필요 없어졌어요',
      source: aCall(),
      atMs: 900,
      key: `${orderNo}-${key}`,
    })

  test('an unpaid order is done', async () => {
    const orderNo = await tell(system, aCall(), aNumber(), { placed: true })
    expect(await cancel(orderNo)).toEqual({ status: 'cancelled' })
    expect(await cancel(orderNo)).toEqual({ status: 'cancelled' })
    expect((await until(system, orderNo, ({ outcome }) => outcome !== null)).outcome).toBe('cancelled')
  })

  test('a paid one is put before a person: no money moves', async () => {
    const orderNo = await tell(system, aCall(), aNumber(), { placed: true })
    await pay(system, orderNo)
    expect(await cancel(orderNo)).toEqual({ status: 'person' })
    const { issue, closing } = await system.ticket(orderNo)
    expect(closing).toBeNull()
    expect(issue).toMatchObject({
      kind: 'complaint',
      evidence: [{ kind: 'words', channel: 'phone', text: '필요 없어졌어요', atMs: 900 }],
    })
    const refunds = await system.db
      .selectFrom('payment_ledger')
      .selectAll()
      .where('kind', '=', 'refund')
      .execute()
    expect(refunds).toEqual([])
  })
})

describe('a complaint', () => {
  const complain = (
    orderNo: OrderNo | null,
    words: string,
    change: { claimed?: string; customerNumber?: string } = {},
  ) =>
    system.service.reportProblem({
      orderNo,
      claimed: null,
      customerNumber: aNumber(),
      kind: 'complaint',
      words,
      source: aText(),
      atMs: null,
      key: `${orderNo}-${words}`,
      ...change,
    })

  test('raises an Issue with the words; further words are added to it', async () => {
    const orderNo = await tell(system, aCall(), aNumber())
    expect(await complain(orderNo, '꽃이 시들었어요')).toEqual({ orderNo, added: false })
    expect(await complain(orderNo, '리본도 찢어졌어요')).toEqual({ orderNo, added: true })
    expect(await complain(orderNo, '리본도 찢어졌어요')).toEqual({ orderNo, added: true })
    const { issue } = await system.ticket(orderNo)
    expect(issue).toMatchObject({ kind: 'complaint', raisedBy: 'customer' })
    expect(
      issue?.evidence?.map((one) => (one.kind === 'words' ? [one.text, one.channel, one.threadId] : [])),
    ).toEqual([
      ['꽃이 시들었어요', 'sms', 'chat-sms-0123456789ab'],
      ['리본도 찢어졌어요', 'sms', 'chat-sms-0123456789ab'],
    ])
  })

  test('about an order that is over gets a ticket of its own for the same customer', async () => {
    const number = aNumber()
    const over = await tell(system, aCall(), number)
    await system.service.cancelByCustomer({
      orderNo: over,
      customerNumber: number,
      words: '취소',
      source: aCall(),
      atMs: null,
      key: `${over}-off`,
    })
    await until(system, over, ({ outcome }) => outcome !== null)
    const { orderNo } = await complain(over, '환불이 안 됐어요')
    expect(orderNo).not.toBe(over)
    expect(await system.ticket(orderNo)).toMatchObject({
      customerPhone: number,
      issue: { kind: 'complaint', reason: expect.stringContaining(over) },
    })
  })

  test('of somebody who is not verified is noted as theirs, and touches no order', async () => {
    const theirs = await tell(system, aCall(), aNumber())
    const stranger = aNumber()
    const { orderNo } = await complain(null, '아직도 안 왔어요', {
      claimed: theirs,
      customerNumber: stranger,
    })
    expect((await system.ticket(theirs)).issue).toBeNull()
    expect(await system.ticket(orderNo)).toMatchObject({
      customerPhone: stranger,
      issue: { reason: expect.stringMatching(/확인되지 않은 주문번호/) },
    })
  })
})

describe('the same order told on two channels', () => {
  test('is suspected by the database, merged on request, and the customer hears that both are one', async () => {
    const number = aNumber()
    const older = await tell(system, aCall(), number, {
      fields: { recipient: '고 박영자', destination: FIELDS.destination, orderer: '김민수' },
    })
    const younger = await tell(system, aText(), number, { placed: true })
    const suspected = await until(system, younger, ({ possibleDuplicateOf }) => possibleDuplicateOf !== null)
    expect(suspected.possibleDuplicateOf).toBe(older)
    expect((await system.ticket(older)).possibleDuplicateOf).toBeNull()

    const settle = { orderNo: younger, other: older, same: true, key: `${younger}-same` }
    const merged = await system.service.settleSameOrder(settle)
    expect(merged).toMatchObject({
      status: 'merged',
      into: older,
      placed: false,
      order: { ...FIELDS, orderer: '김민수' },
    })
    expect((await until(system, younger, ({ outcome }) => outcome !== null)).outcome).toBe('cancelled')
    const kept = await until(system, older, ({ mergedFrom }) => mergedFrom.length > 0)
    expect(kept.order).toMatchObject({ orderer: '김민수', room: FIELDS.room, message: FIELDS.message })
    expect(kept.evidence.room).toMatchObject({ channel: 'sms', words: `${FIELDS.room}요` })
    expect(await system.service.settleSameOrder(settle)).toMatchObject({ status: 'merged', into: older })

    const texts = await system.texts(number)
    expect(texts.filter((text) => text.includes(`하나(${older})로 처리`))).toHaveLength(1)
    expect(texts.filter((text) => /취소되었습니다/.test(text))).toEqual([])
    // The merged one is spoken of no more.
    expect(await look(number)).toMatchObject({ orders: [{ orderNo: older }] })
  })

  test('is two orders when the customer says so, for good', async () => {
    const number = aNumber()
    const first = await tell(system, aCall(), number)
    const second = await tell(system, aText(), number)
    await until(system, second, ({ possibleDuplicateOf }) => possibleDuplicateOf === first)
    expect(
      await system.service.settleSameOrder({ orderNo: second, other: first, same: false, key: 'two' }),
    ).toEqual({ status: 'two_orders' })
    await system.tickets.setOrderFields({
      orderNo: second,
      source: aText(),
      key: `${second}-more`,
      fields: { room: { value: '7호실', words: '7호실', confidence: 1 } },
    })
    expect(await system.ticket(second)).toMatchObject({
      possibleDuplicateOf: null,
      notSameAs: [first],
      outcome: null,
    })
  })

  test('the paid one goes on, whichever is younger; two paid ones are for a person', async () => {
    const number = aNumber()
    const first = await tell(system, aCall(), number, { placed: true })
    const second = await tell(system, aText(), number, { placed: true })
    await pay(system, second)
    await until(system, second, ({ payment }) => payment !== null)
    expect(
      await system.service.settleSameOrder({ orderNo: second, other: first, same: true, key: 'paid' }),
    ).toMatchObject({ status: 'merged', into: second, placed: true })

    const third = await tell(system, aText(), number, { placed: true })
    await pay(system, third)
    await until(system, third, ({ payment }) => payment !== null)
    expect(
      await system.service.settleSameOrder({ orderNo: third, other: second, same: true, key: 'both' }),
    ).toEqual({ status: 'refused' })
  })

  test('is not suspected for another customer, nor for callers who withhold their number', async () => {
    await tell(system, aCall(), aNumber())
    const other = await tell(system, aText(), aNumber())
    const hidden = { fields: { recipient: '고 박영자', destination: FIELDS.destination } }
    await tell(system, aCall(), NOBODY, hidden)
    const alsoHidden = await tell(system, aCall(), NOBODY, hidden)
    for (const orderNo of [other, alsoHidden])
      expect((await system.ticket(orderNo)).possibleDuplicateOf).toBeNull()
  })
})
