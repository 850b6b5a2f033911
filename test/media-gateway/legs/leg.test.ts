import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../../domain/media-socket.ts'
import { LegStateError } from '../../../media-gateway/legs/leg.ts'
import { buildSdpOffer, readSdpAnswer } from '../../../media-gateway/rtp/index.ts'
import { readRecording } from '../../support/recording.ts'
import { tone as sine, spectrum } from '../../support/tones.ts'
import { DATA_KEY, type LegHarness, openLegs } from './harness.ts'

let harness: LegHarness
afterEach(async () => {
  await harness.close()
  expect(harness.legs.size).toBe(0)
  expect(harness.pool.inUse).toBe(0)
  expect(harness.sip.stats()).toMatchObject({ dialogs: 0, pendingCalls: 0 })
})

const tone = (ms: number) => Uint8Array.from({ length: ms * SAMPLES_PER_MS }, (_, i) => (i * 7) % 120)

test('our goodbye is heard to its end before BYE', async () => {
  harness = await openLegs()
  const leg = await harness.answered('PCMA')
  const socket = harness.attach(leg)
  const goodbye = tone(900)
  socket.say('u1', 'goodbye', goodbye)
  await socket.message('mark')
  const report = await leg.hangUp(5_000)
  expect(report).toMatchObject({ outcome: 'completed_by_us', sipCode: 200, codec: 'PCMA' })
  expect((await harness.phone.dialog?.ended)?.by).toBe('remote')
  expect(harness.phone.hasHeard(goodbye)).toBe(true)
  const { samples } = await readRecording(join(harness.folder, report.recordingKey ?? ''), DATA_KEY)
  expect(samples / SAMPLES_PER_MS).toBeGreaterThan(900)
})

test('the limit of hanging up after playout holds', async () => {
  harness = await openLegs()
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  socket.say('u1', 'endless', tone(20_000))
  await socket.message('mark')
  const report = await leg.hangUp(300)
  expect(report.durationMs).toBeLessThan(20_000)
})

test('the caller hangs up', async () => {
  harness = await openLegs()
  const leg = await harness.answered()
  await harness.phone.until(() => (leg.media?.quality.packetsReceived ?? 0) > 5)
  await harness.phone.dialog?.bye()
  const report = await leg.ended
  expect(report).toMatchObject({ outcome: 'completed_by_remote', sipCode: 200 })
  expect(report.quality?.packetsReceived).toBeGreaterThan(5)
  expect(await leg.hangUp(1_000)).toEqual(report)
})

test('the caller gives up while it rings', async () => {
  harness = await openLegs()
  const call = await harness.phone.dial(harness.sip.port)
  const leg = await harness.arrival()
  call.cancel()
  expect(await leg.ended).toMatchObject({ outcome: 'cancelled', answeredAt: null, recordingKey: null })
  await expect(leg.answer()).rejects.toThrow(LegStateError)
  await call.outcome
})

test('a call that we refuse', async () => {
  harness = await openLegs()
  const call = await harness.phone.dial(harness.sip.port)
  const leg = await harness.arrival()
  leg.reject(480)
  expect(await call.outcome).toMatchObject({ kind: 'failed', code: 480 })
  expect(await leg.ended).toMatchObject({ outcome: 'rejected', sipCode: 480 })
})

test('a line without any sound is given up', async () => {
  harness = await openLegs({ atStartMs: 200, laterMs: 300 })
  const call = await harness.phone.dial(harness.sip.port)
  const leg = await harness.arrival()
  await leg.answer()
  expect(await leg.ended).toMatchObject({ outcome: 'no_media' })
  await call.outcome
})

test('a line that falls silent is given up, but not while the caller holds us', async () => {
  harness = await openLegs({ atStartMs: 5_000, laterMs: 300 })
  const leg = await harness.answered()
  await harness.phone.hear(5)
  const { phone } = harness
  const offer = buildSdpOffer({ host: '127.0.0.1', rtpPort: phone.rtp?.rtpPort ?? 0 }, ['PCMU'])
  const answer = await phone.dialog?.reinvite(`${offer}a=inactive\r\n`)
  expect(answer).toContain('a=inactive')
  await phone.rtp?.close()
  const stillHeld = new Promise((resolve) => setTimeout(() => resolve('held'), 700)) // over twice the limit
  expect(await Promise.race([leg.ended, stillHeld])).toBe('held')
  await phone.dialog?.reinvite(offer)
  expect(await leg.ended).toMatchObject({ outcome: 'no_media' })
})

test('the other side may change the codec in mid-call: both still hear each other, and what we record stays one law', async () => {
  harness = await openLegs()
  const leg = await harness.answered('PCMU')
  const { phone } = harness
  const socket = harness.attach(leg)
  await socket.message('attached')
  const rtpPort = phone.rtp?.rtpPort ?? 0
  const inTheirs = buildSdpOffer({ host: '127.0.0.1', rtpPort }, ['PCMA'])
  const agreed = readSdpAnswer((await phone.dialog?.reinvite(inTheirs)) ?? '')
  expect(agreed.codec).toBe('PCMA')
  phone.rtp?.update(agreed)
  const lastType = { in: -1, out: -1 }
  phone.rtp?.watch(({ kind, direction, bytes }) => {
    if (kind === 'rtp') lastType[direction] = (bytes[1] ?? 0) & 0x7f
  })
  const from = { theirs: socket.audio.length, ours: phone.heard.length }
  phone.speech.write(sine('PCMU', 600, 20_000))
  socket.say('u1', 'a tone', sine('PCMU', 900, 20_000))
  const isHeard = (frames: readonly Uint8Array[], hz: number) => {
    const [wanted = 0, other = 0] = spectrum('PCMU', frames.slice(-15), [hz, 1_500])
    return frames.length >= 15 && wanted > 2_000 && other < wanted / 20
  }
  await socket.until(({ audio }) =>
    isHeard(
      audio.slice(from.theirs).map(({ frame }) => frame),
      600,
    ),
  )
  await phone.until(() => isHeard(phone.heard.slice(from.ours), 900))
  expect(lastType).toEqual({ in: 8, out: 8 })
  expect(leg.media?.codec).toBe('PCMU')

  // What offers both keeps what is spoken now.
  const both = buildSdpOffer({ host: '127.0.0.1', rtpPort }, ['PCMU', 'PCMA'])
  expect(readSdpAnswer((await phone.dialog?.reinvite(both)) ?? '').codec).toBe('PCMA')
  const neither = inTheirs.replace('RTP/AVP 8', 'RTP/AVP 9')
  await expect(phone.dialog?.reinvite(neither)).rejects.toThrow()
  expect(leg.state).toBe('live')
})

test('an outbound leg rings, is answered, speaks and ends', async () => {
  harness = await openLegs()
  const told: string[] = []
  const ring = harness.phone.ring()
  const leg = await harness.dial({ headers: { 'X-Outbound-Call-ID': 'ob-1' } })
  leg.events = { ringing: () => told.push('ringing'), answered: () => told.push('answered') }
  const invite = await ring
  expect(invite.headers.get('X-Outbound-Call-ID')).toBe('ob-1')
  invite.ringing()
  await harness.phone.answer(invite)
  await harness.phone.hear(5)
  expect(told).toEqual(['ringing', 'answered'])
  const socket = harness.attach(leg)
  socket.say('u1', 'hello', tone(100))
  await socket.message('utterance.done')
  await harness.phone.dialog?.bye()
  expect(await leg.ended).toMatchObject({ outcome: 'completed_by_remote', sipCode: 200 })
})

test.each([
  [486, 'busy'],
  [603, 'rejected'],
  [480, 'no_answer'],
  [404, 'failed'],
] as const)('an outbound leg refused with %i is %s', async (code, outcome) => {
  harness = await openLegs()
  const ring = harness.phone.ring()
  const leg = await harness.dial()
  const invite = await ring
  invite.reject(code)
  expect(await leg.ended).toMatchObject({ outcome, sipCode: code, answeredAt: null })
})

test('an outbound leg that nobody answers is cancelled after its ring time', async () => {
  harness = await openLegs()
  const ring = harness.phone.ring()
  const leg = await harness.dial({ ringTimeoutMs: 300 })
  const invite = await ring
  invite.ringing()
  expect(await leg.ended).toMatchObject({ outcome: 'no_answer', sipCode: 487 })
  expect(invite.state).toBe('cancelled')
})

test('hanging up a leg that still rings cancels it', async () => {
  harness = await openLegs()
  const ring = harness.phone.ring()
  const leg = await harness.dial()
  const invite = await ring
  invite.ringing()
  const cancelled = new Promise<void>((resolve) => invite.onCancel(resolve))
  expect(await leg.hangUp()).toMatchObject({ outcome: 'cancelled' })
  await cancelled
})

test('a call that can not be placed leaves no port behind', async () => {
  harness = await openLegs()
  await expect(harness.dial({ headers: { 'X-Bad': 'line\r\nbreak' } })).rejects.toThrow('control character')
})

test('what is told while the worker has paused the recording is left out of it', async () => {
  harness = await openLegs()
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  await socket.message('attached')
  const heard = (ms: number) =>
    socket.until(({ audio }) => (audio.at(-1)?.cursor ?? 0) >= ms * SAMPLES_PER_MS)
  const secret = new Uint8Array(FRAME_SAMPLES).fill(33)
  socket.send({ type: 'recording.pause' })
  await socket.until(() => leg.media?.recorder.paused)
  for (let frame = 0; frame < 25; frame++) harness.phone.speech.write(secret)
  await harness.phone.speech.drained()
  const at = (socket.audio.at(-1)?.cursor ?? 0) / SAMPLES_PER_MS
  await heard(at + 100)
  socket.send({ type: 'recording.resume' })
  await socket.until(() => leg.media?.recorder.paused === false)
  const report = await leg.hangUp()
  expect(report.recordingPauses?.length).toBe(1)
  const { wav } = await readRecording(join(harness.folder, report.recordingKey ?? ''), DATA_KEY)
  expect(wav.subarray(44).every((byte, i) => i % 4 > 1 || byte === 0)).toBe(true)
  expect(socket.audio.some(({ frame }) => frame.includes(33))).toBe(true)
})
