import { createHash, createHmac, randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import { CHANNEL_ID } from '../../../simulators/sms/alimtalk.ts'
import { eucKrBytes } from '../../../simulators/sms/sending.ts'
import { untilThereIs } from '../../support/patience.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const { solapi, company } = loadSettings({})
const PATH = '/solapi/messages/v4/send-many/detail'
const TO = '01012345678'

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

function authorization(
  change: { at?: number; salt?: string; secret?: string; apiKey?: string } = {},
): string {
  const date = new Date(change.at ?? world.clock.now).toISOString()
  const salt = change.salt ?? randomBytes(16).toString('hex')
  const signature = createHmac('sha256', change.secret ?? solapi.apiSecret)
    .update(date + salt)
    .digest('hex')
  return `HMAC-SHA256 apiKey=${change.apiKey ?? solapi.apiKey}, date=${date}, salt=${salt}, signature=${signature}`
}

const send = (messages: unknown, header = authorization(), more: object = {}) =>
  world.json(PATH, sends({ messages, ...more }, { authorization: header }))
const text = (change: object = {}) => ({ to: TO, from: company.phone, text: '안녕하세요', ...change })

describe('signatures', () => {
  it.each([
    ['a wrong secret', () => authorization({ secret: 'other' }), 403, 'SignatureDoesNotMatch'],
    ['another key', () => authorization({ apiKey: 'NCSOTHER' }), 403, 'InvalidAPIKey'],
    [
      '16 minutes ago',
      () => authorization({ at: world.clock.now - 16 * 60_000 }),
      403,
      'RequestTimeTooSkewed',
    ],
    [
      '16 minutes ahead',
      () => authorization({ at: world.clock.now + 16 * 60_000 }),
      403,
      'RequestTimeTooSkewed',
    ],
    ['a short salt', () => authorization({ salt: 'short' }), 403, 'ValidationError'],
    ['another scheme', () => 'Bearer x', 401, 'Unauthorized'],
    ['missing parts', () => 'HMAC-SHA256 apiKey=x', 401, 'Unauthorized'],
  ])('%s is refused', async (_name, header, status, errorCode) => {
    const answer = await send([text()], header())
    expect(answer).toMatchObject({ status, body: { errorCode, errorMessage: expect.any(String) } })
    expect(await world.json('/world/api/sms')).toMatchObject({ body: { messages: [] } })
  })

  it('is taken with 14 minutes of difference, but never twice', async () => {
    const header = authorization({ at: world.clock.now - 14 * 60_000 })
    expect((await send([text()], header)).status).toBe(200)
    expect(await send([text()], header)).toMatchObject({
      status: 403,
      body: { errorCode: 'DuplicatedSignature' },
    })
  })
})

describe('sending', () => {
  it('lands in the inbox of the number and is reported as delivered', async () => {
    const answer = await send([text({ customFields: { order: '261121-ABCD' } })], authorization(), {
      showMessageList: true,
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        failedMessageList: [],
        groupInfo: { status: 'SENDING', count: { total: 1, registeredSuccess: 1, registeredFailed: 0 } },
        messageList: [{ statusCode: '2000', customFields: { order: '261121-ABCD' } }],
      },
    })
    const [report] = await world.webhooks.waitFor(1)
    expect(report).toMatchObject({
      path: '/webhooks/solapi',
      headers: {
        'x-solapi-event-name': 'SINGLE-REPORT',
        'x-solapi-secret': createHash('sha1').update(solapi.webhookSecret).digest('hex'),
      },
      body: [{ to: TO, statusCode: '4000', type: 'SMS', customFields: { order: '261121-ABCD' } }],
    })
    const { body } = await world.json(`/world/api/sms?number=010-1234-5678`)
    expect(body).toMatchObject({
      messages: [{ to: TO, from: company.phone, text: '안녕하세요', type: 'SMS', status: 'delivered' }],
    })
  })

  it.each([
    ['가'.repeat(45), 'SMS'],
    [`${'가'.repeat(45)}a`, 'LMS'],
    ['a'.repeat(90), 'SMS'],
    ['가'.repeat(1000), 'LMS'],
  ])('%.10s… is of type %s', async (content, type) => {
    await send([text({ text: content })])
    expect(await world.json('/world/api/sms')).toMatchObject({ body: { messages: [{ type }] } })
  })

  it('counts bytes as EUC-KR', () => {
    expect(eucKrBytes('ab가나 ')).toBe(7)
  })

  it.each([
    ['a number with hyphens', { to: '010-1234-5678' }, '1013'],
    ['no number', { to: undefined }, '1010'],
    ['a sender that is not registered', { from: '0212345678' }, '1062'],
    ['no text', { text: ' ' }, '1010'],
    ['an SMS that is too long', { type: 'SMS', text: '가'.repeat(46) }, '1026'],
    ['an LMS that is too long', { text: '가'.repeat(1001) }, '1026'],
    ['AlimTalk without a template', { type: 'ATA' }, '1010'],
  ])('%s fails by itself', async (_name, change, statusCode) => {
    const answer = await send([text(change), text({ to: '01099998888' })])
    expect(answer).toMatchObject({
      status: 200,
      body: {
        failedMessageList: [{ statusCode, statusMessage: expect.any(String), messageId: expect.any(String) }],
        groupInfo: { count: { total: 2, registeredFailed: 1, registeredSuccess: 1 } },
      },
    })
  })

  it('takes a number twice only when that is allowed', async () => {
    const twice = await send([text(), text()])
    expect(twice.body).toMatchObject({ failedMessageList: [{ statusCode: '1052' }] })
    const allowed = await send([text(), text()], authorization(), { allowDuplicates: true })
    expect(allowed.body).toMatchObject({ failedMessageList: [] })
  })

  it('refuses an empty list', async () => {
    expect(await send([])).toMatchObject({ status: 400, body: { errorCode: 'ValidationError' } })
  })
})

describe('listing', () => {
  const list = (query: string, header = authorization()) =>
    world.json(`/solapi/messages/v4/list?${query}`, { headers: { authorization: header } })

  it('finds what was sent by number, time and own fields', async () => {
    await send([
      text({ customFields: { key: 'a' } }),
      text({ to: '01099998888', customFields: { key: 'b' } }),
    ])
    world.clock.now += 60_000
    const startDate = new Date(world.clock.now - 1000).toISOString()
    await send([text({ customFields: { key: 'c' } })])
    const keysOf = (answer: { body: unknown }) =>
      Object.values(
        (answer.body as { messageList: Record<string, { customFields: { key: string } }> }).messageList,
      ).map((message) => message.customFields.key)
    expect(keysOf(await list(`to=${TO}`))).toEqual(['c', 'a'])
    expect(
      keysOf(await list(`to=${TO}&startDate=${encodeURIComponent(startDate)}&dateType=CREATED`)),
    ).toEqual(['c'])
    expect(keysOf(await list('to=01000000000'))).toEqual([])
    const first = await list('limit=2')
    expect(keysOf(first)).toEqual(['c', 'b'])
    const { nextKey } = first.body as { nextKey: string }
    expect(keysOf(await list(`limit=2&startKey=${nextKey}`))).toEqual(['a'])
    world = await world.restart()
    expect(keysOf(await list(`to=${TO}`))).toEqual(['c', 'a'])
  })

  it('needs a signature', async () => {
    expect((await list('limit=1', 'x')).status).toBe(401)
    expect((await list('limit=0')).status).toBe(400)
  })
})

describe('delivery reports', () => {
  it('are tried five times, then given up', async () => {
    world.webhooks.statuses.push(500, 500, 500, 500, 500, 500)
    await send([text()])
    await world.webhooks.waitFor(5)
    await send([text({ to: '01099998888' })])
    // The sixth call is the report of the other message, refused as well; its second try succeeds.
    const all = await world.webhooks.waitFor(7)
    expect(all.map((webhook) => (webhook.body as { to: string }[])[0]?.to)).toEqual([
      ...Array.from({ length: 5 }, () => TO),
      '01099998888',
      '01099998888',
    ])
  })

  it('come twice, or not at all, when told so', async () => {
    world.context.faults.add({ service: 'sms', operation: 'report', kind: 'double', times: 1 })
    await send([text()])
    const [first, second] = await world.webhooks.waitFor(2)
    expect(first?.text).toBe(second?.text)
    world.context.faults.add({ service: 'sms', operation: 'report', kind: 'drop', times: 1 })
    await send([text()])
    await send([text({ to: '01099998888' })])
    const all = await world.webhooks.waitFor(3)
    expect(all[2]?.body).toMatchObject([{ to: '01099998888' }])
  })

  it('come in another order when told so', async () => {
    world.context.faults.add({ service: 'sms', operation: 'report', kind: 'reorder', times: 1 })
    await send([text()])
    await untilThereIs(() => world.context.faults.list().length === 0)
    await send([text({ to: '01099998888' })])
    const all = await world.webhooks.waitFor(2)
    expect(all.map((webhook) => (webhook.body as { to: string }[])[0]?.to)).toEqual(['01099998888', TO])
  })

  it('tell of a failed delivery', async () => {
    world.context.faults.add({ service: 'sms', operation: 'deliver', kind: 'refuse', times: 1 })
    await send([text()])
    const [report] = await world.webhooks.waitFor(1)
    expect(report?.body).toMatchObject([{ statusCode: '3104' }])
    expect(await world.json('/world/api/sms')).toMatchObject({ body: { messages: [{ status: 'failed' }] } })
  })

  it('go on after a restart', async () => {
    await world.stop()
    world = await startTestWorld({ smsDeliveryMs: 3_600_000 })
    await send([text()])
    world = await world.restart({ smsDeliveryMs: 1 })
    const [report] = await world.webhooks.waitFor(1)
    expect(report?.body).toMatchObject([{ to: TO, statusCode: '4000' }])
    expect(await world.json('/world/api/sms')).toMatchObject({
      body: { messages: [{ status: 'delivered' }] },
    })
  })
})

describe('the API under faults', () => {
  it('answers 500, late, or not at all', async () => {
    world.context.faults.add({ service: 'sms', operation: 'send', kind: 'refuse', times: 1 })
    expect(await send([text()])).toMatchObject({ status: 500, body: { errorCode: 'InternalError' } })
    expect(await world.json('/world/api/sms')).toMatchObject({ body: { messages: [] } })

    world.context.faults.add({ service: 'sms', operation: 'send', kind: 'drop', times: 1 })
    await expect(send([text()])).rejects.toThrow()
    expect(await world.json('/world/api/sms')).toMatchObject({ body: { messages: [{ to: TO }] } })

    world.context.faults.add({ service: 'sms', operation: 'send', kind: 'slow', delay_ms: 60_000, times: 1 })
    const patience = new AbortController()
    const late = fetch(world.origin + PATH, {
      ...sends({ messages: [text({ to: '01099998888' })] }, { authorization: authorization() }),
      signal: patience.signal,
    })
    await untilThereIs(async () => {
      const { body } = await world.json('/world/api/sms')
      return (body as { messages: unknown[] }).messages.length === 2
    })
    patience.abort()
    await expect(late).rejects.toThrow()
  })
})

describe('pictures', () => {
  const photo = (width: number) =>
    sharp({
      create: {
        width,
        height: width,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
  const upload = (bytes: Buffer, type = 'MMS') =>
    world.json(
      '/solapi/storage/v1/files',
      sends({ file: bytes.toString('base64'), name: 'p.jpg', type }, { authorization: authorization() }),
    )

  it('are uploaded and sent along', async () => {
    const bytes = await photo(200).jpeg().toBuffer()
    const { body } = await upload(bytes)
    const { fileId } = body as { fileId: string }
    await send([text({ imageId: fileId, subject: '배송 완료' })])
    expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject([{ type: 'MMS', statusCode: '4000' }])
    const inbox = (await world.json(`/world/api/sms?number=${TO}`)).body as {
      messages: { type: string; pictures: { id: string }[] }[]
    }
    expect(inbox.messages).toMatchObject([
      { type: 'MMS', status: 'delivered', pictures: [{ name: 'p.jpg' }] },
    ])
    const id = inbox.messages[0]?.pictures[0]?.id
    const seen = await fetch(`${world.origin}/world/api/pictures/${id}`)
    expect(Buffer.from(await seen.arrayBuffer()).equals(bytes)).toBe(true)
  })

  it.each([
    ['that are too large', async () => photo(1200).jpeg({ quality: 95 }).toBuffer(), 'FileSizeExceeded'],
    ['of another format', async () => photo(20).png().toBuffer(), 'InvalidFileType'],
    ['that are none', async () => Buffer.from('no picture'), 'InvalidFileType'],
  ])('%s are refused', async (_name, bytes, errorCode) => {
    expect(await upload(await bytes())).toMatchObject({ status: 400, body: { errorCode } })
  })

  it('need a signature and a known id', async () => {
    const body = { file: 'AAAA', type: 'MMS' }
    expect((await world.json('/solapi/storage/v1/files', sends(body))).status).toBe(401)
    const answer = await send([text({ imageId: 'ST01FZnope' })])
    expect(answer.body).toMatchObject({ failedMessageList: [{ statusCode: '1024', type: 'MMS' }] })
    expect((await send([text({ type: 'MMS' })])).body).toMatchObject({
      failedMessageList: [{ statusCode: '1024' }],
    })
  })

  it('are not taken by every phone', async () => {
    const { body } = await upload(await photo(50).jpeg().toBuffer())
    const { fileId } = body as { fileId: string }
    world.context.faults.add({ service: 'sms', operation: 'mms', kind: 'refuse', times: 1 })
    await send([text({ imageId: fileId })])
    expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject([{ type: 'MMS', statusCode: '3054' }])
  })
})

describe('AlimTalk', () => {
  const variables = {
    '#{회사}': '대리 화환',
    '#{장소}': '서울대학교병원 장례식장 특2호실',
    '#{시각}': '11월 21일 오후 1시',
    '#{링크}': 'http://127.0.0.1:4000/photo/t',
  }
  const buttons = [{ buttonType: 'WL', buttonName: '사진 보기', linkMo: '#{링크}', linkPc: '#{링크}' }]
  const alimTalk = (change: object = {}, message: object = {}) => ({
    to: TO,
    from: company.phone,
    kakaoOptions: { pfId: CHANNEL_ID, templateId: 'KA01TP_DELIVERED', variables, buttons, ...change },
    ...message,
  })
  const inbox = async () =>
    ((await world.json(`/world/api/sms?number=${TO}`)).body as { messages: Record<string, unknown>[] })
      .messages

  it('fills the approved template and its buttons', async () => {
    await send([alimTalk()])
    expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject([
      { type: 'ATA', statusCode: '4000', networkName: 'KAKAO' },
    ])
    expect(await inbox()).toMatchObject([
      {
        type: 'ATA',
        status: 'delivered',
        text: expect.stringContaining('서울대학교병원 장례식장 특2호실에 배송되었습니다.'),
        buttons: [{ name: '사진 보기', link: 'http://127.0.0.1:4000/photo/t' }],
      },
    ])
  })

  it.each([
    ['another channel', { pfId: 'KA01PFother' }],
    ['a template that was not approved', { templateId: 'KA01TPother' }],
    ['a variable left out', { variables: { ...variables, '#{장소}': undefined } }],
    ['a button without its link', { variables: { ...variables, '#{링크}': undefined } }],
  ])('with %s fails', async (_name, change) => {
    expect((await send([alimTalk(change)])).body).toMatchObject({
      failedMessageList: [{ statusCode: '1010', type: 'ATA' }],
    })
  })

  it('that Kakao can not deliver becomes a text, unless that is switched off', async () => {
    world.context.faults.add({ service: 'sms', operation: 'ata', kind: 'refuse', times: 2 })
    await send([alimTalk({}, { text: '화환이 배송되었습니다. http://127.0.0.1:4000/photo/t' })])
    expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject([
      { type: 'SMS', statusCode: '4000', replacement: true, networkName: 'SKT' },
    ])
    await send([alimTalk({ disableSms: true })])
    expect((await world.webhooks.waitFor(2))[1]?.body).toMatchObject([{ type: 'ATA', statusCode: '3103' }])
    const messages = await inbox()
    expect(messages).toMatchObject([
      { type: 'SMS', status: 'delivered', text: '화환이 배송되었습니다. http://127.0.0.1:4000/photo/t' },
      { type: 'ATA', status: 'failed' },
    ])
    expect(messages[0]).not.toHaveProperty('buttons')
  })

  it('does not reach who has no KakaoTalk; the text carries the words of the template', async () => {
    const persona = { name: '박영자', kakaotalk: false }
    await world.json(`/world/api/people/${TO}`, sends({ persona }, {}, 'PUT'))
    await send([alimTalk()])
    expect((await world.webhooks.waitFor(1))[0]?.body).toMatchObject([{ type: 'LMS', statusCode: '4000' }])
    expect(await inbox()).toMatchObject([{ type: 'LMS', text: expect.stringContaining('배송되었습니다') }])
  })

  it('needs a registered number for the text, and none without it', async () => {
    expect((await send([alimTalk({}, { from: '0212345678' })])).body).toMatchObject({
      failedMessageList: [{ statusCode: '1062' }],
    })
    const quiet = alimTalk({ disableSms: true }, { from: undefined, customFields: { key: 'a' } })
    expect((await send([quiet])).body).toMatchObject({ failedMessageList: [] })
    const list = await world.json('/solapi/messages/v4/list', { headers: { authorization: authorization() } })
    expect(Object.values((list.body as { messageList: object }).messageList)).toMatchObject([
      { type: 'ATA', customFields: { key: 'a' } },
    ])
  })
})
