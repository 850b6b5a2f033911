/** Our softphone in headless Chromium against the gateway: real sound both ways, proved by tones. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import type { SipEndpointOptions } from '../../../media-gateway/sip/index.ts'
import { spectrum, tone } from '../../support/tones.ts'
import { type LegHarness, openLegs } from '../legs/harness.ts'
import { BrowserPhone } from './browser-phone.ts'

const USER = { username: 'agent-1', password: 'a long secret', numbers: ['1001'] }
const [THEIRS, OURS, OTHER] = [700, 1_100, 1_900]

const EXCHANGE: Partial<SipEndpointOptions> = {
  transports: { ws: { port: 0 } },
  phones: {
    realm: 'daeri',
    algorithms: ['MD5'],
    users: { find: (name) => (name === USER.username ? USER : null) },
  },
}
const credentials = () => ({
  server: `ws://127.0.0.1:${harness.sip.ports.WS}`,
  domain: '127.0.0.1',
  username: USER.username,
  password: USER.password,
})

let browser: BrowserPhone
let harness: LegHarness
beforeAll(async () => {
  browser = await BrowserPhone.open()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  harness = await openLegs(undefined, EXCHANGE)
  await browser.start(credentials())
  await browser.speak(THEIRS)
})
afterEach(async () => {
  await browser.do('stop()')
  await harness.close()
  expect(harness.legs.size).toBe(0)
  expect(harness.pool.inUse).toBe(0)
  expect(harness.sip.stats()).toMatchObject({ dialogs: 0, pendingCalls: 0, registeredPhones: 0 })
})

/** The browser calls; the leg is answered. */
async function fromBrowser(): Promise<Leg> {
  await browser.do("call('15880000')")
  const leg = await harness.arrival()
  await leg.answer()
  await browser.state(({ call }) => call?.stage === 'talking')
  return leg
}

/** Resolves when the gateway hears the browser's tone on the leg, in mu-law. */
async function gatewayHears(leg: Leg, hz: number): Promise<void> {
  const socket = harness.attach(leg)
  await socket.until(({ audio }) => {
    const frames = audio.slice(-10).map(({ frame }) => frame)
    const [wanted = 0, other = 0] = spectrum('PCMU', frames, [hz, OTHER])
    return frames.length === 10 && wanted > 2_000 && other < wanted / 20
  })
  socket.close()
}

function say(leg: Leg, hz: number) {
  const socket = harness.attach(leg)
  socket.say(`u${hz}`, 'a tone', tone('PCMU', hz, 20_000))
  return socket
}

describe('a browser', () => {
  test('calls: both hear each other, it hangs up', async () => {
    const leg = await fromBrowser()
    expect(leg.media?.codec).toBe('PCMU')
    say(leg, OURS)
    await Promise.all([gatewayHears(leg, THEIRS), browser.hears(OURS, OTHER)])
    await browser.do('hangUp()')
    expect(await leg.ended).toMatchObject({ outcome: 'completed_by_remote', codec: 'PCMU' })
    await browser.state(({ call }) => call === null)
  })

  test('is called: both hear each other, we hang up', async () => {
    const leg = await harness.dial({ calleeNumber: '1001' })
    const ringing = await browser.state(({ call }) => call !== null)
    expect(ringing.call).toMatchObject({ direction: 'in', number: '15880000', stage: 'ringing' })
    await browser.do('answer()')
    await browser.state(({ call }) => call?.stage === 'talking')
    say(leg, OURS)
    await Promise.all([gatewayHears(leg, THEIRS), browser.hears(OURS, OTHER)])
    const report = await leg.hangUp()
    expect(report).toMatchObject({ outcome: 'completed_by_us' })
    expect(report.quality?.packetsReceived).toBeGreaterThanOrEqual(5)
    await browser.state(({ call }) => call === null)
  })

  test('and the gateway report to each other what has arrived (RTCP)', async () => {
    const leg = await fromBrowser()
    await gatewayHears(leg, THEIRS)
    while ((leg.media?.quality.roundTripMs ?? null) === null) await harness.ticks(100)
    expect(leg.media?.quality).toMatchObject({ remoteLossPercent: 0 })
    expect(leg.media?.quality.roundTripMs).toBeLessThan(20_000)
  })

  test('that is gone while we answer leaves nothing behind', async () => {
    await browser.do("call('15880000')")
    const leg = await harness.arrival()
    const answered = leg.answer()
    void leg.hangUp()
    await answered
    expect((await leg.ended).outcome).toBe('completed_by_us')
    await browser.state(({ call }) => call === null)
  })

  test('refuses a call', async () => {
    const leg = await harness.dial({ calleeNumber: '1001' })
    await browser.state(({ call }) => call !== null)
    await browser.do('hangUp()')
    expect(await leg.ended).toMatchObject({ outcome: 'busy' })
  })

  test('mutes, holds and takes the call up again', async () => {
    const leg = await fromBrowser()
    await gatewayHears(leg, THEIRS)
    const socket = harness.attach(leg)
    await socket.message('attached')
    socket.send({ type: 'levels', everyMs: 200 })
    await socket.message('level', ({ theirs }) => theirs > -40)
    await browser.do('mute(true)')
    await socket.message('level', ({ theirs }) => theirs < -60)
    await browser.do('mute(false)')
    await gatewayHears(leg, THEIRS)
    await browser.do('hold(true)')
    await browser.state(({ call }) => call?.held === true)
    expect(leg.media?.output.away).toBe(true)
    await browser.do('hold(false)')
    await browser.state(({ call }) => call?.held === false)
    expect(leg.media?.output.away).toBe(false)
    say(leg, OURS)
    await Promise.all([gatewayHears(leg, THEIRS), browser.hears(OURS, OTHER)])
  })

  test('dials digits', async () => {
    const leg = await fromBrowser()
    await gatewayHears(leg, THEIRS)
    const socket = harness.attach(leg)
    for (const digit of ['4', '2', '#']) {
      await browser.do(`sendDigit('${digit}')`)
      await socket.message('digit', (message) => message.digit === digit)
    }
  })

  test('gathers new candidates when its network has changed, and the sound goes on', async () => {
    const leg = await fromBrowser()
    await gatewayHears(leg, THEIRS)
    const before = leg.remoteDescription ?? ''
    await browser.do('restartIce()')
    const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
    expect(ufrag(leg.remoteDescription ?? '')).not.toBe(ufrag(before))
    await browser.speak(OURS + 300)
    say(leg, OURS)
    await Promise.all([gatewayHears(leg, OURS + 300), browser.hears(OURS, OTHER)])
    await browser.speak(THEIRS)
  })

  test('in our own network finds us without the way round by the public address', async () => {
    await browser.do('stop()')
    await harness.close()
    // Nobody is there (RFC 5737).
    harness = await openLegs(undefined, { ...EXCHANGE, mediaHost: '192.0.2.77' })
    await browser.start(credentials())
    await browser.speak(THEIRS)
    const leg = await fromBrowser()
    say(leg, OURS)
    await Promise.all([gatewayHears(leg, THEIRS), browser.hears(OURS, OTHER)])
  })

  test('talks with a telephone over a bridge, and holding leaves the telephone with music', async () => {
    const leg = await fromBrowser()
    const other = await harness.another('PCMA')
    const members = [leg, other.leg].map(({ legId }) => ({ legId, role: 'party' as const }))
    await harness.conferences.set({
      conferenceId: 'c',
      revision: 1,
      members,
      whenPartyEnds: 'hang_up_others',
    })
    other.phone.speech.write(tone('PCMA', OURS, 30_000))
    const phoneHears = (wanted: (levels: readonly number[]) => boolean) =>
      other.phone.until(() => wanted(spectrum('PCMA', other.phone.heard.slice(-15), [THEIRS, OTHER])))
    await Promise.all([phoneHears(([tone = 0]) => tone > 2_000), browser.hears(OURS, OTHER)])
    await browser.do('hold(true)')
    await phoneHears(([tone = 0]) => tone < 500)
    const music = () => Math.max(...other.phone.pcm(-10).map(Math.abs))
    await other.phone.until(() => music() > 500 && music() < 8_000)
    await browser.do('hold(false)')
    await phoneHears(([tone = 0]) => tone > 2_000)
    await browser.do('hangUp()')
    expect(await other.leg.ended).toMatchObject({ outcome: 'completed_by_us' })
  })

  test('that vanishes is given up as any line without sound', async () => {
    await harness.close()
    harness = await openLegs({ atStartMs: 5_000, laterMs: 600 }, EXCHANGE)
    await browser.start(credentials())
    const leg = await fromBrowser()
    await gatewayHears(leg, THEIRS)
    await browser.page.reload()
    expect(await leg.ended).toMatchObject({ outcome: 'no_media' })
    await browser.page.waitForFunction('window.ready')
  })
})
