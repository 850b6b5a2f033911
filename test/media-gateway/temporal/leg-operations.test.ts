import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { GatherDigitsInput, RecordingState } from '../../../domain/leg-operations.ts'
import { playAnnouncement } from '../../../media-gateway/legs/announcements.ts'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import { createLegOperations, type LegOperations } from '../../../media-gateway/temporal/leg-operations.ts'
import { MediaStreamsBot } from '../../support/media-streams-bot.ts'
import { spectrum, tone, tonePcm } from '../../support/tones.ts'
import { type LegHarness, openLegs } from '../legs/harness.ts'

let harness: LegHarness
let operations: LegOperations
let folder: string
beforeEach(async () => {
  harness = await openLegs()
  folder = join(harness.folder, 'announcements')
  await mkdir(folder)
  operations = createLegOperations({
    ...harness,
    announcements: folder,
    botAuthToken: 'token',
    logger: pino({ level: 'silent' }),
  })
})
afterEach(() => harness.close())

/** One attempt of an operation. */
function attempt<Name extends keyof LegOperations>(name: Name, input: Parameters<LegOperations[Name]>[0]) {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => {}) })
  const result = environment.run(operations[name] as (input: object) => Promise<unknown>, input)
  result.catch(() => {})
  return { environment, result }
}
const run = <Name extends keyof LegOperations>(name: Name, input: Parameters<LegOperations[Name]>[0]) =>
  attempt(name, input).result
const asked = new ActivityCancellationDetails({ cancelRequested: true })

/** A WAV file with a chunk that nobody needs. */
function wav(pcm: Int16Array, rate = 8_000): Buffer {
  const data = Buffer.from(pcm.buffer)
  const head = Buffer.alloc(54)
  head.write('RIFF', 0)
  head.writeUInt32LE(46 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(2 * rate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('LIST', 36)
  head.writeUInt32LE(1, 40) // odd: a byte of padding follows
  head.write('data', 46)
  head.writeUInt32LE(data.length, 50)
  return Buffer.concat([head, data])
}

describe('a sound file', () => {
  test('is played once, however often it is asked for', async () => {
    await writeFile(join(folder, 'busy-ko.wav'), wav(tonePcm(900, 600)))
    const leg = await harness.answered('PCMA')
    const input = { legId: leg.legId, utteranceId: 'a1', file: 'busy-ko.wav' }
    expect(await Promise.all([run('playAudio', input), run('playAudio', input)])).toEqual([
      { outcome: 'played' },
      { outcome: 'played' },
    ])
    expect(await run('playAudio', input)).toEqual({ outcome: 'played' })
    await harness.phone.hear(10)
    const loud = harness.phone.heard.filter((frame) => (spectrum('PCMA', [frame], [900])[0] ?? 0) > 4_000)
    expect(loud.length).toBeGreaterThanOrEqual(29)
    expect(loud.length).toBeLessThanOrEqual(30)
  })

  test('stops when the activity is cancelled', async () => {
    await writeFile(join(folder, 'long.mulaw'), tone('PCMU', 900, 30_000))
    const leg = await harness.answered()
    const playing = attempt('playAudio', { legId: leg.legId, utteranceId: 'a1', file: 'long.mulaw' })
    const socket = harness.attach(leg)
    await socket.message('attached')
    await socket.message('mark')
    playing.environment.cancel('CANCELLED', asked)
    await expect(playing.result).rejects.toThrow(CancelledFailure)
    await socket.message('utterance.done', ({ interrupted }) => interrupted)
  })

  test('is not begun when it was cancelled before', async () => {
    await writeFile(join(folder, 'long.mulaw'), tone('PCMU', 900, 30_000))
    const leg = await harness.answered()
    const playing = attempt('playAudio', { legId: leg.legId, utteranceId: 'a1', file: 'long.mulaw' })
    playing.environment.cancel('CANCELLED', asked)
    await expect(playing.result).rejects.toThrow(CancelledFailure)
    await harness.phone.hear(20)
    expect(spectrum('PCMU', harness.phone.heard, [900])).toEqual([0])
  })

  test('ends with the leg', async () => {
    await writeFile(join(folder, 'long.mulaw'), tone('PCMU', 900, 30_000))
    const leg = await harness.answered()
    const playing = run('playAudio', { legId: leg.legId, utteranceId: 'a1', file: 'long.mulaw' })
    await harness.phone.hear(5)
    await leg.hangUp()
    expect(['interrupted', 'leg_ended']).toContain(((await playing) as { outcome: string }).outcome)
    expect(await run('playAudio', { legId: leg.legId, utteranceId: 'a2', file: 'long.mulaw' })).toEqual({
      outcome: 'leg_ended',
    })
  })

  test('ends at once where the leg is over by the time that its file was read', async () => {
    const leg = await harness.answered()
    const { media } = leg
    await leg.hangUp()
    if (media === undefined) throw new Error('never answered')
    const input = { utteranceId: 'a1', mustBeHeard: false }
    expect(await playAnnouncement(media, input, tone('PCMU', 900, 600))).toEqual({ outcome: 'leg_ended' })
  })

  test.each([
    ['../apology.wav', 'not the name of a sound'],
    ['nothing.wav', 'no such sound'],
    ['fast.wav', 'must be 16-bit PCM'],
    ['text.wav', 'is no WAV file'],
  ])('%s is refused for good', async (file, message) => {
    await writeFile(join(folder, 'fast.wav'), wav(tonePcm(900, 100), 16_000))
    await writeFile(join(folder, 'text.wav'), 'words')
    const leg = await harness.answered()
    await expect(run('playAudio', { legId: leg.legId, utteranceId: 'a1', file })).rejects.toMatchObject({
      message: expect.stringContaining(message),
      nonRetryable: true,
    })
  })
})

describe('digits', () => {
  const gathering = (leg: Leg, more: Partial<GatherDigitsInput> = {}) => ({
    legId: leg.legId,
    gatherId: 'g1',
    maxDigits: 3,
    terminators: '#',
    ...more,
  })
  const dial = (digits: string) => harness.phone.rtp?.sendDigits(digits, { durationMs: 60, gapMs: 60 })

  test('are gathered up to the terminator, stop what we say, and a second attempt gets the same', async () => {
    const leg = await harness.answered()
    const socket = harness.attach(leg)
    socket.say('u1', 'please dial', tone('PCMU', 700, 20_000))
    await socket.message('mark')
    const first = run('gatherDigits', gathering(leg))
    const second = run('gatherDigits', gathering(leg))
    await dial('42#')
    const result = { digits: '42', reason: 'terminator', terminator: '#' }
    expect(await first).toEqual(result)
    expect(await second).toEqual(result)
    expect(await run('gatherDigits', gathering(leg))).toEqual(result)
    await socket.message('utterance.done', ({ interrupted }) => interrupted)
  })

  test('that were dialled ahead count, and those left over are the next number', async () => {
    const leg = await harness.answered()
    const socket = harness.attach(leg)
    await dial('12345')
    await socket.message('digit', ({ digit }) => digit === '5')
    expect(await run('gatherDigits', gathering(leg))).toEqual({ digits: '123', reason: 'max_digits' })
    const next = gathering(leg, { gatherId: 'g2', interDigitMs: 100 })
    expect(await run('gatherDigits', next)).toEqual({ digits: '45', reason: 'inter_digit_timeout' })
    const nothing = gathering(leg, { gatherId: 'g3', firstDigitMs: 100 })
    expect(await run('gatherDigits', nothing)).toEqual({ digits: '', reason: 'first_digit_timeout' })
  })

  test('end with the leg, or when they are not wanted any more', async () => {
    const leg = await harness.answered()
    const unwanted = attempt('gatherDigits', gathering(leg))
    await harness.phone.hear(5)
    unwanted.environment.cancel('CANCELLED', asked)
    await expect(unwanted.result).rejects.toThrow(CancelledFailure)
    const gathered = run('gatherDigits', gathering(leg, { gatherId: 'g2' }))
    await dial('7')
    await leg.hangUp()
    expect(await gathered).toEqual({ digits: '7', reason: 'leg_ended' })
  })

  test('of ours are dialled on the line', async () => {
    const leg = await harness.answered()
    await run('sendLegDigits', { legId: leg.legId, digits: '12#' })
    await harness.phone.until(() => harness.phone.digits.length === 3)
    expect(harness.phone.digits.join('')).toBe('12#')
    await expect(run('sendLegDigits', { legId: leg.legId, digits: 'hello' })).rejects.toMatchObject({
      type: 'BadLegInput',
    })
  })
})

test('an operation on a leg that is elsewhere, rings or is over says so', async () => {
  const call = await harness.phone.dial(harness.sip.port)
  const ringing = await harness.arrival()
  const hold = { legId: ringing.legId, hold: 'music' } as const
  await expect(run('setLegAudio', hold)).rejects.toMatchObject({
    type: 'LegNotAnswered',
    nonRetryable: false,
  })
  call.cancel()
  await call.outcome
  await ringing.ended
  await expect(run('setLegAudio', hold)).rejects.toMatchObject({ type: 'LegLost', nonRetryable: true })
  const unknown = { ...hold, legId: 'leg-ffffffffffff' as Leg['legId'] }
  await expect(run('setLegAudio', unknown)).rejects.toMatchObject({ type: 'LegLost' })
})

test('a recording is paused and goes on, told with all its pauses; a second attempt changes nothing', async () => {
  const leg = await harness.answered()
  const { legId } = leg
  await harness.phone.hear(10)
  const paused = (await run('setRecording', { legId, paused: true })) as RecordingState
  expect(paused.pauses).toEqual([{ fromMs: expect.any(Number), toMs: null }])
  expect(await run('setRecording', { legId, paused: true })).toEqual(paused)
  await harness.phone.hear(10)
  const resumed = (await run('setRecording', { legId, paused: false })) as RecordingState
  const [pause] = resumed.pauses
  expect(pause?.fromMs).toBe(paused.pauses[0]?.fromMs)
  expect(pause?.toMs).toBeGreaterThan(pause?.fromMs ?? Number.POSITIVE_INFINITY)
  await harness.phone.hear(30)
  await leg.hangUp()
  const report = await leg.ended
  expect(report.recordingPauses).toEqual(resumed.pauses)
  await expect(run('setRecording', { legId, paused: true })).rejects.toMatchObject({ type: 'LegLost' })
})

test('our own speech is dropped where a person takes the word, for good', async () => {
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  await socket.message('attached')
  socket.say('u1', 'a long one', tone('PCMU', 500, 60_000))
  await socket.message('mark', ({ event }) => event === 'started')
  await run('setLegAudio', { legId: leg.legId, silencesUs: true })
  await socket.message('mark', ({ event }) => event === 'interrupted')
  socket.say('u2', 'more of it', tone('PCMU', 500, 1_000))
  socket.send({ type: 'levels', everyMs: 200 })
  await socket.message('level')
  expect(leg.media?.isSilent).toBe(true)
  expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([])
})

test('a bot is attached once for all attempts, and cancelling detaches it', async () => {
  const bot = await MediaStreamsBot.open()
  const leg = await harness.answered()
  const input = { legId: leg.legId, streamId: 's1', url: bot.url }
  const first = attempt('attachBot', input)
  const second = run('attachBot', input)
  await bot.until(({ heard }) => heard.length > 5)
  expect(bot.requests.length).toBe(1)
  first.environment.cancel('CANCELLED', asked)
  await expect(first.result).rejects.toThrow(CancelledFailure)
  expect(await second).toMatchObject({ outcome: 'detached' })
  await bot.close()
  const again = run('attachBot', { ...input, streamId: 's2' })
  await expect(again).rejects.toMatchObject({ type: 'LegOperationNotNow', nonRetryable: false })
})
