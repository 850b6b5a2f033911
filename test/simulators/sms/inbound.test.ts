/** Texts of people to the company, by the contract between the carrier and our API. */
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { untilThereIs } from '../../support/patience.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const { smsInbound, company } = loadSettings({})
const FROM = '01012345678'

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

const write = (text: string, more: object = {}) =>
  world.json('/world/api/texts', sends({ from: '010-1234-5678', text, ...more }))
const texts = () => world.webhooks.received.map(({ body }) => (body as { text: string }).text)

describe('a text to the company', () => {
  it('stays in the phone and comes as a signed webhook', async () => {
    expect(await write('배송됐나요?')).toMatchObject({
      status: 201,
      body: { from: FROM, to: company.phone, text: '배송됐나요?', type: 'SMS', status: 'delivered' },
    })
    const [webhook] = await world.webhooks.waitFor(1)
    const mac = createHmac('sha256', smsInbound.secret)
      .update(webhook?.text ?? '')
      .digest('hex')
    expect(webhook).toMatchObject({
      path: '/webhooks/sms-inbound',
      headers: { 'x-sms-signature': `sha256=${mac}` },
      body: { from: FROM, to: company.phone, text: '배송됐나요?', attachments: [] },
    })
    const { message_id, received_at } = (webhook?.body ?? {}) as { message_id: string; received_at: string }
    expect(new Date(received_at).getTime()).toBe(world.clock.now)
    const { body } = await world.json(`/world/api/sms?number=${FROM}`)
    expect(body).toMatchObject({ messages: [{ id: message_id }] })
  })

  it('brings its picture to who knows the secret', async () => {
    await world.json('/world/api/texts', sends({ from: FROM, photo: 'wreath', goes_on: false }))
    const [webhook] = await world.webhooks.waitFor(1)
    const { attachments } = (webhook?.body ?? {}) as { attachments: { id: string; url: string }[] }
    expect(attachments).toMatchObject([{ content_type: 'image/png', name: 'IMG_0417.png' }])
    const url = attachments[0]?.url ?? ''
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: { authorization: 'Bearer other' } })).status).toBe(401)
    const authorization = `Bearer ${smsInbound.secret}`
    const picture = await fetch(url, { headers: { authorization } })
    expect(picture.headers.get('content-type')).toBe('image/png')
    const bytes = Buffer.from(await picture.arrayBuffer())
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    const seen = await fetch(`${world.origin}/world/api/pictures/${attachments[0]?.id}`)
    expect(Buffer.from(await seen.arrayBuffer()).equals(bytes)).toBe(true)
    expect((await fetch(`${url}x`, { headers: { authorization } })).status).toBe(404)
    world.context.faults.add({ service: 'sms', operation: 'picture', kind: 'refuse', times: 1 })
    expect((await fetch(url, { headers: { authorization } })).status).toBe(503)
  })

  it.each([
    ['no sender', { text: 'a' }],
    ['a sender that is no number', { from: 'x', text: 'a' }],
    ['nothing to send', { from: FROM, goes_on: false }],
    ['no words and nobody to find them', { from: FROM }],
    ['a picture nobody has', { from: FROM, photo: 'moon' }],
  ])('with %s is refused', async (_name, body) => {
    expect((await world.json('/world/api/texts', sends(body))).status).toBe(422)
    expect(world.webhooks.received).toEqual([])
  })
})

describe('the webhook', () => {
  it('comes again until it is answered with 200', async () => {
    world.webhooks.statuses.push(503, 500)
    await write('안녕하세요')
    const all = await world.webhooks.waitFor(3)
    expect(new Set(all.map(({ text }) => text)).size).toBe(1)
  })

  it('is doubled, swapped, held back or lost by faults', async () => {
    const { faults } = world.context
    faults.add({ service: 'sms', operation: 'inbound', kind: 'double', times: 1 })
    await write('하나')
    await world.webhooks.waitFor(2)
    faults.add({ service: 'sms', operation: 'inbound', kind: 'reorder', times: 1 })
    await write('둘')
    await write('셋')
    await world.webhooks.waitFor(4)
    faults.add({ service: 'sms', operation: 'inbound', kind: 'drop', times: 1 })
    await write('넷')
    faults.add({ service: 'sms', operation: 'inbound', kind: 'slow', delay_ms: 60_000, times: 1 })
    await write('다섯')
    await write('여섯')
    await world.webhooks.waitFor(5)
    expect(texts()).toEqual(['하나', '하나', '셋', '둘', '여섯'])
  })

  it('survives a restart of the world', async () => {
    await world.stop()
    world = await startTestWorld({ webhookRetryMs: [3_600_000] })
    world.webhooks.statuses.push(503)
    await write('안녕하세요')
    await world.webhooks.waitFor(1)
    world = await world.restart({ webhookRetryMs: [1] })
    await world.webhooks.waitFor(2)
    expect(texts()).toEqual(['안녕하세요', '안녕하세요'])
  })
})

it('a person who is written to answers a moment later, all at once', async () => {
  const persona = {
    name: '홍길동',
    facts: { orderer: '홍길동', room: '특2호실' },
    writes: { answer_after_ms: 30 },
  }
  await world.json(`/world/api/people/${FROM}`, sends({ persona }, {}, 'PUT'))
  await world.json('/world/api/texts', sends({ from: FROM }))
  expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject({ text: '근조화환 하나 보내려고요.' })
  const companySays = (text: string) =>
    world.context.live.publish({
      type: 'sms',
      message: {
        id: text,
        to: FROM,
        from: company.phone,
        text,
        type: 'SMS',
        at: new Date(world.clock.now).toISOString(),
        status: 'delivered',
      },
    })
  companySays('네, 근조화환 주문 도와드리겠습니다.')
  companySays('보내시는 분 성함이 어떻게 되세요? 몇 호실로 보내 드릴까요?')
  await untilThereIs(() => texts().length === 2)
  expect(texts()[1]).toBe('보내는 사람은 홍길동이에요. 빈소는 특2호실이에요.')
})
