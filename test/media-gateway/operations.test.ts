/** Messages that are kept of a leg, figures for Prometheus, and what a gateway tells by HTTP. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCallId, makeLegId } from '../../domain/ids.ts'
import { SealError, seal, unseal } from '../../domain/sealed.ts'
import { maskCredentials, type SignallingLog, signallingFile } from '../../domain/signalling.ts'
import { GatewayMetrics } from '../../media-gateway/operations/gateway-metrics.ts'
import { MessageLog } from '../../media-gateway/operations/message-log.ts'
import type { TappedMessage } from '../../media-gateway/sip/index.ts'

const KEY = 'ab'.repeat(32)
const callId = makeCallId('0123456789ab')
const legId = makeLegId('0123456789ab')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operations-'))
})
afterEach(() => rm(folder, { recursive: true }))

const message = (
  id: string,
  raw = `INVITE sip:a@b SIP/2.0\r\nCall-ID: ${id}\r\n\r\n`,
  at = 0,
): TappedMessage => ({
  direction: 'in',
  at: new Date(1_700_000_000_000 + at),
  callId: id,
  remote: { host: '192.0.2.1', port: 5060 },
  raw,
})
const openLog = () => new MessageLog({ folder, dataKey: KEY, logger: pino({ level: 'silent' }), lingerMs: 0 })
const readLog = async (): Promise<SignallingLog> => {
  const name = signallingFile(callId, legId)
  return JSON.parse(unseal(KEY, 'signalling', name, await readFile(join(folder, name))).toString())
}

describe('the messages of a leg', () => {
  it('are kept of all its Call-IDs in the order of time, sealed, and nobody else’s', async () => {
    const log = openLog()
    log.tap(message('first'))
    log.follow({ callId, legId }, 'first')
    log.tap(message('stranger'))
    log.follow({ callId, legId }, 'second')
    log.tap(message('second', undefined, 20))
    log.tap(message('first', 'SIP/2.0 503 No\r\n\r\n', 10))
    log.ended(legId)
    await log.close()
    const { messages, dropped } = await readLog()
    expect(messages.map(({ text }) => text.split('\r\n')[0])).toEqual([
      'INVITE sip:a@b SIP/2.0',
      'SIP/2.0 503 No',
      'INVITE sip:a@b SIP/2.0',
    ])
    expect(messages[0]).toMatchObject({
      direction: 'in',
      host: '192.0.2.1',
      port: 5060,
      at: '2023-11-14T22:13:20.000Z',
    })
    expect(dropped).toBe(0)
    expect(log.size).toBe(0)
    const raw = await readFile(join(folder, signallingFile(callId, legId)))
    expect(raw.includes('INVITE')).toBe(false)
    expect(await readdir(join(folder, 'signalling', callId))).toEqual([`${legId}.sealed`])
  })

  it('are bounded, and say how many were too many', async () => {
    const log = openLog()
    log.follow({ callId, legId }, 'long')
    for (let n = 0; n < 250; n++) log.tap(message('long'))
    log.tap(message('long', 'x'.repeat(400_000)))
    for (let n = 0; n < 5_000; n++) log.tap(message(`flood-${n}`))
    log.ended(legId)
    await log.close()
    const { messages, dropped } = await readLog()
    expect([messages.length, dropped]).toEqual([200, 51])
  })

  it('of a leg that lives when the gateway stops are written all the same', async () => {
    const log = openLog()
    log.follow({ callId, legId }, 'live')
    log.tap(message('live'))
    await log.close()
    expect((await readLog()).messages).toHaveLength(1)
  })
})

describe('what is never kept', () => {
  it.each([
    ['Authorization: Digest username="u", response="0123"', 'Authorization: ***'],
    ['proxy-authorization : Digest response="0123"', 'proxy-authorization: ***'],
    ['WWW-Authenticate: Digest nonce="0123"', 'WWW-Authenticate: ***'],
    ['Authorization: Digest username="u",\r\n response="0123"', 'Authorization: ***'],
    [
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***',
    ],
    ['a=ice-pwd:asd88fgpdd777uzjYhagZg', 'a=ice-pwd:***'],
    ['Signal=7', 'Signal=***'],
  ])('%j', (line, masked) => {
    expect(maskCredentials(`A: 1\r\n${line}\r\nB: 2`)).toBe(`A: 1\r\n${masked}\r\nB: 2`)
  })

  it('is found wherever the lines of a header are broken', () => {
    fc.assert(
      fc.property(fc.constantFrom(' ', '\t', '  '), fc.nat({ max: 3 }), (blank, breaks) => {
        const value = `Digest${`\r\n${blank}`.repeat(breaks > 0 ? 1 : 0)} response="secret"`
        expect(maskCredentials(`Authorization: ${value}\r\nX: y`)).not.toContain('secret')
      }),
    )
  })
})

describe('a sealed file', () => {
  it('opens under its key and name only', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, at) => {
        const sealed = seal(KEY, 'signalling', 'a', Buffer.from(bytes))
        expect([...unseal(KEY, 'signalling', 'a', sealed)]).toEqual([...bytes])
        expect(() => unseal(KEY, 'signalling', 'b', sealed)).toThrow(SealError)
        expect(() => unseal('cd'.repeat(32), 'signalling', 'a', sealed)).toThrow(SealError)
        const broken = Buffer.from(sealed)
        const index = at % broken.length
        broken.writeUInt8((broken.readUInt8(index) + 1) & 0xff, index)
        expect(() => unseal(KEY, 'signalling', 'a', broken)).toThrow(SealError)
      }),
      { numRuns: 50 },
    )
  })
})

it('the figures tell what is in use, what became of legs, and each leg that lives, for as long as it does', async () => {
  const quality = { packetsReceived: 100, packetsLost: 2, packetsSent: 101, jitterMs: 3, mos: 4.3 }
  let live = [{ legId: 'leg-1', quality }]
  const metrics = new GatewayMetrics({
    inUse: () => ({ legs: live.length, dialogs: 2 }),
    channels: 30,
    isReady: () => true,
    trunks: () => [
      {
        name: 'kt',
        channels: 30,
        channelsInUse: 4,
        callsPerSecond: 5,
        registration: 'registered',
        registrar: 'sip.kt:5060',
        servers: [{ host: 'sip.kt', port: 5060, transport: 'udp', isUp: false, heldMs: 0 }],
      },
    ],
    liveLegs: () => live,
  })
  metrics.refused(403)
  metrics.ended({
    legId,
    outcome: 'completed_by_us',
    sipCode: 200,
    startedAt: '',
    answeredAt: '2026-01-01T00:00:00Z',
    endedAt: '',
    durationMs: 42_000,
    codec: 'PCMU',
    quality,
    recordingKey: null,
    latencies: [{ utteranceId: 'u', ms: 620 }],
  })
  const text = await metrics.text()
  for (const line of [
    'daeri_gateway_in_use{what="dialogs"} 2',
    'daeri_gateway_channels 30',
    'daeri_gateway_ready 1',
    'daeri_trunk_channels_in_use{trunk="kt"} 4',
    'daeri_trunk_server_up{trunk="kt",server="sip.kt:5060"} 0',
    'daeri_trunk_registered{trunk="kt"} 1',
    'daeri_calls_refused_total{sip_code="403"} 1',
    'daeri_legs_ended_total{outcome="completed_by_us",sip_code="200"} 1',
    'daeri_leg_seconds_bucket{le="60"} 1',
    'daeri_answer_latency_seconds_bucket{le="0.8"} 1',
    'daeri_rtp_packets_lost_total 2',
    'daeri_live_leg_mos{leg="leg-1"} 4.3',
  ])
    expect(text).toContain(line)
  live = []
  expect(await metrics.text()).not.toContain('leg="leg-1"')
})
