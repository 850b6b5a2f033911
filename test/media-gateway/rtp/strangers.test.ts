/** Who is listened to: sources that are learned and locked, streams that begin anew, and what strangers send. */
import { createSocket, type Socket } from 'node:dgram'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { RtpEndpoint } from '../../../media-gateway/rtp/index.ts'
import { serialiseRtp } from '../../../media-gateway/rtp/packet.ts'
import { SourceLock } from '../../../media-gateway/rtp/source-lock.ts'
import { StreamSelector } from '../../../media-gateway/rtp/stream-selector.ts'

const HOST = '127.0.0.1'
const SIGNALLED = { host: '10.0.0.1', port: 4_000 }
const NAT = { host: '1.2.3.4', port: 9_000 }
const STRANGER = { host: '6.6.6.6', port: 6_666 }
const at = (sequence: number, ssrc = 1) => ({ sequence, ssrc })

describe('the source lock', () => {
  test('the address of the SDP counts at once', () => {
    const lock = new SourceLock(SIGNALLED)
    expect(lock.admits(SIGNALLED, at(1), 0)).toBe(true)
    expect(lock.remote).toEqual(SIGNALLED)
  })

  test('another address must send two packets in sequence, and is then where we send', () => {
    const lock = new SourceLock(SIGNALLED)
    expect([lock.admits(NAT, at(1), 0), lock.admits(NAT, at(2), 20)]).toEqual([false, true])
    expect(lock.remote).toEqual(NAT)
  })

  test('stray packets of many addresses never add up', () => {
    const lock = new SourceLock(SIGNALLED)
    for (let n = 0; n < 50; n++) expect(lock.admits({ ...STRANGER, port: 5_000 + n }, at(n), n)).toBe(false)
    for (let n = 0; n < 50; n++) expect(lock.admits(STRANGER, at(n * 100), n)).toBe(false)
    expect(lock.remote).toEqual(SIGNALLED)
  })

  test('while the peer is heard nobody else gets in; who was first by mistake gives way to the SDP', () => {
    const lock = new SourceLock(SIGNALLED)
    for (const n of [1, 2]) lock.admits(STRANGER, at(n), n)
    expect(lock.remote).toEqual(STRANGER)
    expect(lock.admits(SIGNALLED, at(1), 30)).toBe(true)
    for (let n = 3; n < 40; n++) expect(lock.admits(STRANGER, at(n), n * 20)).toBe(false)
    expect(lock.remote).toEqual(SIGNALLED)
  })

  test('a NAT that moves is followed once the old place is silent for two seconds', () => {
    const lock = new SourceLock(SIGNALLED)
    for (const n of [1, 2]) lock.admits(NAT, at(n), n)
    const moved = { ...NAT, port: 9_001 }
    expect([3, 4].map((n) => lock.admits(moved, at(n), 1_000 + n))).toEqual([false, false])
    expect([5, 6].map((n) => lock.admits(moved, at(n), 2_100 + n))).toEqual([false, true])
    expect(lock.remote).toEqual(moved)
  })

  test('who proves to have the key is followed at once', () => {
    const lock = new SourceLock(SIGNALLED)
    lock.admits(SIGNALLED, at(1), 0)
    expect(lock.admits(NAT, at(2), 20, true)).toBe(true)
    expect(lock.remote).toEqual(NAT)
  })

  test('another address in a later SDP starts it over, the same one does not', () => {
    const lock = new SourceLock(SIGNALLED)
    for (const n of [1, 2]) lock.admits(NAT, at(n), n)
    lock.signal({ ...SIGNALLED })
    expect(lock.remote).toEqual(NAT)
    lock.signal({ ...SIGNALLED, port: 4_002 })
    expect(lock.remote).toEqual({ ...SIGNALLED, port: 4_002 })
  })
})

const FRAME = 160

function select() {
  const taken: { ssrc: number; sequence: number; at: number }[] = []
  const selector = new StreamSelector<{ ssrc: number; sequence: number }>((packet, time) =>
    taken.push({ ...packet, at: time }),
  )
  return { selector, taken }
}

describe('the stream selector', () => {
  test('a stream that takes over after the old one has ended loses nothing', () => {
    const { selector, taken } = select()
    for (let n = 0; n < 10; n++) selector.push(at(n, 1), n * FRAME)
    for (let n = 10; n < 20; n++) selector.push(at(n, 2), n * FRAME)
    expect(taken.map(({ sequence }) => sequence)).toEqual([...Array(20).keys()])
    expect(taken.map((packet) => packet.at)).toEqual([...Array(20).keys()].map((n) => n * FRAME))
  })

  test('a stream beside a live one is never heard, however long it lasts', () => {
    const { selector, taken } = select()
    for (let n = 0; n < 500; n++) {
      selector.push(at(n, 1), n * FRAME)
      selector.push(at(n + 7_000, 2), n * FRAME + 80)
    }
    expect(new Set(taken.map(({ ssrc }) => ssrc))).toEqual(new Set([1]))
    expect(selector.strangers).toBeGreaterThan(480)
  })

  test('single packets of invented sources change nothing, even in silence', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 1e9 }), { maxLength: 60 }), (ssrcs) => {
        const { selector, taken } = select()
        selector.push(at(0, 1), 0)
        for (const [n, ssrc] of ssrcs.entries()) selector.push(at(n, ssrc), 10_000 + n)
        expect(taken.length).toBe(1)
      }),
    )
  })
})

describe('an endpoint among strangers', () => {
  const open: { close(): unknown }[] = []
  afterEach(async () => {
    for (const end of open.splice(0)) await end.close()
  })

  async function socket(): Promise<Socket> {
    const made = createSocket('udp4')
    await new Promise<void>((resolve) => made.bind(0, HOST, resolve))
    open.push(made)
    return made
  }

  const voice = (sequence: number, code: number, ssrc = 5) =>
    serialiseRtp({
      payloadType: 0,
      marker: false,
      sequence: sequence & 0xffff,
      timestamp: sequence * FRAME,
      ssrc,
      payload: new Uint8Array(FRAME).fill(code),
    })

  test('hears its peer alone among garbage, STUN, DTLS, injected streams and other senders', async () => {
    const [peer, stranger] = [await socket(), await socket()]
    const endpoint = await RtpEndpoint.open({ host: HOST })
    open.push(endpoint)
    const codes = new Set<number>()
    let frames = 0
    let enough = () => {}
    const done = new Promise<void>((resolve) => {
      enough = resolve
    })
    endpoint.start(
      {
        codec: 'PCMU',
        telephoneEventType: 101,
        remote: { host: HOST, port: peer.address().port },
        weSend: true,
        theySend: true,
      },
      {
        nextFrame: () => undefined,
        onFrame: (frame) => {
          for (const code of frame) codes.add(code)
          if (frame[0] === 9 && ++frames === 40) enough()
        },
      },
    )
    const to = (from: Socket, datagram: Buffer) => from.send(datagram, endpoint.rtpPort, HOST)
    const stun = Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...Array(12).fill(7)])
    const dtls = Buffer.from([22, 254, 253, ...Array(40).fill(1)])
    const rtcp = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 9])
    let seed = 11
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed
    }
    let n = 0
    // Each answer of the endpoint is one beat of its clock.
    peer.on('message', () => {
      to(peer, voice(n, 9))
      to(stranger, voice(n, 20, 6))
      to(peer, voice(n + 3_000, 30, 7))
      to(peer, Buffer.from(Array.from({ length: random() % 200 }, () => random() & 0x7f)))
      for (const datagram of [stun, dtls, rtcp, Buffer.alloc(0)]) to(n % 2 === 0 ? peer : stranger, datagram)
      n++
    })
    await done
    expect([...codes].filter((code) => code !== 0xff)).toEqual([9])
    expect(endpoint.quality.packetsLost).toBe(0)
    expect(endpoint.quality.packetsRefused).toBeGreaterThan(100)
  })
})
