/** Machines and keys in the sound of a live leg, over real sockets. */
import { afterEach, expect, test } from 'vitest'
import { digitFrames } from '../../../media-gateway/legs/inband-digits.ts'
import { buildSdpOffer, RtpEndpoint } from '../../../media-gateway/rtp/index.ts'
import { chord, join, pause } from '../tones/sounds.ts'
import { type LegHarness, openLegs } from './harness.ts'

let harness: LegHarness
afterEach(() => harness.close())

test('a beep, and then a busy line, are told to who listens; neither is voice', async () => {
  harness = await openLegs()
  const leg = await harness.answered()
  const socket = harness.attach(leg)
  await socket.message('attached')
  const busy = [0, 1, 2].flatMap(() => [chord([480, 620], 500), pause(500)])
  harness.phone.speech.writePcm(join(chord([1_000], 400), pause(600), ...busy))
  expect(await socket.message('tone')).toMatchObject({ tone: 'beep', hz: [1_000] })
  expect(await socket.message('tone', ({ tone }) => tone === 'busy')).toMatchObject({ hz: [480, 620] })
  expect(socket.messages.filter(({ type }) => type === 'speech.start')).toEqual([])
})

test('a phone that negotiates no telephone-events dials by its tones', async () => {
  harness = await openLegs()
  const { phone } = harness
  phone.rtp = await RtpEndpoint.open({ host: '127.0.0.1' })
  const offer = buildSdpOffer({ host: '127.0.0.1', rtpPort: phone.rtp.rtpPort }, ['PCMU'])
    .replace('0 101', '0')
    .replace(/a=rtpmap:101.*\r\n/, '')
  const call = phone.sip.invite({
    target: { host: '127.0.0.1', port: harness.sip.port },
    callerNumber: '01012345678',
    calleeNumber: '15880000',
    sdp: offer,
  })
  const leg = await harness.arrival()
  const dialled: string[] = []
  const done = new Promise<void>((resolve) => {
    leg.events = {
      digit: (digit) => {
        dialled.push(digit)
        if (digit === '#') resolve()
      },
    }
  })
  await leg.answer()
  const outcome = await call.outcome
  if (outcome.kind !== 'answered') throw new Error('not answered')
  phone.connected(outcome.dialog)
  phone.speech.writePcm(join(...[...'1590*#'].flatMap((digit) => digitFrames(digit, 80))))
  await done
  expect(dialled.join('')).toBe('1590*#')
})

test('a phone that negotiates them is not listened to for tones', async () => {
  harness = await openLegs()
  const leg = await harness.answered()
  const dialled: string[] = []
  leg.events = { digit: (digit) => dialled.push(digit) }
  harness.phone.speech.writePcm(join(...[...'159'].flatMap((digit) => digitFrames(digit, 80)), pause(300)))
  await harness.phone.speech.drained()
  await harness.phone.rtp?.sendDigits('7')
  await harness.phone.hear(20)
  expect(dialled).toEqual(['7'])
})
