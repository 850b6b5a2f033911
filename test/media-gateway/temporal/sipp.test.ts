import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { LegReport } from '../../../domain/call.ts'
import { decodeG711, encodeG711 } from '../../../media-gateway/rtp/index.ts'
import { SpeechDecoder } from '../../../simulators/azure-speech/modem/decode.ts'
import { encodeSpeech } from '../../../simulators/azure-speech/modem/encode.ts'
import { TestMediaSocket } from '../../support/media-socket-client.ts'
import { rtpCapture } from '../../support/rtp-pcap.ts'
import { runSipp, SIPP_MISSING, sippPath, startSipp } from '../../support/sipp.ts'
import { getTemporalAddress } from '../../support/temporal.ts'
import { callerCancels, callerHangsUp, callerTalking } from '../sip/sipp-scenarios.ts'
import type { FakeResult } from './fake-workflows.ts'
import { GatewayWorld, HOST, SECRET, TemporalWorld } from './harness.ts'

if (sippPath === null) console.warn(SIPP_MISSING)

describe.skipIf(sippPath === null)('SIPp phones the whole gateway', () => {
  let temporal: TemporalWorld
  let world: GatewayWorld
  let before = 0
  beforeAll(async () => {
    temporal = await TemporalWorld.open(getTemporalAddress())
  })
  afterAll(() => temporal.close())
  // Closing checks that no leg, port, dialog or socket is left.
  afterEach(() => world.close())

  const open = async (channels = 20) => {
    world = await GatewayWorld.open(temporal, { channels })
    return { host: HOST, port: world.gateway.sipPort }
  }
  /** Results of the calls of one test. */
  const results = async (count: number) => {
    const calls = (await temporal.workflows('inboundCall', before + count)).slice(before)
    before += count
    return Promise.all(calls.map(async (call) => (await call.result()) as FakeResult))
  }

  test('its words and digits arrive, and its BYE ends the call', async () => {
    const target = await open()
    const text = '네, 근조화환 하나 보내려고요.'
    const { pcm } = encodeSpeech(text)
    const capture = rtpCapture('PCMA', encodeG711('PCMA', pcm), '1590*#')
    const lengthMs = Math.ceil(pcm.length / 8) + 6 * 200 + 700
    const sipp = await startSipp({
      scenario: callerTalking(
        '<pause milliseconds="500"/>',
        '<nop><action><exec play_pcap_audio="speech.pcap"/></action></nop>',
        `<pause milliseconds="${lengthMs}"/>`,
      ),
      target,
      service: '15880000',
      files: { 'speech.pcap': capture },
    })
    const [call] = await temporal.workflows('inboundCall', before + 1)
    if (call === undefined) throw new Error('no workflow')
    const { legId, mediaSocketUrl } = await temporal.answered(call)
    const socket = new TestMediaSocket(mediaSocketUrl, legId, SECRET, 0)
    expect(await socket.message('attached')).toMatchObject({ codec: 'PCMA' })
    await socket.closed
    expect((await sipp.finished).exitCode).toBe(0)

    const decoder = new SpeechDecoder()
    const heard = socket.audio.flatMap(({ frame }) => decoder.push(decodeG711('PCMA', frame)))
    expect(heard.map(({ char }) => char).join('')).toContain(text.slice(0, 10))
    const types = socket.messages.map(({ type }) => type).filter((type) => type.startsWith('speech'))
    expect(types).toEqual(['speech.start', 'speech.end'])
    const [result] = await results(1)
    expect(result?.events.map((event) => (event.type === 'digit' ? event.digit : event.type))).toEqual([
      'answered',
      ...'1590*#',
      'ended',
    ])
    expect(result?.report).toMatchObject({
      outcome: 'completed_by_remote',
      codec: 'PCMA',
      quality: { packetsLost: 0 },
    })
  })

  test('CANCEL while it rings: the workflow learns that nobody waits for an answer', async () => {
    const target = await open()
    await temporal.paused(async () => {
      await runSipp({ scenario: callerCancels, target, service: '15880000', calls: 5 })
    })
    for (const { report } of await results(5)) expect(report).toMatchObject({ outcome: 'cancelled' })
  })

  test('a hundred calls in a row leave nothing behind', async () => {
    const target = await open()
    await runSipp({
      scenario: callerHangsUp,
      target,
      service: '15880000',
      calls: 100,
      callsPerSecond: 20,
      maxConcurrentCalls: 10,
      timeoutSeconds: 50,
    })
    const all = await results(100)
    expect(all.filter(({ report }) => (report as LegReport).outcome !== 'completed_by_remote')).toEqual([])
    expect(world.gateway.usage()).toMatchObject({ legs: 0, rtpPortPairs: 0, dialogs: 0, pendingCalls: 0 })
  })
})
