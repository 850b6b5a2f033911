import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import {
  anyPorts,
  buildSdpAnswer,
  buildSdpOffer,
  NoPortError,
  PortPool,
  readSdpAnswer,
  readSdpOffer,
} from '../../../media-gateway/rtp/index.ts'
import type { PortPair } from '../../../media-gateway/rtp/port-pool.ts'

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
    expect(open[0]?.rtcp.address().port).toBe(first + 1)
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
})

describe('SDP', () => {
  const offer = (lines: readonly string[]) =>
    ['v=0', 'o=- 1 1 IN IP4 10.0.0.1', 's=-', 'c=IN IP4 10.0.0.1', 't=0 0', ...lines, ''].join('\r\n')

  test('our offer and our answer are understood by ourselves', () => {
    const theirs = readSdpOffer(buildSdpOffer({ host: '10.0.0.1', rtpPort: 4000 }))
    expect(theirs).toEqual({
      codec: 'PCMU',
      telephoneEventType: 101,
      remote: { host: '10.0.0.1', port: 4000 },
      weSend: true,
      theySend: true,
    })
    const answer = readSdpAnswer(buildSdpAnswer({ host: '10.0.0.2', rtpPort: 5000 }, theirs))
    expect(answer).toMatchObject({ codec: 'PCMU', remote: { host: '10.0.0.2', port: 5000 } })
  })

  test('the first codec we know is taken, or the one the call already has', () => {
    const sdp = offer(['m=audio 4000 RTP/AVP 18 8 0 96', 'a=rtpmap:96 telephone-event/8000'])
    expect(readSdpOffer(sdp)).toMatchObject({ codec: 'PCMA', telephoneEventType: 96 })
    expect(readSdpOffer(sdp, 'PCMU').codec).toBe('PCMU')
  })

  test('hold is understood, and mirrored in the answer', () => {
    const held = readSdpOffer(offer(['m=audio 4000 RTP/AVP 0', 'a=sendonly']))
    expect(held).toMatchObject({ weSend: false, theySend: true, telephoneEventType: undefined })
    expect(buildSdpAnswer({ host: HOST, rtpPort: 2 }, held)).toContain('a=recvonly')
    expect(readSdpOffer(offer(['m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0']))).toMatchObject({
      weSend: false,
    })
  })

  test('the address of the media section wins; a second section does not count', () => {
    const sdp = offer([
      'm=audio 4000 RTP/AVP 0',
      'c=IN IP4 10.0.0.9',
      'm=video 4002 RTP/AVP 31',
      'c=IN IP4 10.0.0.8',
      'a=inactive',
    ])
    expect(readSdpOffer(sdp)).toMatchObject({ remote: { host: '10.0.0.9', port: 4000 }, weSend: true })
  })

  test.each([
    ['no audio', ['m=video 4000 RTP/AVP 31']],
    ['only foreign codecs', ['m=audio 4000 RTP/AVP 18 9']],
    ['a refused section', ['m=audio 0 RTP/AVP 0']],
    ['encrypted audio', ['m=audio 4000 RTP/SAVP 0']],
  ])('%s is refused', (_, lines) => {
    expect(() => readSdpOffer(offer(lines))).toThrow()
  })
})
