/** The KakaoTalk channel by its wire: skill requests to our API, answers at once or at the callback address. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../../config/settings.ts'
import type { KakaoMessage } from '../../../simulators/live-events.ts'
import { untilThereIs } from '../../support/patience.ts'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const USER = '01012345678'

let world: TestWorld
beforeEach(async () => {
  // Longer than a machine that is busy takes for any answer.
  world = await startTestWorld({ kakaoSkillMs: 30_000 })
})
afterEach(() => world.stop())

const write = (text: string, more: object = {}) =>
  world.json('/world/api/kakao', sends({ user: USER, text, ...more }))
const answer = (text: string, more: object = {}) => ({
  version: '2.0',
  template: { outputs: [{ simpleText: { text } }], ...more },
})
const later = { version: '2.0', useCallback: true, data: { text: '잠시만요' } }

async function chat(): Promise<KakaoMessage[]> {
  const { body } = await world.json(`/world/api/kakao/010-1234-5678`)
  return (body as { messages: KakaoMessage[] }).messages
}
/** The chat once so many bubbles are in it. */
async function chatOf(count: number): Promise<KakaoMessage[]> {
  return untilThereIs(async () => {
    const messages = await chat()
    return messages.length >= count ? messages : undefined
  })
}

interface SkillRequest {
  readonly userRequest: {
    readonly utterance: string
    readonly callbackUrl: string
    readonly user: { readonly id: string }
    readonly params: { readonly media?: { readonly type: string; readonly url: string } }
  }
}
const request = (index = 0) => world.webhooks.received[index]?.body as SkillRequest
const callBack = (body: unknown, index = 0) =>
  fetch(request(index).userRequest.callbackUrl, sends(body)).then(async (response) => ({
    status: response.status,
    body: (await response.json()) as unknown,
  }))

describe('a skill request', () => {
  it('carries the words and a key of the person, never the number', async () => {
    await write('화환이요')
    const [webhook] = await world.webhooks.waitFor(1)
    expect(webhook).toMatchObject({
      path: '/webhooks/kakao',
      headers: { 'x-kakao-skill-token': loadSettings({}).kakao.skillToken },
      body: {
        userRequest: { utterance: '화환이요', user: { type: 'botUserKey' }, timezone: 'Asia/Seoul' },
        action: { params: {} },
      },
    })
    expect(webhook?.text).not.toContain(USER)
    await write('또 저예요')
    await world.json('/world/api/kakao', sends({ user: '01099998888', text: '저는 다른 사람이에요' }))
    await world.webhooks.waitFor(3)
    expect(request(1).userRequest.user.id).toBe(request(0).userRequest.user.id)
    expect(request(2).userRequest.user.id).not.toBe(request(0).userRequest.user.id)
  })

  it('brings a picture as an address, words as a request of their own', async () => {
    await write('이 부고예요', { photo: 'wreath' })
    await world.webhooks.waitFor(2)
    const pictured = [request(0), request(1)].find(
      ({ userRequest }) => userRequest.params.media !== undefined,
    )
    const { media, ...rest } = pictured?.userRequest.params ?? {}
    expect(rest).toEqual({ surface: 'Kakaotalk.plusfriend' })
    expect(pictured?.userRequest.utterance).toBe(media?.url)
    const picture = await fetch(media?.url ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect((await chat())[0]).toMatchObject({
      text: '이 부고예요',
      pictures: [{ content_type: 'image/png' }],
    })
  })

  it('is answered with bubbles and quick replies', async () => {
    const quickReplies = [{ label: '네', action: 'message', messageText: '네, 맞아요' }]
    world.webhooks.replies.push(() => ({
      version: '2.0',
      template: {
        outputs: [
          { simpleText: { text: '확인해 주세요.' } },
          { simpleImage: { imageUrl: 'http://127.0.0.1:1/p.png', altText: '배송 사진' } },
        ],
        quickReplies,
      },
    }))
    await write('화환이요')
    expect(await chatOf(3)).toMatchObject([
      { by: 'person' },
      { by: 'company', text: '확인해 주세요.' },
      {
        by: 'company',
        text: '배송 사진',
        image_url: 'http://127.0.0.1:1/p.png',
        quick_replies: [{ label: '네', text: '네, 맞아요' }],
      },
    ])
  })

  it.each([
    ['of another version', { version: '1.0', template: { outputs: [{ simpleText: { text: 'a' } }] } }],
    ['without a bubble', { version: '2.0', template: { outputs: [] } }],
    ['that is too long', answer('가'.repeat(1001))],
    [
      'with a label that is too long',
      answer('a', { quickReplies: [{ label: '가'.repeat(15), action: 'message', messageText: 'a' }] }),
    ],
    ['that is no skill answer', { received: true }],
  ])('an answer %s is refused', async (_name, reply) => {
    world.webhooks.replies.push(() => reply)
    await write('화환이요')
    expect((await chatOf(2))[1]).toMatchObject({ by: 'channel', refused: 'malformed' })
  })

  it('that is not answered in time is told to the person', async () => {
    world = await world.restart({ kakaoSkillMs: 300 })
    const lateAnswer = Promise.withResolvers<unknown>()
    world.webhooks.replies.push(() => lateAnswer.promise)
    await write('하나')
    expect((await chatOf(2))[1]).toMatchObject({ by: 'channel', refused: 'late' })
    lateAnswer.resolve(answer('늦었어요'))
  })

  it('that is not answered, or not with 200, is told to the person', async () => {
    world.webhooks.statuses.push(500)
    await write('둘')
    expect((await chatOf(2))[1]).toMatchObject({ by: 'channel', refused: 'failed' })
    world.context.faults.add({ service: 'kakao', operation: 'skill', kind: 'drop', times: 1 })
    await write('셋')
    expect((await chatOf(4))[3]).toMatchObject({ by: 'channel', refused: 'failed' })
    expect(world.webhooks.received).toHaveLength(1)
  })

  it('is sent twice by a fault', async () => {
    world.webhooks.replies.push(
      () => answer('네'),
      () => answer('네'),
    )
    world.context.faults.add({ service: 'kakao', operation: 'skill', kind: 'double', times: 1 })
    await write('화환이요')
    await world.webhooks.waitFor(2)
    expect(request(1)).toEqual(request(0))
  })

  it.each([
    ['nobody', { text: 'a' }],
    ['nothing', { user: USER, goes_on: false }],
    ['no words and nobody to find them', { user: USER }],
  ])('from %s is refused', async (_name, body) => {
    expect((await world.json('/world/api/kakao', sends(body))).status).toBe(422)
  })
})

describe('a callback', () => {
  beforeEach(async () => {
    world.webhooks.replies.push(() => later)
    await write('화환이요')
    expect((await chatOf(2))[1]).toMatchObject({ by: 'company', text: '잠시만요', waiting: true })
  })

  it('is taken once', async () => {
    expect(await callBack(answer('보내시는 분은요?'))).toMatchObject({
      status: 200,
      body: { status: 'SUCCESS' },
    })
    expect(await callBack(answer('보내시는 분은요?'))).toMatchObject({
      status: 400,
      body: { status: 'FAIL' },
    })
    const shown = await chat()
    expect(shown.slice(2)).toMatchObject([
      { by: 'company', text: '보내시는 분은요?' },
      { by: 'company', text: '보내시는 분은요?', refused: 'twice' },
    ])
    expect(shown[2]).not.toHaveProperty('refused')
  })

  it('is taken for a minute', async () => {
    world.clock.now += 60_000
    expect((await callBack({ version: '2.0' })).status).toBe(400)
    world.clock.now += 1
    expect((await callBack(answer('늦었어요'))).status).toBe(400)
    expect((await chat()).slice(2)).toMatchObject([
      { refused: 'malformed' },
      { text: '늦었어요', refused: 'late' },
    ])
  })

  it('can fail and be tried again', async () => {
    world.context.faults.add({ service: 'kakao', operation: 'callback', kind: 'refuse', times: 1 })
    expect((await callBack(answer('네'))).status).toBe(500)
    expect((await callBack(answer('네'))).status).toBe(200)
  })

  it('that was not announced, or whose address is made up, is refused', async () => {
    world.webhooks.replies.push(() => answer('네'))
    await write('또 저예요')
    await chatOf(4)
    expect((await callBack(answer('한 번 더'), 1)).status).toBe(400)
    expect((await chat()).at(-1)).toMatchObject({ text: '한 번 더', refused: 'unannounced' })
    const address = request().userRequest.callbackUrl
    expect((await fetch(`${address}0`, sends(answer('a')))).status).toBe(404)
  })
})

it('a persona chats by itself and tells a number that the channel does not show', async () => {
  const persona = { name: '홍길동', facts: { phone: '이 번호로' }, writes: { answer_after_ms: 10 } }
  await world.json(`/world/api/people/${USER}`, sends({ persona }, {}, 'PUT'))
  world.webhooks.replies.push(() => answer('연락처를 알려 주시겠어요?'))
  await world.json('/world/api/kakao', sends({ user: USER }))
  await world.webhooks.waitFor(2)
  expect([request(0), request(1)].map(({ userRequest }) => userRequest.utterance)).toEqual([
    '근조화환 하나 보내려고요.',
    '010-1234-5678이에요.',
  ])
})
