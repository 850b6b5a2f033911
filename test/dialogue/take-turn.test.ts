import { afterEach, beforeEach, expect, test } from 'vitest'
import { failoverModel } from '../../activities/claude/failover.ts'
import { splitSentences } from '../../activities/claude/sentences.ts'
import type { TurnDependencies } from '../../activities/dialogue/turn.ts'
import { Endpoints } from '../../activities/providers/endpoints.ts'
import type { TakeTurnResult, TurnProgress } from '../../domain/dialogue.ts'
import { personOffer } from '../../domain/talk-misses.ts'
import { eventually } from '../support/patience.ts'
import { type DialogueHarness, messagesAfter, openDialogue } from './harness.ts'

let dialogue: DialogueHarness

beforeEach(async () => {
  dialogue = await openDialogue()
})
afterEach(() => dialogue.close())

/**
 * Each sentence was said, and none of its words twice. A word may have a hole: a worker that is killed, or a machine
 * that is busy, leaves the line without sound in the middle of a sentence.
 * @param turns all that the leg has heard.
 */
function expectSaidOnce(heard: string, ...turns: readonly TakeTurnResult[]): void {
  const said = turns.map((turn) => turn.spoken?.text ?? '').join(' ')
  const times = (text: string, word: string) => text.split(word).length - 1
  expect(turns.filter((turn) => turn.spoken === null)).toEqual([])
  for (const sentence of splitSentences(said)) {
    const words = sentence.match(/[\p{L}\p{N}]{2,}/gu) ?? []
    const lost = words.filter((word) => times(heard, word) < times(said, word))
    const twice = words.filter((word) => times(heard, word) > times(said, word))
    expect({ heard, sentence, twice }).toEqual({ heard, sentence, twice: [] })
    expect({ heard, sentence, isLost: lost.length * 2 > words.length }).toEqual({
      heard,
      sentence,
      isLost: false,
    })
  }
}

async function greeted(worker: TurnDependencies) {
  const leg = await dialogue.legs.answered()
  const greeting = await dialogue.run(worker, dialogue.input(leg, 0, { opening: 'greet' })).result
  return { leg, greeting, messages: messagesAfter(greeting) }
}

const ORDER = '한빛상사에서 근조화환 하나 보내려고요. 서울아산병원 특2호실입니다.'

test('greets, listens, answers with speech and tool calls, and tells the wire latency', async () => {
  const worker = dialogue.worker()
  const { leg, greeting, messages } = await greeted(worker)
  expect(greeting.spoken?.text).toContain('AI 상담원')
  expect(greeting.cursor).toBe(0)

  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await leg.media?.playedOut()
  await dialogue.say(ORDER)
  const answered = await turn.result
  expect(answered).toMatchObject({ end: 'answered', silent: false, fault: false, interruptions: [] })
  expect(answered.caller?.words).toContain('서울아산병원 특2호실')
  expect(answered.toolCalls.map((call) => call.name)).toEqual(['set_order_fields'])
  expect(answered.timings.endOfTurnMs).toBeGreaterThan(0)
  expect(answered.timings.wireLatencyMs).toBeGreaterThan(0)
  expect(answered.usage?.models.map(({ model }) => model)).toEqual(['claude-haiku-4-5'])
  expect(answered.usage?.recognitionMs).toBeGreaterThan(2_000)
  expect(answered.usage?.characters).toBeGreaterThanOrEqual((answered.spoken?.text ?? '').length - 4)
  await dialogue.heardOut(leg)
  const heard = dialogue.heard()
  expect(heard).toContain('무엇을 도와드릴까요?')
  for (const sentence of splitSentences(answered.spoken?.text ?? '')) expect(heard).toContain(sentence)
})

test('a caller who breaks in is listened to, and the next turn tells what they had heard', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.phone.hear(60)
  // Over the disclosure: it is said to its end all the same.
  await dialogue.say('저기요, 한빛상사입니다.')
  await eventually(() => expect(dialogue.heard()).toContain('통화는 녹음됩니다'))
  await dialogue.say('화환 하나 보내 주세요.')
  const answered = await turn.result
  expect(answered.caller?.words).toMatch(/한빛상사.*화환 하나 보내/)
  const [cut] = answered.interruptions
  expect(cut?.utteranceId).toBe(`${leg.callId}-t0`)
  expect(cut?.heard).toContain('통화는 녹음됩니다')
  await leg.media?.playedOut()
  expect(dialogue.heard()).not.toContain('도와드릴까요')
})

test('a worker killed while the caller speaks loses no word', async () => {
  const first = dialogue.worker()
  const { leg, messages } = await greeted(first)
  await leg.media?.playedOut()
  const input = dialogue.input(leg, 1, { messages })
  const killed = dialogue.run(first, input)
  const saying = dialogue.say(ORDER)
  await dialogue.phone.hear(100)
  killed.kill()
  await saying
  const answered = await dialogue.run(dialogue.worker(), input).result
  expect(answered.caller?.words).toContain('한빛상사에서')
  expect(answered.caller?.words).toContain('특2호실')
  expect(answered.toolCalls).toHaveLength(1)
})

test.each([
  ['with its last report', true],
  ['whose reports were lost', false],
])(
  'a worker killed while it answers, %s: nothing is said twice and the tool is asked for',
  async (_, kept) => {
    const first = dialogue.worker()
    const { leg, greeting, messages } = await greeted(first)
    await leg.media?.playedOut()
    const input = dialogue.input(leg, 1, { messages })
    const killed = dialogue.run(first, input)
    await dialogue.say(ORDER)
    // The first sentence is on its way to the caller, the second perhaps not yet.
    await eventually(() => expect(killed.progress()?.sentences.length).toBeGreaterThan(0))
    await dialogue.phone.hear(15)
    killed.kill()
    const retried = dialogue.run(dialogue.worker(), input, kept ? killed.progress() : null)
    const answered = await retried.result
    await leg.media?.playedOut()
    expect(answered.caller?.words).toContain('특2호실')
    expect(answered.toolCalls.map((call) => call.name)).toEqual(['set_order_fields'])
    expectSaidOnce(dialogue.heard(), greeting, answered)
  },
)

test('a worker killed while it greets: each sentence of the greeting is said once', async () => {
  const leg = await dialogue.legs.answered()
  const input = dialogue.input(leg, 0, { opening: 'greet' })
  const killed = dialogue.run(dialogue.worker(), input)
  await eventually(() => expect(dialogue.heard()).not.toBe(''))
  killed.kill()
  const greeting = await dialogue.run(dialogue.worker(), input, killed.progress()).result
  await dialogue.heardOut(leg)
  expect(greeting.spoken?.text).toContain('통화는 녹음됩니다.')
  expectSaidOnce(dialogue.heard(), greeting)
})

test.each([
  ['with their last reports', true],
  ['whose reports were lost', false],
])('workers killed while they listen, think and speak, %s: nothing lost, nothing twice', async (_, kept) => {
  const first = dialogue.worker()
  const { leg, greeting, messages } = await greeted(first)
  await leg.media?.playedOut()
  const input = dialogue.input(leg, 1, { messages })
  const earlier = (run: { progress: () => TurnProgress | null }) => (kept ? run.progress() : null)

  const listening = dialogue.run(first, input)
  const saying = dialogue.say(ORDER)
  await dialogue.phone.hear(100)
  listening.kill()

  // Whatever it asks: on a busy machine it may have thought ahead in a pause of the caller already.
  const slow = dialogue.faults.add({ service: 'claude', kind: 'slow', delay_ms: 60_000 })
  const thinking = dialogue.run(dialogue.worker(), input, earlier(listening))
  await saying
  await eventually(() => {
    expect(thinking.progress()?.heardUntil).toBeGreaterThan(0)
    expect(dialogue.faults.list()[0]?.taken).toBeGreaterThan(0)
  })
  thinking.kill()
  dialogue.faults.remove(slow.id)

  const speaking = dialogue.run(dialogue.worker(), input, earlier(thinking))
  await eventually(() => expect(speaking.progress()?.sentences.length).toBeGreaterThan(0))
  await dialogue.phone.hear(15)
  speaking.kill()

  const answered = await dialogue.run(dialogue.worker(), input, earlier(speaking)).result
  await dialogue.heardOut(leg)
  expect(answered.caller?.words).toContain('한빛상사에서')
  expect(answered.caller?.words).toContain('특2호실')
  expect(answered.toolCalls.map((call) => call.name)).toEqual(['set_order_fields'])
  expectSaidOnce(dialogue.heard(), greeting, answered)
})

test('a caller who hangs up in the middle: what they told still becomes a tool call', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('보내는 사람은 한빛상사입니다. 서울아산병원으로 보내 주시고')
  await dialogue.arrived(leg)
  await dialogue.phone.dialog?.bye()
  const ended = await turn.result
  expect(ended).toMatchObject({ end: 'leg_ended', spoken: null })
  expect(ended.caller?.words).toContain('서울아산병원')
  expect(ended.toolCalls.map((call) => call.name)).toEqual(['set_order_fields'])
})

test('silence is asked about, the second time a person is offered, and the third one in a row ends with a goodbye', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  const silent = await dialogue.run(worker, dialogue.input(leg, 1, { messages })).result
  expect(silent).toMatchObject({ caller: null, silent: true, end: 'answered' })
  expect(silent.spoken?.text).not.toBe('')
  expect(silent.cursor).toBeGreaterThan(10_000 * 8)
  expect(silent).toMatchObject({ miss: 'silence' })
  const again = dialogue.input(leg, 3, {
    cursor: silent.cursor,
    streak: { silences: 1, faults: 0, misses: 1 },
    messages,
  })
  const offer = await dialogue.run(worker, again).result
  expect(offer).toMatchObject({ miss: 'silence', personOffered: true, toolCalls: [] })
  expect(offer.spoken?.text).toBe(personOffer('ko').join(' '))
  const last = dialogue.input(leg, 2, { cursor: offer.cursor, streak: { silences: 2, faults: 0 }, messages })
  const goodbye = await dialogue.run(worker, last).result
  expect(goodbye.spoken?.text).toContain('통화를 마치겠습니다')
})

test('a model that fails is admitted, the second time in a row with a goodbye', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  dialogue.faults.add({ service: 'claude', kind: 'refuse', status: 529 })
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('화환 하나 보내 주세요.')
  const failed = await turn.result
  expect(failed).toMatchObject({ fault: true, toolCalls: [] })
  expect(failed.spoken?.text).toContain('다시 말씀해 주시겠어요')
  const next = dialogue.input(leg, 2, { cursor: failed.cursor, streak: { silences: 0, faults: 1 }, messages })
  const second = dialogue.run(worker, next)
  await leg.media?.playedOut()
  await dialogue.say('화환 하나 보내 주세요.')
  const goodbye = await second.result
  expect(goodbye.fault).toBe(true)
  expect(goodbye.spoken?.text).toContain('담당자가 곧 연락드리겠습니다')
})

test('where it is known that no model answers, nobody is asked to say it again', async () => {
  const policy = { failures: 1, windowMs: 60_000, openMs: 60_000 }
  const logger = { warn: () => {}, info: () => {} }
  const endpoints = new Endpoints([{ name: 'only', provider: dialogue.worker().model }], { policy, logger })
  endpoints.all[0]?.begin().failed()
  const worker = dialogue.worker({ model: failoverModel(endpoints) })
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('화환 하나 보내 주세요.')
  const failed = await turn.result
  expect(failed).toMatchObject({ fault: true, outage: true, toolCalls: [] })
  expect(failed.spoken?.text).toContain('담당자가 곧 연락드리겠습니다')
})

test('an emergency is answered in fixed words, and no model is asked', async () => {
  const asked: string[] = []
  const worker = dialogue.worker({
    model: {
      async *stream({ messages }) {
        asked.push(JSON.stringify(messages.at(-1)))
        yield { type: 'text', text: '네, 주문을 도와드리겠습니다.' }
      },
    },
  })
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say('여기 사람이 쓰러졌어요. 구급차 좀 불러 주세요.')
  const answered = await turn.result
  expect(answered).toMatchObject({ concern: { kind: 'emergency' }, toolCalls: [], fault: false })
  expect(answered.spoken?.text).toContain('바로 119로')
  // It may have begun to think before the caller had finished; nothing of that is heard.
  expect(answered.spoken?.text).not.toContain('주문을 도와드리겠습니다')
})

test('one refusal of the model or a cut stream is not heard by the caller', async () => {
  const worker = dialogue.worker()
  const { leg, greeting, messages } = await greeted(worker)
  await leg.media?.playedOut()
  dialogue.faults.add({ service: 'claude', kind: 'refuse', times: 1 })
  dialogue.faults.add({ service: 'claude', kind: 'drop', times: 1 })
  dialogue.faults.add({ service: 'speech', kind: 'drop', operation: 'synthesize', times: 1 })
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say(ORDER)
  const answered = await turn.result
  expect(answered).toMatchObject({ fault: false })
  expect(answered.toolCalls).toHaveLength(1)
  await dialogue.heardOut(leg)
  expectSaidOnce(dialogue.heard(), greeting, answered)
})

test('a model that takes long is bridged by a filler, and its answer follows once', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  // Also what it thinks ahead in a pause of the caller.
  dialogue.faults.add({ service: 'claude', kind: 'slow', delay_ms: 4_500 })
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.say(ORDER)
  const answered = await turn.result
  expect(answered).toMatchObject({ fault: false })
  const [filler, ...sentences] = splitSentences(answered.spoken?.text ?? '')
  expect(filler).toBe('네, 잠시만 기다려 주세요.')
  expect(sentences.length).toBeGreaterThan(0)
  expect(answered.toolCalls).toHaveLength(1)
})

test('keys that are pressed are the words of a turn', async () => {
  const worker = dialogue.worker()
  const { leg, messages } = await greeted(worker)
  await leg.media?.playedOut()
  const turn = dialogue.run(worker, dialogue.input(leg, 1, { messages }))
  await dialogue.phone.rtp?.sendDigits('01012345678#', { durationMs: 60, gapMs: 40 })
  expect((await turn.result).caller?.words).toBe('01012345678')
})
