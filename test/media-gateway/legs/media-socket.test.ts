import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { encodeG711, SILENCE } from '../../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { heardIn } from '../../support/test-phone.ts'
import { tone } from '../../support/tones.ts'
import { type LegHarness, openLegs } from './harness.ts'

let harness: LegHarness
beforeEach(async () => {
  harness = await openLegs()
})
afterEach(() => harness.close())

/** Sound that is never silence and never repeats within seconds: gaps and doubles show. */
const words = (ms: number, seed = 1) => {
  let state = seed
  return Uint8Array.from({ length: ms * SAMPLES_PER_MS }, () => {
    state = (state * 16_807) % 2_147_483_647
    const code = state % 250
    return code === SILENCE.PCMU ? 1 : code
  })
}
const speech = (text: string) => encodeG711('PCMU', encodeSpeech(text).pcm)
const heardBytes = () => Buffer.concat(harness.phone.heard)
const withoutSilence = (sound: Uint8Array) => Buffer.from(sound).filter((code) => code !== SILENCE.PCMU)

test('a wrong token is refused before anything is said', async () => {
  const leg = await harness.answered()
  const socket = new WebSocket(`ws://127.0.0.1:${harness.server.port}/legs/${leg.legId}`, {
    headers: { authorization: 'Bearer wrong' },
  })
  const status = await new Promise((resolve) => {
    socket.on('error', () => {})
    socket.once('unexpected-response', (_, response) => {
      resolve(response.statusCode)
      socket.terminate()
    })
  })
  expect(status).toBe(401)
  expect(harness.server.size).toBe(0)
})

test('a leg that is unknown, not answered or over says so and closes', async () => {
  const calling = harness.phone.call(harness.sip.port)
  const leg = await harness.arrival()
  const early = harness.attach(leg)
  expect(await early.message('error')).toMatchObject({ code: 'unknown_leg' })
  expect(await early.closed).toBe(4404)
  await leg.answer()
  await calling
  const during = harness.attach(leg)
  await during.message('attached')
  await leg.hangUp()
  await during.message('ended')
  expect(await during.closed).toBe(1000)
  const late = harness.attach(leg)
  expect(await late.message('error')).toMatchObject({ code: 'leg_ended' })
  expect(await late.closed).toBe(4410)
})

test('who attaches later with a cursor gets the same audio and messages as who was there', async () => {
  const leg = await harness.answered()
  const live = harness.attach(leg, 0)
  await live.message('attached')
  const said = speech('네, 여보세요.')
  harness.phone.speech.write(said)
  const end = await live.message('speech.end')
  await live.until(({ audio }) => (audio.at(-1)?.cursor ?? 0) > end.cursor + 4_000)

  const late = harness.attach(leg, 0)
  const { liveCursor } = await late.message('attached')
  await late.until(({ audio }) => (audio.at(-1)?.cursor ?? 0) >= liveCursor)
  const upTo = (socket: typeof live) =>
    socket.log
      .filter(({ type }) => type !== 'attached')
      .map((entry) => ('cursor' in entry ? `${entry.type} ${entry.cursor}` : entry.type))
      .slice(0, liveCursor / FRAME_SAMPLES)
  expect(upTo(late)).toEqual(upTo(live))
  expect(late.audio.map(({ cursor }) => cursor)).toEqual(late.audio.map((_, i) => i * FRAME_SAMPLES))
  const sound = Buffer.concat(late.audio.map(({ frame }) => frame))
  expect(heardIn('PCMU', sound, said)).toBe(true)
  const start = await late.message('speech.start')
  const middle = harness.attach(leg, start.cursor + 4 * FRAME_SAMPLES)
  expect((await middle.message('attached')).cursor).toBe(start.cursor + 4 * FRAME_SAMPLES)
})

test('the caller breaks in: playout stops by itself within a moment, and the next answer is measured', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg, 0)
  const long = words(6_000)
  socket.say('u1', 'a long story', long)
  await socket.message('mark', ({ event }) => event === 'started')
  await harness.phone.hear(25)
  harness.phone.speech.write(speech('아니요, 잠깐만요, 그게 아니라요.'))
  const cut = await socket.message('bargein')
  const start = await socket.message('speech.start')
  expect(cut).toMatchObject({ utteranceId: 'u1', sentence: 0 })
  expect((cut.cursor - start.cursor) / SAMPLES_PER_MS).toBeLessThan(400)
  expect(cut.playedMs).toBeGreaterThan(400)
  await socket.message('utterance.done', ({ interrupted }) => interrupted)
  await harness.phone.hear(20)
  expect(withoutSilence(heardBytes()).length).toBeLessThanOrEqual(cut.playedMs * SAMPLES_PER_MS)
  expect(harness.phone.heard.slice(-5).every((frame) => frame.every((code) => code === SILENCE.PCMU))).toBe(
    true,
  )

  const end = await socket.message('speech.end')
  socket.say('u2', 'sorry', words(200, 2))
  const latency = await socket.message('latency')
  expect(latency).toMatchObject({ utteranceId: 'u2', lastVoiceCursor: end.cursor })
  expect(latency.ms).toBe(Math.round((latency.firstPacketCursor - end.cursor) / SAMPLES_PER_MS))
  // Counted from the last voice, which is over for a while when its end is told; how long depends on the machine.
  expect(latency.ms).toBeGreaterThan(0)
  await socket.message('utterance.done', ({ utteranceId }) => utteranceId === 'u2')
  expect((await leg.hangUp()).latencies).toEqual([{ utteranceId: 'u2', ms: latency.ms }])
})

test('what must be heard is said to its end although the caller speaks', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  socket.send({
    type: 'sentence.start',
    utteranceId: 'u1',
    sentence: 0,
    text: 'disclosure',
    mustBeHeard: true,
  })
  socket.sendAudio(words(1_500))
  socket.send({ type: 'sentence.end', utteranceId: 'u1', sentence: 0 })
  socket.send({ type: 'utterance.end', utteranceId: 'u1' })
  harness.phone.speech.write(speech('네, 네, 네, 알겠습니다.'))
  await socket.message('speech.start')
  expect(await socket.message('utterance.done')).toMatchObject({ interrupted: false })
  expect(socket.messages.some(({ type }) => type === 'bargein')).toBe(false)
})

test('a worker is killed in mid-sentence; its successor goes on and nothing is said twice', async () => {
  const leg = await harness.answered()
  const [first, second, third] = [words(300, 3), words(800, 4), words(300, 5)]
  const dying = harness.attach(leg)
  dying.send({ type: 'sentence.start', utteranceId: 'u1', sentence: 0, text: 'first' })
  dying.sendAudio(first)
  dying.send({ type: 'sentence.end', utteranceId: 'u1', sentence: 0 })
  dying.send({ type: 'sentence.start', utteranceId: 'u1', sentence: 1, text: 'second' })
  dying.sendAudio(second.subarray(0, 3_210))
  await dying.message('mark', ({ sentence, event }) => sentence === 1 && event === 'started')
  dying.kill()

  const heir = harness.attach(leg)
  const { utterances } = await heir.message('attached')
  const open = utterances[0]?.sentences[1]
  expect(open).toMatchObject({ text: 'second', state: 'open', totalMs: 3_210 / SAMPLES_PER_MS })
  // It says its answer again from the beginning: what is complete is ignored, what is open goes on.
  heir.send({ type: 'sentence.start', utteranceId: 'u1', sentence: 0, text: 'first' })
  heir.sendAudio(first)
  heir.send({ type: 'sentence.end', utteranceId: 'u1', sentence: 0 })
  heir.send({ type: 'sentence.start', utteranceId: 'u1', sentence: 1, text: 'second' })
  heir.sendAudio(second.subarray((open?.totalMs ?? 0) * SAMPLES_PER_MS))
  heir.send({ type: 'sentence.end', utteranceId: 'u1', sentence: 1 })
  heir.send({ type: 'sentence.start', utteranceId: 'u1', sentence: 2, text: 'third' })
  heir.sendAudio(third)
  heir.send({ type: 'utterance.end', utteranceId: 'u1' })
  expect(await heir.message('utterance.done')).toMatchObject({ interrupted: false })
  await harness.phone.hear(10)
  expect(Buffer.from(withoutSilence(heardBytes())).equals(Buffer.concat([first, second, third]))).toBe(true)
})

test('the last one to speak is the speaker; the one before may listen on', async () => {
  const leg = await harness.answered()
  const [old, fresh] = [harness.attach(leg), harness.attach(leg)]
  old.say('u1', 'old', words(200, 6))
  await old.message('mark')
  fresh.say('u2', 'new', words(200, 7))
  expect(await old.message('error')).toMatchObject({ code: 'superseded' })
  old.say('u3', 'too late', words(200, 8))
  await old.message('utterance.done', ({ utteranceId }) => utteranceId === 'u2')
  await harness.phone.hear(15)
  expect(withoutSilence(heardBytes()).length).toBe(400 * SAMPLES_PER_MS)
})

test('messages that make no sense are told and change nothing', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  await socket.message('attached')
  socket.sendAudio(words(20))
  socket.send({ type: 'sentence.end', utteranceId: 'u', sentence: 0 })
  socket.send({ type: 'nonsense' } as never)
  socket.send({ type: 'sentence.start', utteranceId: 'u', sentence: 1.5, text: '' })
  await socket.until(({ messages }) => messages.filter(({ type }) => type === 'error').length === 4)
  expect(socket.messages.every((message) => message.type !== 'error' || message.code === 'bad_message')).toBe(
    true,
  )
  socket.say('u1', 'still works', words(100))
  await socket.message('utterance.done')
})

test('what is said can be paused in the middle of a sentence and taken up where it stopped', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  const said = words(1_200)
  socket.say('u1', 'words', said)
  await socket.message('mark')
  socket.send({ type: 'pause' })
  await harness.phone.hear(20)
  const before = withoutSilence(heardBytes()).length
  await harness.phone.hear(15)
  expect(withoutSilence(heardBytes()).length).toBe(before)
  expect(before).toBeLessThan(said.length)
  socket.send({ type: 'resume' })
  await socket.message('utterance.done', ({ interrupted }) => !interrupted)
  await harness.phone.hear(5)
  expect(harness.phone.hasHeard(said)).toBe(true)
})

test('a pause ends with its speaker, and with a clear of everything', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  socket.say('u1', 'words', words(400))
  await socket.message('mark')
  socket.send({ type: 'pause' })
  socket.send({ type: 'clear' })
  socket.say('u2', 'more', words(200, 2))
  await socket.message('utterance.done', ({ utteranceId }) => utteranceId === 'u2')
  socket.say('u3', 'words', words(400, 3))
  await socket.message('mark', ({ utteranceId }) => utteranceId === 'u3')
  socket.send({ type: 'pause' })
  await harness.phone.hear(5)
  const other = harness.attach(leg)
  await other.message('attached')
  socket.kill()
  await other.message(
    'utterance.done',
    ({ utteranceId, interrupted }) => utteranceId === 'u3' && !interrupted,
  )
})

test('levels of both sides are told to who asks, also beside another who speaks', async () => {
  const leg = await harness.answered()
  const speaker = harness.attach(leg)
  const listener = harness.attach(leg)
  await listener.message('attached')
  listener.send({ type: 'levels', everyMs: 200 })
  expect(await listener.message('level')).toMatchObject({ theirs: -96, ours: -96 })
  speaker.say('u1', 'tone', tone('PCMU', 500, 3_000, 3_277))
  harness.phone.speech.write(tone('PCMU', 500, 3_000, 16_384))
  // A sine is 3 dB below its peak: -23 and -9 dBFS.
  const near = (level: number, wanted: number) => Math.abs(level - wanted) < 1
  await listener.message('level', ({ theirs, ours }) => near(theirs, -9) && near(ours, -23))
  listener.send({ type: 'levels', everyMs: 0 })
  expect(speaker.messages.some(({ type }) => type === 'level' || type === 'error')).toBe(false)
  listener.send({ type: 'levels', everyMs: 5 } as never)
  expect(await listener.message('error')).toMatchObject({ code: 'bad_message' })
})
