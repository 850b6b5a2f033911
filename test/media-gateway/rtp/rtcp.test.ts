import { execFileSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { RtpEndpoint } from '../../../media-gateway/rtp/index.ts'
import { serialiseRtp } from '../../../media-gateway/rtp/packet.ts'
import { ReceiverStatistics } from '../../../media-gateway/rtp/receiver-statistics.ts'
import { parseRtcp, type RtcpCompound, serialiseRtcp } from '../../../media-gateway/rtp/rtcp-packet.ts'
import { RtcpSession } from '../../../media-gateway/rtp/rtcp-session.ts'

const HOST = '127.0.0.1'
const word = fc.nat(0xffffffff)

const compounds: fc.Arbitrary<RtcpCompound> = fc.record({
  ssrc: word,
  cname: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  sender: fc.option(
    fc.record({ ntpSeconds: word, ntpFraction: word, rtpTimestamp: word, packets: word, octets: word }),
    { nil: undefined },
  ),
  blocks: fc.array(
    fc.record({
      ssrc: word,
      fractionLost: fc.nat(255),
      cumulativeLost: fc.integer({ min: -8_388_608, max: 8_388_607 }),
      extendedHighest: word,
      jitter: word,
      lastSenderReport: word,
      delaySinceLast: word,
    }),
    { maxLength: 31 },
  ),
  bye: fc.boolean(),
})

describe('RTCP packets', () => {
  test('survive the wire', () => {
    fc.assert(
      fc.property(compounds, (compound) => {
        const { ssrc, cname, sender, blocks, bye } = compound
        expect(parseRtcp(serialiseRtcp(compound))).toEqual([
          { type: 'report', ssrc, sender, blocks },
          { type: 'cname', ssrc, cname },
          ...(bye ? [{ type: 'bye', ssrcs: [ssrc] }] : []),
        ])
      }),
    )
  })

  test('any bytes are packets or nothing, never an exception; cut ones are nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseRtcp(Buffer.from(bytes))))
    fc.assert(
      fc.property(compounds, fc.nat(1_000), fc.nat(255), (compound, at, value) => {
        const datagram = serialiseRtcp(compound)
        expect(parseRtcp(datagram.subarray(0, datagram.length - 1 - (at % 3)))).toBeUndefined()
        datagram[at % datagram.length] = value
        parseRtcp(datagram)
      }),
    )
  })

  test('extensions and feedback between known packets are passed over', () => {
    const report = serialiseRtcp({ ssrc: 7, cname: 'a', sender: undefined, blocks: [], bye: false })
    const feedback = Buffer.from([0x81, 205, 0, 2, 0, 0, 0, 7, 0, 0, 0, 8])
    expect(parseRtcp(Buffer.concat([report, feedback, report]))?.length).toBe(4)
  })

  test.skipIf(!existsSync('/usr/bin/text2pcap') || !existsSync('/usr/bin/tshark'))(
    'tshark reads them as we mean them',
    async () => {
      const datagram = serialiseRtcp({
        ssrc: 0x11223344,
        cname: 'somebody',
        sender: { ntpSeconds: 3_900_000_000, ntpFraction: 1, rtpTimestamp: 160, packets: 50, octets: 8_000 },
        blocks: [
          {
            ssrc: 0x55667788,
            fractionLost: 26,
            cumulativeLost: 5,
            extendedHighest: 65_540,
            jitter: 40,
            lastSenderReport: 9,
            delaySinceLast: 65_536,
          },
        ],
        bye: true,
      })
      const folder = await mkdtemp(join(tmpdir(), 'rtcp-'))
      try {
        const hex = [...datagram].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
        await writeFile(join(folder, 'hex'), `000000 ${hex}\n`)
        execFileSync('/usr/bin/text2pcap', [
          '-q',
          '-u',
          '5005,5005',
          join(folder, 'hex'),
          join(folder, 'pcap'),
        ])
        const fields = [
          'rtcp.pt',
          'rtcp.ssrc.fraction',
          'rtcp.ssrc.cum_nr',
          'rtcp.ssrc.jitter',
          'rtcp.ssrc.dlsr',
        ]
        const read = execFileSync('/usr/bin/tshark', [
          ...['-r', join(folder, 'pcap'), '-d', 'udp.port==5005,rtcp', '-T', 'fields'],
          ...fields.flatMap((field) => ['-e', field]),
          ...['-e', 'rtcp.sdes.text', '-e', 'rtcp.length_check'],
        ])
        expect(read.toString().trim().split('\t')).toEqual([
          '200,202,203',
          '26',
          '5',
          '40',
          '65536',
          'somebody',
          expect.stringMatching(/^(True|1)$/),
        ])
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )
})

const session = (ssrc: number, nowMs = 0) =>
  new RtcpSession({ ssrc, cname: `c${ssrc}`, epochMs: 1_800_000_000_000, nowMs, random: () => 0.5 })

describe('the RTCP conversation', () => {
  test('tells the round trip, whatever the delay between report and answer', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.nat(6_000), (there, back, waits) => {
        const [a, b] = [session(1), session(2)]
        const heardByB = new ReceiverStatistics()
        heardByB.push({ sequence: 1, timestamp: 0, ssrc: 1, payload: new Uint8Array(160) }, 0)
        const report = a.report(1_000, { packets: 10, bytes: 1_600, timestamp: 0 }, new ReceiverStatistics())
        expect(b.receive(report, 1_000 + there)).toBe(true)
        const answer = b.report(1_000 + there + waits, { packets: 1, bytes: 160, timestamp: 0 }, heardByB)
        a.receive(answer, 1_000 + there + waits + back)
        expect(Math.abs((a.remote.roundTripMs ?? -100) - there - back)).toBeLessThan(1)
      }),
    )
  })

  test('a report on somebody else says nothing of us', () => {
    const [a, b] = [session(1), session(2)]
    const others = new ReceiverStatistics()
    others.push({ sequence: 1, timestamp: 0, ssrc: 99, payload: new Uint8Array(160) }, 0)
    a.receive(b.report(0, { packets: 0, bytes: 0, timestamp: 0 }, others), 10)
    expect(a.remote).toEqual({ lossPercent: null, jitterMs: null, roundTripMs: null })
  })

  test('who has sent nothing since the last report is a receiver', () => {
    const a = session(1)
    const sent = { packets: 1, bytes: 160, timestamp: 0 }
    const kinds = [1, 2].map((n) => parseRtcp(a.report(n, sent, new ReceiverStatistics()))?.[0])
    expect(kinds.map((packet) => packet?.type === 'report' && packet.sender !== undefined)).toEqual([
      true,
      false,
    ])
  })

  test('the first report comes in half the time, the others every five seconds on average', () => {
    const a = session(1, 100)
    expect([a.isDue(2_599), a.isDue(2_600)]).toEqual([false, true])
    a.report(2_600, { packets: 1, bytes: 1, timestamp: 1 }, new ReceiverStatistics())
    expect([a.isDue(7_599), a.isDue(7_600)]).toEqual([false, true])
  })

  test('loss is counted for the interval and for the whole, across the wrap-around', () => {
    const statistics = new ReceiverStatistics()
    const feed = (from: number, to: number, lost: readonly number[]) => {
      for (let n = from; n < to; n++)
        if (!lost.includes(n))
          statistics.push(
            { sequence: (65_500 + n) & 0xffff, timestamp: n * 160, ssrc: 5, payload: new Uint8Array(160) },
            n * 160,
          )
    }
    feed(0, 100, [10, 20, 30, 40, 50])
    expect(statistics.report()).toMatchObject({
      fractionLost: 12,
      cumulativeLost: 5,
      extendedHighest: 65_599,
    })
    feed(100, 200, [])
    expect(statistics.report()).toMatchObject({ fractionLost: 0, cumulativeLost: 5, extendedHighest: 65_699 })
    expect(statistics.packetsLost).toBe(5)
  })
})

describe('an endpoint speaks RTCP', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const end of open.splice(0)) await end.close()
  })

  async function socketAt(port = 0): Promise<Socket> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(port, HOST, resolve))
    open.push(socket)
    return socket
  }

  async function answered(rtcpMux: boolean) {
    const [rtp, rtcp] = [await socketAt(), await socketAt()]
    const endpoint = await RtpEndpoint.open({ host: HOST })
    const heard: Uint8Array[] = []
    endpoint.start(
      {
        codec: 'PCMU',
        telephoneEventType: undefined,
        remote: { host: HOST, port: rtp.address().port },
        rtcp: { host: HOST, port: rtcp.address().port },
        rtcpMux,
        weSend: true,
        theySend: true,
      },
      { nextFrame: () => undefined, onFrame: (frame) => heard.push(frame) },
    )
    const isRtcp = (datagram: Buffer) => datagram[1] === 200 || datagram[1] === 201
    const first = (socket: Socket) =>
      new Promise<Buffer>((resolve) =>
        socket.on('message', (datagram: Buffer) => {
          if (isRtcp(datagram)) resolve(datagram)
        }),
      )
    return { endpoint, rtp, rtcp, heard, report: first(rtcpMux ? rtp : rtcp) }
  }

  const voice = (sequence: number) =>
    serialiseRtp({
      payloadType: 0,
      marker: false,
      sequence,
      timestamp: sequence * 160,
      ssrc: 77,
      payload: new Uint8Array(160).fill(9),
    })

  test.each([false, true])('with mux %s: reports, takes reports, and says BYE', async (mux) => {
    const { endpoint, rtp, rtcp, report } = await answered(mux)
    for (const sequence of [1, 2, 4]) rtp.send(voice(sequence), endpoint.rtpPort, HOST)
    const [packet] = (parseRtcp(await report) ?? []).filter(({ type }) => type === 'report')
    if (packet?.type !== 'report' || packet.sender === undefined) throw new Error('no sender report')
    expect(packet.sender.packets).toBeGreaterThan(0)
    expect(packet.sender.octets).toBe(packet.sender.packets * 160)
    expect(packet.blocks).toMatchObject([{ ssrc: 77, cumulativeLost: 1, extendedHighest: 4 }])
    const middle = ((packet.sender.ntpSeconds & 0xffff) << 16) | (packet.sender.ntpFraction >>> 16)
    const block = {
      fractionLost: 0,
      extendedHighest: 9,
      jitter: 80,
      lastSenderReport: middle,
      delaySinceLast: 0,
    }
    const answer = serialiseRtcp({
      ssrc: 77,
      cname: 'them',
      sender: undefined,
      blocks: [{ ...block, ssrc: packet.ssrc, cumulativeLost: 2 }],
      bye: false,
    })
    const from = mux ? rtp : rtcp
    const to = mux ? endpoint.rtpPort : endpoint.rtpPort + 1
    // Garbage first: it changes nothing.
    from.send(Buffer.from([0x80, 200, 255, 255, 1, 2, 3, 4]), to, HOST)
    from.send(answer, to, HOST)
    while (endpoint.quality.roundTripMs === null) await once(rtp, 'message')
    expect(endpoint.quality).toMatchObject({ remoteJitterMs: 10, packetsReceived: 3, packetsLost: 1 })
    expect(endpoint.quality.remoteLossPercent).toBeGreaterThan(0)
    expect(endpoint.quality.roundTripMs).toBeLessThan(20_000)
    const goodbye = new Promise((resolve) =>
      from.on('message', (datagram: Buffer) => {
        if (parseRtcp(datagram)?.some(({ type }) => type === 'bye')) resolve('bye')
      }),
    )
    await endpoint.close()
    expect(await goodbye).toBe('bye')
  })
})
