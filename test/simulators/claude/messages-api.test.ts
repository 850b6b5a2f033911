import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ORDER_INTAKE } from '../../../activities/dialogue/prompt.ts'
import { ORDER_INTAKE_TOOLS } from '../../../activities/dialogue/tool-schemas.ts'
import { wreathPhoto } from '../../../simulators/vendor-erp/delivery-photo.ts'
import { startTestWorld, type TestWorld } from '../world-fixture.ts'

let world: TestWorld
let client: Anthropic

beforeAll(async () => {
  world = await startTestWorld()
  client = new Anthropic({ apiKey: 'stand-in', baseURL: `${world.origin}/anthropic`, maxRetries: 0 })
})
afterAll(() => world.stop())
beforeEach(() => {
  world.context.faults.remove()
})

const state = {
  now: '2026-11-21T13:10:00+09:00',
  company: '대리 화환',
  caller_number: '01012345678',
  price_won: 80000,
  order: {},
  missing: [],
  language: 'ko',
}
const request: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-haiku-4-5',
  max_tokens: 500,
  system: ORDER_INTAKE.voice,
  tools: [...ORDER_INTAKE_TOOLS.voice],
  messages: [
    {
      role: 'user',
      content: `<state>${JSON.stringify(state)}</state>\n<caller>보내는 사람은 홍길동이에요</caller>`,
    },
  ],
}

describe('the real SDK', () => {
  it('gets a message with spoken text and tool use', async () => {
    const message = await client.messages.create(request)
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      stop_reason: 'tool_use',
      model: request.model,
    })
    expect(message.content.map((block) => block.type)).toEqual(['text', 'tool_use'])
    expect(message.content[1]).toMatchObject({
      name: 'set_order_fields',
      input: { orderer: { value: '홍길동' } },
    })
    expect(message.usage.input_tokens).toBeGreaterThan(0)
  })

  it('streams the same message in pieces', async () => {
    const stream = client.messages.stream(request)
    const kinds: string[] = []
    const texts: string[] = []
    for await (const event of stream) {
      if (kinds.at(-1) !== event.type) kinds.push(event.type)
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
        texts.push(event.delta.text)
    }
    expect(kinds).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(texts.length).toBeGreaterThan(3)
    const message = await stream.finalMessage()
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content[0]).toMatchObject({ type: 'text', text: texts.join('') })
    expect(message.content[1]).toMatchObject({ type: 'tool_use', input: { orderer: { value: '홍길동' } } })
  })

  it('gets the same answer to the same request', async () => {
    const texts = await Promise.all([client.messages.create(request), client.messages.create(request)])
    expect(texts[0]?.content[0]).toEqual(texts[1]?.content[0])
  })

  it('gets no tool use when it offers no tools', async () => {
    const { tools: _, ...withoutTools } = request
    const message = await client.messages.create(withoutTools)
    expect(message.stop_reason).toBe('end_turn')
    expect(message.content.map((block) => block.type)).toEqual(['text'])
  })

  it.each([
    [529, 'overloaded_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
  ])('gets %s %s when told so', async (status, type) => {
    world.context.faults.add({ service: 'claude', kind: 'refuse', status, times: 1 })
    const error: unknown = await client.messages.create(request).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Anthropic.APIError)
    expect(error).toMatchObject({ status, error: { type: 'error', error: { type } } })
    expect((error as InstanceType<typeof Anthropic.APIError>).requestID).toMatch(/^req_/)
    await expect(client.messages.create(request)).resolves.toBeDefined()
  })

  it('loses the stream in the middle', async () => {
    world.context.faults.add({ service: 'claude', kind: 'drop', times: 1 })
    const stream = client.messages.stream(request)
    await expect(stream.finalMessage()).rejects.toThrow()
  })

  it('waits for a slow answer', async () => {
    world.context.faults.add({ service: 'claude', kind: 'slow', delay_ms: 30_000, times: 1 })
    await expect(client.messages.create(request, { timeout: 50 })).rejects.toBeInstanceOf(
      Anthropic.APIConnectionTimeoutError,
    )
  })

  it('may send pictures, if they are some', async () => {
    const ask = (bytes: Buffer) =>
      client.messages.create({
        ...request,
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'image',
                source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') },
              },
              { type: 'text', text: `<state>${JSON.stringify(state)}</state>\n<caller>이거요</caller>` },
            ],
          },
        ],
      })
    expect((await ask(wreathPhoto('a'))).type).toBe('message')
    await expect(ask(Buffer.from('no picture'))).rejects.toThrow(/400.*Could not process image/)
  })

  it('is refused with another key', async () => {
    const stranger = new Anthropic({ apiKey: 'other', baseURL: `${world.origin}/anthropic`, maxRetries: 0 })
    await expect(stranger.messages.create(request)).rejects.toBeInstanceOf(Anthropic.AuthenticationError)
  })
})

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'set_order_fields', input: {} }
const toolResult = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }

describe('broken requests', () => {
  it.each<[string, object, RegExp]>([
    ['no max_tokens', { max_tokens: undefined }, /max_tokens: Field required/],
    ['no messages', { messages: [] }, /messages/],
    ['assistant first', { messages: [assistant('안녕하세요')] }, /first message must use the "user" role/],
    ['empty text', { messages: [user([{ type: 'text', text: ' ' }])] }, /non-empty/],
    ['empty content', { messages: [user([])] }, /non-empty content/],
    ['a result without a use', { messages: [user([toolResult])] }, /unexpected `tool_use_id`/],
    [
      'a use without a result',
      { messages: [user('a'), assistant([toolUse]), user('b')] },
      /without `tool_result` blocks/,
    ],
    [
      'text before the result',
      { messages: [user('a'), assistant([toolUse]), user([{ type: 'text', text: 'b' }, toolResult])] },
      /must come before/,
    ],
    ['a use by the user', { messages: [user([toolUse])] }, /can only be in `assistant`/],
    ['two tools of a name', { tools: [request.tools?.[0], request.tools?.[0]] }, /unique/],
    ['an unknown role', { messages: [{ role: 'system', content: 'x' }] }, /role/],
  ])('%s', async (_name, change, message) => {
    const answer = await fetch(`${world.origin}/anthropic/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': 'stand-in',
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...request, ...change }),
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('request-id')).toMatch(/^req_/)
    const body = (await answer.json()) as { error: { type: string; message: string } }
    expect(body.error.type).toBe('invalid_request_error')
    expect(body.error.message).toMatch(message)
  })
})

describe('what a call came to', () => {
  it('tells what was ordered', async () => {
    const transcript = [
      'AI: 안녕하세요, 대리 화환 AI 상담원입니다. 무엇을 도와드릴까요?',
      '고객: 근조화환 하나 보내려고요.',
      'AI: 보내시는 분 성함이 어떻게 되세요?',
      '고객: 홍길동이요',
      'AI: 어느 장례식장으로 보내 드릴까요?',
      '고객: 서울아산병원 장례식장 3호실이요',
      'AI: 주문이 접수되었습니다.',
    ].join('\n')
    const message = await client.messages.create({
      model: request.model,
      max_tokens: 300,
      system: '# Task: call_analysis\nRead it.',
      messages: [{ role: 'user', content: transcript }],
    })
    const text = message.content[0]?.type === 'text' ? message.content[0].text : ''
    const analysis: unknown = JSON.parse(text)
    expect(analysis).toMatchObject({ outcome: 'order_placed', language: 'ko', follow_ups: [] })
    expect(analysis).toHaveProperty('sentiments.length', 3)
    expect(text).toContain('접수되었습니다')
    expect(text).toContain('홍길동')
    expect(text).toContain('서울아산병원 장례식장 3호실')
  })
})
