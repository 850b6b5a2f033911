import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConferenceMember, SetConferenceInput } from '../../../domain/leg-operations.ts'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import { buildSdpOffer } from '../../../media-gateway/rtp/index.ts'
import { readRecording } from '../../support/recording.ts'
import type { TestPhone } from '../../support/test-phone.ts'
import { amplitudeOf, spectrum, tone } from '../../support/tones.ts'
import { DATA_KEY, type LegHarness, openLegs } from './harness.ts'

let harness: LegHarness
beforeEach(async () => {
  harness = await openLegs()
})
afterEach(async () => {
  await harness.close()
  expect(harness.legs.size).toBe(0)
  expect(harness.pool.inUse).toBe(0)
  expect(harness.conferences.size).toBe(0)
})

/** Frequencies far enough apart for 400 ms. */
const [A, B, C] = [450, 1_000, 1_700]
const HEARD = 3_000
const UNHEARD = 200

const member = (leg: Leg, role: ConferenceMember['role'] = 'party', coaches?: readonly Leg[]) => ({
  legId: leg.legId,
  role,
  ...(coaches === undefined ? {} : { coaches: coaches.map(({ legId }) => legId) }),
})
let revision = 0
const confer = (members: readonly ConferenceMember[], more: Partial<SetConferenceInput> = {}) =>
  harness.conferences.set({
    conferenceId: 'talk',
    revision: ++revision,
    members,
    whenPartyEnds: 'free_others',
    ...more,
  })

const speak = (phone: TestPhone, hz: number) => phone.speech.write(tone(phone.speech.codec, hz, 4_000))
/** What a phone hears in 400 ms from now on, after what was under way. */
async function hearing(phone: TestPhone): Promise<number[]> {
  await phone.hear(15)
  const from = phone.heard.length
  await phone.hear(20)
  return spectrum(phone.speech.codec, phone.heard.slice(from, from + 20), [A, B, C])
}
const bits = (amplitudes: readonly number[]) =>
  amplitudes.map((amplitude) => (amplitude > HEARD ? 'yes' : amplitude < UNHEARD ? 'no' : amplitude))

async function twoLegs(codecs: readonly ['PCMU' | 'PCMA', 'PCMU' | 'PCMA'] = ['PCMU', 'PCMU']) {
  const a = await harness.another(codecs[0])
  const b = await harness.another(codecs[1])
  return { a, b }
}
async function threeLegs() {
  const { a, b } = await twoLegs()
  const c = await harness.another('PCMA')
  speak(a.phone, A)
  speak(b.phone, B)
  speak(c.phone, C)
  return { a, b, c }
}

describe('a bridge', () => {
  test('passes bytes through untouched where the codecs match', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)])
    // Every code once and again: nothing that was decoded and encoded would still have both zeros.
    const codes = Uint8Array.from({ length: 4_000 }, (_, i) => (i * 7) & 0xff)
    a.phone.speech.write(codes)
    await a.phone.speech.drained()
    await b.phone.hear(30)
    expect(b.phone.hasHeard(codes)).toBe(true)
  })

  test('translates between the two laws', async () => {
    const { a, b } = await twoLegs(['PCMU', 'PCMA'])
    await confer([member(a.leg), member(b.leg)])
    speak(a.phone, A)
    speak(b.phone, B)
    expect(bits(await hearing(b.phone))).toEqual(['yes', 'no', 'no'])
    expect(bits(await hearing(a.phone))).toEqual(['no', 'yes', 'no'])
  })

  test('carries digits over, by telephone-event and once each', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)])
    await b.phone.hear(5)
    await a.phone.rtp?.sendDigits('15#')
    await b.phone.until(() => b.phone.digits.length === 3)
    expect(b.phone.digits.join('')).toBe('15#')
    expect(a.phone.digits).toEqual([])
  })

  test('gives digits as tones to a phone without telephone-events', async () => {
    const { a, b } = await twoLegs()
    const offer = buildSdpOffer({ host: '127.0.0.1', rtpPort: b.phone.rtp?.rtpPort ?? 0 }, ['PCMU'])
    await b.phone.dialog?.reinvite(offer.replace(/ 101\r\n/, '\r\n').replace(/a=rtpmap:101.*\r\n/, ''))
    await confer([member(a.leg), member(b.leg)])
    await b.phone.hear(5)
    const from = b.phone.heard.length
    await a.phone.rtp?.sendDigits('5', { durationMs: 200 })
    await b.phone.hear(30)
    const loud = b.phone.heard
      .slice(from)
      .filter((frame) => spectrum('PCMU', [frame], [770, 1_336]).every((level) => level > HEARD))
    expect(loud.length).toBeGreaterThanOrEqual(8)
  })

  test('is recorded on both legs, each with its own party on the left', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)])
    speak(a.phone, A)
    speak(b.phone, B)
    await hearing(a.phone)
    await hearing(b.phone)
    const report = await a.leg.hangUp()
    await b.leg.hangUp()
    const { wav } = await readRecording(join(harness.folder, report.recordingKey ?? ''), DATA_KEY)
    const side = (offset: number) =>
      Int16Array.from({ length: 2_400 }, (_, i) => wav.readInt16LE(wav.length - 4 * 2_600 + 4 * i + offset))
    expect([A, B].map((hz) => amplitudeOf(hz, side(0)) > HEARD)).toEqual([true, false])
    expect([A, B].map((hz) => amplitudeOf(hz, side(2)) > HEARD)).toEqual([false, true])
  })

  test('ends for both when one hangs up, where that was wanted', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)], { whenPartyEnds: 'hang_up_others' })
    await a.phone.dialog?.bye()
    expect(await b.leg.ended).toMatchObject({ outcome: 'completed_by_us' })
    expect((await b.phone.dialog?.ended)?.by).toBe('remote')
  })

  test('leaves the other one free for us when one hangs up, where that was wanted', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)])
    await a.phone.dialog?.bye()
    await a.leg.ended
    expect(b.leg.state).toBe('live')
    const socket = harness.attach(b.leg)
    socket.say('u1', 'and now', tone('PCMU', C, 1_000))
    await socket.message('mark')
    expect(bits(await hearing(b.phone))).toEqual(['no', 'no', 'yes'])
    await confer([])
  })

  test('a phone that holds the call leaves the other one with music, and takes it up again', async () => {
    const { a, b } = await twoLegs()
    await confer([member(a.leg), member(b.leg)])
    const offer = buildSdpOffer({ host: '127.0.0.1', rtpPort: b.phone.rtp?.rtpPort ?? 0 }, ['PCMU'])
    await b.phone.dialog?.reinvite(`${offer}a=inactive\r\n`)
    await a.phone.hear(40)
    const from = a.phone.heard.length
    await a.phone.hear(20)
    expect(loudness(a.phone, from)).toBeGreaterThan(300)
    await b.phone.dialog?.reinvite(offer)
    speak(b.phone, B)
    await a.phone.hear(30)
    expect(bits(await hearing(a.phone))[1]).toBe('yes')
  })
})

/** Root mean square of what a phone heard since a frame. */
function loudness(phone: TestPhone, from: number): number {
  const pcm = phone.pcm(from)
  return Math.sqrt(pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length)
}

describe('more than two', () => {
  test('three hear each other and nobody themselves', async () => {
    const { a, b, c } = await threeLegs()
    await confer([member(a.leg), member(b.leg), member(c.leg)])
    const heard = await Promise.all([a, b, c].map(({ phone }) => hearing(phone)))
    expect(heard.map(bits)).toEqual([
      ['no', 'yes', 'yes'],
      ['yes', 'no', 'yes'],
      ['yes', 'yes', 'no'],
    ])
  })

  test('a supervisor listens in unheard, then whispers to one, then joins', async () => {
    const { a, b, c } = await threeLegs()
    const heard = () => Promise.all([a, b, c].map(async ({ phone }) => bits(await hearing(phone))))
    await confer([member(a.leg), member(b.leg), member(c.leg, 'listener')])
    expect(await heard()).toEqual([
      ['no', 'yes', 'no'],
      ['yes', 'no', 'no'],
      ['yes', 'yes', 'no'],
    ])
    await confer([member(a.leg), member(b.leg), member(c.leg, 'coach', [b.leg])])
    expect(await heard()).toEqual([
      ['no', 'yes', 'no'],
      ['yes', 'no', 'yes'],
      ['yes', 'yes', 'no'],
    ])
  })

  test('who listens in hears what we say to a party, too; the other party does not', async () => {
    const { a, b } = await twoLegs()
    const c = await harness.another('PCMA')
    a.phone.speech.write(tone(a.phone.speech.codec, A, 20_000))
    await confer([member(a.leg), member(c.leg, 'listener')])
    const socket = harness.attach(a.leg)
    await socket.message('attached')
    const ours = tone('PCMU', B, 20_000)
    socket.say('u1', 'what the AI says', ours)
    expect(bits(await hearing(c.phone))).toEqual(['yes', 'yes', 'no'])
    expect(bits(await hearing(a.phone))).toEqual(['no', 'yes', 'no'])
    await confer([member(a.leg), member(b.leg), member(c.leg, 'listener')])
    expect(bits(await hearing(b.phone))).toEqual(['yes', 'no', 'no'])
    expect(bits(await hearing(c.phone))).toEqual(['yes', 'yes', 'no'])
  })

  test('a listener who goes ends nothing; a party who goes leaves the two others talking', async () => {
    const { a, b, c } = await threeLegs()
    const d = await harness.another()
    const all = [member(a.leg), member(b.leg), member(c.leg), member(d.leg, 'listener')]
    await confer(all, { whenPartyEnds: 'free_others' })
    await d.phone.dialog?.bye()
    await d.leg.ended
    await a.phone.dialog?.bye()
    await a.leg.ended
    expect(bits(await hearing(b.phone))).toEqual(['no', 'no', 'yes'])
    expect([b.leg.state, c.leg.state]).toEqual(['live', 'live'])
  })

  test('muted is not heard; held is not heard and hears quiet music', async () => {
    const { a, b, c } = await threeLegs()
    await confer([member(a.leg), member(b.leg), member(c.leg)])
    a.leg.media?.output.hold('music')
    if (b.leg.media !== undefined) b.leg.media.output.muted = true
    expect(bits(await hearing(c.phone))).toEqual(['no', 'no', 'no'])
    const from = a.phone.heard.length
    const [ofA, ofB, ofC] = await hearing(a.phone)
    expect([ofA, ofB, ofC].every((level = 0) => level < 1_500)).toBe(true)
    expect(loudness(a.phone, from)).toBeGreaterThan(200)
    expect(loudness(a.phone, from)).toBeLessThan(3_000)
    a.leg.media?.output.hold(null)
    if (b.leg.media !== undefined) b.leg.media.output.muted = false
    await a.phone.hear(25)
    expect(bits(await hearing(a.phone))).toEqual(['no', 'yes', 'yes'])
  })
})

describe('setting a conference', () => {
  test('twice changes nothing, and an older revision is ignored', async () => {
    const { a, b } = await twoLegs()
    const input = {
      conferenceId: 'talk',
      revision: 5_000,
      members: [member(a.leg), member(b.leg)],
      whenPartyEnds: 'free_others',
    } as const
    const first = await harness.conferences.set(input)
    expect(await harness.conferences.set(input)).toEqual(first)
    expect(await harness.conferences.set({ ...input, revision: 4_999, members: [] })).toEqual(first)
    speak(a.phone, A)
    expect(bits(await hearing(b.phone))).toEqual(['yes', 'no', 'no'])
  })

  test('with a leg that is not there or not answered changes nothing', async () => {
    const { a } = await twoLegs()
    const call = await harness.phone.dial(harness.sip.port)
    const ringing = await harness.arrival()
    await expect(confer([member(a.leg), member(ringing)])).rejects.toMatchObject({ retryable: true })
    call.cancel()
    await call.outcome
    await ringing.ended
    await expect(confer([member(a.leg), member(ringing)])).rejects.toMatchObject({ retryable: false })
    expect(harness.conferences.size).toBe(0)
    expect(a.leg.media?.output.conversation).toBeUndefined()
  })

  test('takes a leg over from another one', async () => {
    const { a, b } = await twoLegs()
    const c = await harness.another()
    await confer([member(a.leg), member(b.leg)], { whenPartyEnds: 'hang_up_others' })
    await confer([member(b.leg), member(c.leg)], { conferenceId: 'other' })
    speak(c.phone, C)
    expect(bits(await hearing(b.phone))).toEqual(['no', 'no', 'yes'])
    expect(a.leg.state).toBe('live')
    await b.phone.dialog?.bye()
    await b.leg.ended
    expect(a.leg.state).toBe('live')
  })

  test.each([
    ['named twice', (leg: Leg) => [member(leg), member(leg)]],
    ['coaching themselves', (leg: Leg) => [member(leg, 'coach', [leg])]],
  ])('is refused with a leg %s', async (_, members) => {
    const { a } = await twoLegs()
    await expect(confer(members(a.leg))).rejects.toThrow(/twice|can't coach/)
  })
})
