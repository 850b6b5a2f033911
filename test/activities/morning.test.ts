/** The owner's morning on a real database, its text through the stand-in of the carrier. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMorningActivities } from '../../activities/morning.ts'
import { createOwnerTexts } from '../../activities/owner-texts.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo } from '../../domain/ids.ts'
import type { OrderFields } from '../../domain/order.ts'
import { Ticket } from '../../domain/ticket.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startOutside, type TestOutside } from './fixture.ts'

const OWNER_PHONE = '01090001000'
let outside: TestOutside
beforeAll(async () => {
  outside = await startOutside(createTestDatabase)
})
afterAll(() => outside?.stop())

let count = 0
async function ordered(
  at: string,
  fields: Partial<OrderFields>,
  further: (ticket: Ticket) => Ticket = (t) => t,
) {
  count += 1
  const deed = { actor: 'system', at: `${at}+09:00` }
  const orderNo = makeOrderNo('261121', [0.7, count / 32, 0, 0])
  const opened = Ticket.open(
    { orderNo, channel: 'sms', callId: null, customerPhone: '01012345678', policy: POLICY },
    deed,
  ).setFields({ ...deed, fields, evidence: {}, channel: 'sms', callId: null })
  const { data, events } = further(opened)
  await projectTicket(outside.db, outside.settings.dataKey, {
    workflowId: `ticket-${orderNo}`,
    ticket: data,
    events,
  })
}

function digest(now?: string) {
  const { db, settings } = outside
  const textOwner = createOwnerTexts({ db, solapi: new SolapiClient(settings.solapi), settings })
  const clock = now === undefined ? {} : { now: () => Date.parse(`${now}+09:00`) }
  return createMorningActivities({ db, settings, textOwner, ...clock }).sendMorningDigest
}
async function texts(): Promise<string[]> {
  const { messages } = await outside.json<{ messages: { text: string }[] }>(
    `/world/api/sms?number=${OWNER_PHONE}`,
  )
  return messages.map(({ text }) => text)
}

test('the night is counted and texted once a day, however often and whenever it is run', async () => {
  const { room: _room, ...withoutRoom } = ORDER
  const deed = { actor: 'system', at: '2026-11-21T02:00:00+09:00' }
  await ordered('2026-11-20T17:59:59', ORDER)
  await ordered('2026-11-20T18:00:00', ORDER)
  await ordered('2026-11-21T02:00:00', withoutRoom)
  await ordered('2026-11-21T03:00:00', ORDER, (ticket) =>
    ticket.raiseIssue({ ...deed, kind: 'complaint', reason: '사유', step: null }),
  )
  await ordered('2026-11-21T10:00:00', ORDER)

  const counts = { complete: 0, awaiting_payment: 1, missing: 1, issues: 1 }
  const send = digest('2026-11-21T10:00:03')
  expect(await send({ day: null })).toEqual({ day: '2026-11-21', counts, sent: true })
  // Later the same day things look different, but the text is one.
  await ordered('2026-11-21T09:00:00', ORDER)
  expect(await send({ day: '2026-11-21' })).toEqual({ day: '2026-11-21', counts, sent: false })
  const sent = (await texts()).filter((text) => text.includes('2026-11-21'))
  expect(sent).toHaveLength(1)
  expect(sent[0]).toContain('결제 완료 0 · 결제 대기 1 · 정보 부족 1 · 예외 1')
  expect(sent[0]).toContain('/morning?date=2026-11-21')
})

test('a carrier that is away for a moment makes no second digest', async () => {
  outside.faults.add({ service: 'sms', operation: 'send', kind: 'drop', times: 1 })
  await expect(digest()({ day: '2026-11-19' })).rejects.toThrow()
  outside.faults.remove()
  expect(await digest()({ day: '2026-11-19' })).toMatchObject({ sent: true })
  expect((await texts()).filter((text) => text.includes('2026-11-19'))).toHaveLength(1)
})

test('what is no day is refused for good', async () => {
  await expect(digest()({ day: '2026-02-31' })).rejects.toMatchObject({ retryable: false })
})
