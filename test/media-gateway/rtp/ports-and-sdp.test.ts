import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import {
  answerSdpOffer,
  anyPorts,
  buildSdpOffer,
  NoPortError,
  PortPool,
  readSdpAnswer,
} from '../../../media-gateway/rtp/index.ts'
import type { PortPair } from '../../../media-gateway/rtp/port-pool.ts'
import { SipCallError } from '../../../media-gateway/sip/index.ts'

const HOST = '127.0.0.1'
const open: PortPair[] = []
afterEach(() => Promise.all(open.splice(0).map((pair) => pair.release())))

describe('the port pool', () => {
  async function pool(now: () => number) {
    const { rtpPort, release } = await anyPorts.acquire(HOST)
    await release()
    return {
      first: rtpPort,
      pool: new PortPool({ min: rtpPort, max: rtpPort + 3 }, { quarantineMs: 30_000, now }),
    }
  }

  test('hands out even ports with their neighbours until none is left', async () => {
    const { pool: ports, first } = await pool(() => 0)
    open.push(await ports.acquire(HOST), await ports.acquire(HOST))
    expect(open.map(({ rtpPort }) => rtpPort)).toEqual([first, first + 2])
    expect((open[0]?.rtcp as Socket | undefined)?.address().port).toBe(first + 1)
    await expect(ports.acquire(HOST)).rejects.toThrow(NoPortError)
    expect(ports.inUse).toBe(2)
  })

  test('keeps a pair in quarantine after the call', async () => {
    let now = 0
    const { pool: ports, first } = await pool(() => now)
    const pair = await ports.acquire(HOST)
    await Promise.all([pair.release(), pair.release()])
    open.push(await ports.acquire(HOST))
    expect(open[0]?.rtpPort).toBe(first + 2)
    now = 29_999
    await expect(ports.acquire(HOST)).rejects.toThrow(NoPortError)
    now = 30_000
    open.push(await ports.acquire(HOST))
    expect(open[1]?.rtpPort).toBe(first)
  })

  test('passes over ports that another program has', async () => {
    const { pool: ports, first } = await pool(() => 0)
    const other = createSocket('udp4')
    await new Promise<void>((resolve) => other.bind(first + 1, HOST, resolve))
    open.push(await ports.acquire(HOST))
    expect(open[0]?.rtpPort).toBe(first + 2)
    other.close()
  })

  /** A port that somebody has: even for 0, odd for 1. */
  async function portOfParity(parity: number): Promise<{ other: Socket; port: number }> {
    for (;;) {
      const other = createSocket('udp4')
      await new Promise<void>((resolve) => other.bind(0, HOST, resolve))
      const { port } = other.address()
      if (port % 2 === parity && port < 65_000) return { other, port }
      await new Promise<void>((resolve) => other.close(() => resolve()))
    }
  }

  test('leaves no socket behind where another program has a port', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
    // What is closed is gone in the next turn of the event loop.
    const turn = () => new Promise((resolve) => setTimeout(resolve, 1))
    for (const taken of [0, 1]) {
      const { other, port } = await portOfParity(taken)
      const ports = new PortPool({ min: port - taken, max: port + 60 })
      await turn()
      const before = sockets()
      open.push(await ports.acquire(HOST))
      await turn()
      expect(sockets()).toBe(before + 2)
      other.close()
    }
  })
})

describe('SDP for an endpoint', () => {
  const local = { host: '10.0.0.2', rtpPort: 5000, sessionId: 7 }

  test('our offer and our answer are understood by ourselves', () => {
    const { sdp, media } = answerSdpOffer(buildSdpOffer({ host: '10.0.0.1', rtpPort: 4000 }), local)
    expect(media).toEqual({
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventType: 101,
      remote: { host: '10.0.0.1', port: 4000 },
      rtcp: { host: '10.0.0.1', port: 4001 },
      rtcpMux: false,
      weSend: true,
      theySend: true,
    })
    expect(readSdpAnswer(sdp)).toMatchObject({ codec: 'PCMU', remote: { host: '10.0.0.2', port: 5000 } })
    expect(sdp).toContain('o=- 7 7 IN IP4 10.0.0.2')
  })

  test('RTCP on the RTP port is answered where it is offered, and its port is read', () => {
    const offer = buildSdpOffer({ host: '10.0.0.1', rtpPort: 4000 })
    expect(answerSdpOffer(offer, local).sdp).not.toContain('rtcp-mux')
    const { sdp, media } = answerSdpOffer(`${offer}a=rtcp-mux\r\na=rtcp:4711\r\n`, local)
    expect(sdp).toContain('a=rtcp-mux')
    expect(media).toMatchObject({ rtcpMux: true, rtcp: { host: '10.0.0.1', port: 4711 } })
  })

  test('only the codecs that may be taken are taken', () => {
    const offer = buildSdpOffer({ host: '10.0.0.1', rtpPort: 4000 })
    expect(answerSdpOffer(offer, local, ['PCMA']).media.codec).toBe('PCMA')
    expect(() => answerSdpOffer(buildSdpOffer(local, ['PCMU']), local, ['PCMA'])).toThrow(SipCallError)
  })

  test.each([
    ['sendonly', false, true],
    ['recvonly', true, false],
    ['inactive', false, false],
  ])('who is held by %s does not send', (direction, weSend, theySend) => {
    const offer = `${buildSdpOffer({ host: '10.0.0.1', rtpPort: 4000 })}a=${direction}\r\n`
    expect(answerSdpOffer(offer, local).media).toMatchObject({ weSend, theySend })
  })
})
