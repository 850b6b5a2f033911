/** Two models and two regions as one, over the real SDKs, when the first of them fails as the services do. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDialogueModel } from '../../activities/claude/dialogue-model.ts'
import { retryAfterOf } from '../../activities/claude/errors.ts'
import { failoverModel } from '../../activities/claude/failover.ts'
import { createClaudeModel, type DialogueModel, type ModelRequest } from '../../activities/claude/model.ts'
import { ORDER_INTAKE } from '../../activities/dialogue/prompt.ts'
import { ORDER_INTAKE_TOOLS } from '../../activities/dialogue/tool-schemas.ts'
import { Endpoints, REST_MS } from '../../activities/providers/endpoints.ts'
import { createSpeech } from '../../activities/speech/azure-speech.ts'
import type { RecognizedSpeech, SpeechError } from '../../activities/speech/ports.ts'
import { loadSettings, type Settings } from '../../config/settings.ts'
import type { ModelUse } from '../../domain/call-usage.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import { createAzureSpeech } from '../../simulators/azure-speech/index.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'
import { createClaude } from '../../simulators/claude/index.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { type RunningWorld, startWorld } from '../../simulators/world.ts'

const logger = pino({ level: 'silent' })
const faults = new FaultRegistry()
let folder: string
let world: RunningWorld
let settings: Settings

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daeri-failover-'))
  const first = loadSettings({ DAERI_DATA_DIR: folder })
  world = await startWorld({
    settings: first,
    logger,
    port: 0,
    faults,
    parts: [createAzureSpeech, createClaude],
  })
  settings = loadSettings({ DAERI_DATA_DIR: folder, WORLD_PORT: new URL(world.origin).port })
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  faults.remove()
})

const state = '<state>{"now":"2026-11-21T13:10:00+09:00","order":{},"missing":[],"language":"ko"}</state>'
const request: ModelRequest = {
  system: ORDER_INTAKE.voice,
  tools: [],
  messages: [{ role: 'user', content: `${state}\n<caller>화환 하나 보내 주세요.</caller>` }],
  maxTokens: 300,
}

async function textOf(model: DialogueModel): Promise<string> {
  let text = ''
  for await (const event of model.stream(request, new AbortController().signal))
    if (event.type === 'text') text += event.text
  return text
}

const FIRST = 'messages@claude-haiku-4-5'
const SECOND = 'messages@claude-sonnet-4-6'

describe('a model', () => {
  it.each([
    ['429 with a time to wait', { kind: 'refuse', status: 429, retry_after_seconds: 30 }],
    ['529 overloaded', { kind: 'refuse', status: 529 }],
    ['500', { kind: 'refuse', status: 500 }],
    ['401, a key that was withdrawn', { kind: 'refuse', status: 401 }],
    ['404, a model that is gone', { kind: 'refuse', status: 404 }],
  ] as const)('that fails with %s is replaced by the second at once', async (_, fault) => {
    faults.add({ service: 'claude', operation: FIRST, ...fault })
    expect(await textOf(createDialogueModel(settings, logger))).not.toBe('')
    expect(faults.list()[0]?.taken).toBe(1)
  })

  it('that is cut in the middle of its answer fails, and the next try goes to the second', async () => {
    faults.add({ service: 'claude', operation: FIRST, kind: 'drop' })
    const model = createDialogueModel(settings, logger)
    await expect(textOf(model)).rejects.toMatchObject({ retryable: true, outage: false })
    expect(await textOf(model)).not.toBe('')
    expect(faults.list()[0]?.taken).toBe(1)
  })

  it('whose first token does not come is passed over', { timeout: 30_000 }, async () => {
    faults.add({ service: 'claude', operation: FIRST, kind: 'slow', delay_ms: 60_000, times: 1 })
    expect(await textOf(createDialogueModel(settings, logger))).not.toBe('')
  })

  it('that refuses our request is not replaced: nobody would take it', async () => {
    faults.add({ service: 'claude', operation: FIRST, kind: 'refuse', status: 400, times: 1 })
    faults.add({ service: 'claude', operation: SECOND, kind: 'refuse', status: 529 })
    await expect(textOf(createDialogueModel(settings, logger))).rejects.toMatchObject({ status: 400 })
    expect(faults.list()).toMatchObject([{ operation: SECOND, taken: 0 }])
  })

  it('is left alone after failures enough, found out about by one request, and used again', async () => {
    const clock = { now: 0 }
    const policy = { failures: 2, windowMs: 60_000, openMs: 10_000 }
    const { fallback: _, ...preferred } = settings.claude
    const provider = createClaudeModel(preferred)
    const endpoints = new Endpoints([{ name: 'only', provider }], { policy, logger, now: () => clock.now })
    const model = failoverModel(endpoints)
    faults.add({ service: 'claude', operation: FIRST, kind: 'refuse', status: 529, times: 2 })
    await expect(textOf(model)).rejects.toMatchObject({ status: 529, outage: false })
    await expect(textOf(model)).rejects.toMatchObject({ status: 529, outage: false })
    await expect(textOf(model)).rejects.toMatchObject({ outage: true, retryAfterMs: 10_000 })
    clock.now = 10_000
    expect(await textOf(model)).not.toBe('')
    expect(endpoints.waitMs).toBe(0)
  })

  it('that has just failed is asked last', async () => {
    const clock = { now: 0 }
    const asked: string[] = []
    const policy = { failures: 9, windowMs: 60_000, openMs: 10_000 }
    const named = (name: string): DialogueModel => ({
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give
      async *stream() {
        asked.push(name)
        throw new Error('no')
      },
    })
    const providers = ['a', 'b'].map((name) => ({ name, provider: named(name) }))
    const model = failoverModel(new Endpoints(providers, { policy, logger, now: () => clock.now }))
    await expect(textOf(model)).rejects.toThrow()
    clock.now = REST_MS
    await expect(textOf(model)).rejects.toThrow()
    expect(asked).toEqual(['a', 'b', 'a', 'b'])
  })

  it('may name the time to wait in seconds or as a date', () => {
    expect(retryAfterOf('3')).toBe(3_000)
    expect(retryAfterOf('Thu, 26 Nov 2026 10:00:05 GMT', Date.UTC(2026, 10, 26, 10))).toBe(5_000)
    expect(retryAfterOf('Thu, 26 Nov 2026 09:00:00 GMT', Date.UTC(2026, 10, 26, 10))).toBe(0)
    expect(['', 'soon', '-1', null].map((value) => retryAfterOf(value))).toEqual([null, null, null, null])
  })
})

describe('the prompt cache', () => {
  const said = (words: string) => `<caller>${words}</caller>`
  /** A conversation of so many turns, as toModelMessages makes it: the state stands before the newest words alone. */
  const conversation = (turns: number): ModelRequest => ({
    ...request,
    tools: ORDER_INTAKE_TOOLS.voice,
    messages: Array.from({ length: turns * 2 + 1 }, (_, index) => {
      const text =
        index % 2 === 1 ? `네, 확인했습니다. ${'가'.repeat(200)} ${index}` : said(`${index}번째 말`)
      const isNewest = index === turns * 2
      return {
        role: index % 2 === 1 ? ('assistant' as const) : ('user' as const),
        content: [{ type: 'text' as const, text: isNewest ? `${state}\n${text}` : text }],
      }
    }),
  })

  it('has tools and system for another call, and what was said before for the next turn', async () => {
    const { fallback: _, ...preferred } = settings.claude
    const model = createClaudeModel(preferred)
    const uses: ModelUse[] = []
    for (const turns of [6, 7, 7]) {
      const asked = { ...conversation(turns), onUse: (use: ModelUse) => void uses.push(use) }
      for await (const _event of model.stream(asked, new AbortController().signal));
    }
    const [first, next, same] = uses
    expect(first).toMatchObject({ model: 'claude-haiku-4-5', cacheReadTokens: 0 })
    expect(first?.cacheWriteTokens).toBeGreaterThan(4_096)
    // The next turn reads all that the one before has written, and adds what was said since.
    expect(next?.cacheReadTokens).toBe(first?.cacheWriteTokens)
    expect(next?.cacheWriteTokens).toBeGreaterThan(0)
    expect(same?.cacheWriteTokens).toBe(0)
    expect(same?.inputTokens).toBeLessThan(300)
  })

  it('and tokens are counted of an answer that is thrown away, and of one that breaks off', async () => {
    const uses: ModelUse[] = []
    const asked = { ...request, onUse: (use: ModelUse) => void uses.push(use) }
    const { fallback: _, ...preferred } = settings.claude
    const model = createClaudeModel(preferred)
    const away = new AbortController()
    for await (const event of model.stream(asked, away.signal)) if (event.type === 'text') away.abort()
    faults.add({ service: 'claude', operation: FIRST, kind: 'drop', times: 1 })
    const broken = (async () => {
      for await (const _event of model.stream(asked, new AbortController().signal));
    })()
    await expect(broken).rejects.toMatchObject({ retryable: true })
    faults.add({ service: 'claude', operation: FIRST, kind: 'refuse', times: 1 })
    const refused = (async () => {
      for await (const _event of model.stream(asked, new AbortController().signal));
    })()
    await expect(refused).rejects.toMatchObject({ status: 529 })
    expect(uses).toHaveLength(2)
    for (const use of uses) {
      expect(use.inputTokens + use.cacheWriteTokens + use.cacheReadTokens).toBeGreaterThan(1_000)
      expect(use.outputTokens).toBeGreaterThan(0)
    }
  })
})

describe('speech', () => {
  const open: { readonly close: () => void }[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.close()
  })

  const spoken = async (speech: ReturnType<typeof createSpeech>): Promise<number> => {
    open.push(speech.voice)
    let bytes = 0
    const input = { text: '안녕하세요, 무엇을 도와드릴까요?', codec: 'PCMU', language: 'ko-KR' } as const
    for await (const chunk of speech.voice.speak(input, new AbortController().signal))
      bytes += chunk.byteLength
    return bytes
  }

  it('is spoken by the second region when the first refuses', async () => {
    faults.add({ service: 'speech', operation: 'synthesize', kind: 'refuse', status: 503, times: 1 })
    expect(await spoken(createSpeech(settings, logger))).toBeGreaterThan(8_000)
    expect(faults.list()).toEqual([])
  })

  it('whose connection is closed with a code in the middle fails, and is then spoken by the second', async () => {
    faults.add({ service: 'speech', operation: 'synthesize', kind: 'drop', close_code: 1011, times: 1 })
    const speech = createSpeech(settings, logger)
    await expect(spoken(speech)).rejects.toMatchObject({ name: 'SpeechError', retryable: true })
    faults.add({ service: 'speech', operation: 'synthesize@second', kind: 'slow', delay_ms: 0 })
    expect(await spoken(speech)).toBeGreaterThan(8_000)
    expect(faults.list()[0]?.taken).toBe(1)
  })

  /** What a stream hears of "네, 맞아요.", or the failure it ends with. */
  const listened = (speech: ReturnType<typeof createSpeech>): Promise<RecognizedSpeech | SpeechError> =>
    new Promise((resolve) => {
      const stream = speech.recognizer.open({
        codec: 'PCMU',
        language: 'ko-KR',
        onHypothesis: () => {},
        onFinal: resolve,
        onFailure: resolve,
      })
      open.push(stream)
      stream.push(encodeG711('PCMU', encodeSpeech('네, 맞아요.').pcm))
      stream.push(new Uint8Array(16_000).fill(0xff))
    })

  it('is heard by the second region once the first has failed', { timeout: 30_000 }, async () => {
    // The SDK itself tries again; the first region is out of order for good.
    faults.add({ service: 'speech', operation: 'recognize@first', kind: 'refuse', status: 503 })
    const endpoint = `${world.origin.replace('http', 'ws')}/azure-speech/first`
    const speech = createSpeech({ ...settings, speech: { ...settings.speech, endpoint } }, logger)
    expect(await listened(speech)).toMatchObject({ name: 'SpeechError' })
    expect(await listened(speech)).toMatchObject({ text: '네, 맞아요.' })
  })
})
