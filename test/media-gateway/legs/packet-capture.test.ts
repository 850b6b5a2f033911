/** RTP of a call on request, over real sockets, as Wireshark reads it; what may not be kept is not there. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { pcapOf } from '../../../api/views/pcap.ts'
import { makeCallId, makeLegId } from '../../../domain/ids.ts'
import { FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import { type CapturedPacket, captureFile, openCapture } from '../../../domain/packet-capture.ts'
import type { SignallingMessage } from '../../../domain/signalling.ts'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import { PacketCapture } from '../../../media-gateway/legs/packet-capture.ts'
import type { TappedPacket } from '../../../media-gateway/rtp/index.ts'
import { DATA_KEY, type LegHarness, openLegs } from './harness.ts'

const HEADER = 12
const IDS = { callId: makeCallId('0123456789ab'), legId: makeLegId('0123456789ab') }
let harness: LegHarness
afterEach(() => harness?.close())

const packetsOf = async ({ callId, legId }: Pick<Leg, 'callId' | 'legId'>): Promise<CapturedPacket[]> => {
  const name = captureFile(callId, legId)
  return [...openCapture(name, await readFile(join(harness.folder, name)), [DATA_KEY])]
}
const sound = (code: number, frames = 25) => {
  for (let frame = 0; frame < frames; frame++)
    harness.phone.speech.write(new Uint8Array(FRAME_SAMPLES).fill(code))
  return harness.phone.speech.drained()
}
/** All of the sound that was written so far has come to the leg. */
const arrived = async (leg: Leg, least: number) => {
  while ((leg.media?.quality.packetsReceived ?? 0) < least) await harness.phone.hear(1)
}
const isSound = ({ kind, bytes }: CapturedPacket) => kind === 'rtp' && bytes.length === HEADER + FRAME_SAMPLES

describe('the packets of a call', () => {
  test('are kept from the moment they are asked for, both ways, and no file is made of others', async () => {
    harness = await openLegs()
    const [leg, other] = [await harness.answered(), (await harness.another()).leg]
    harness.captures.start(leg.callId, true)
    await sound(33)
    await harness.phone.hear(10)
    expect(harness.captures.state(leg.callId)).toMatchObject({ legs: 1, isRunning: true, withSound: true })
    const report = await leg.hangUp()
    await other.hangUp()
    const packets = await packetsOf(leg)
    const rtp = packets.filter(({ kind }) => kind === 'rtp')
    const [theirs, ours] = [
      rtp.filter(({ direction }) => direction === 'in'),
      rtp.filter(({ direction }) => direction === 'out'),
    ]
    expect(theirs.length).toBeGreaterThanOrEqual(25)
    expect(ours.length).toBeGreaterThanOrEqual(10)
    expect(ours.length).toBeLessThanOrEqual(report.quality?.packetsSent ?? 0)
    expect(theirs.filter(({ bytes }) => bytes.subarray(HEADER).every((code) => code === 33)).length).toBe(25)
    // Our goodbye is the last of all.
    expect(packets.at(-1)).toMatchObject({ kind: 'rtcp', direction: 'out' })
    expect(packets.map(({ atUs }) => atUs)).toEqual(packets.map(({ atUs }) => atUs).sort((a, b) => a - b))
    expect(existsSync(join(harness.folder, captureFile(other.callId, other.legId)))).toBe(false)
    expect(harness.captures.size).toBe(0)
  })

  test('have headers only where nobody asked for the sound, and none after they were ended', async () => {
    harness = await openLegs()
    const leg = await harness.answered()
    harness.captures.start(leg.callId, false)
    await sound(33)
    await harness.phone.hear(3)
    harness.captures.stop(leg.callId)
    expect(harness.captures.state(leg.callId)).toMatchObject({ legs: 1, isRunning: false, withSound: false })
    const { packets } = harness.captures.state(leg.callId)
    // Asked for again it stays ended: what was kept would be written over.
    harness.captures.start(leg.callId, true)
    await sound(44)
    await leg.hangUp()
    const kept = await packetsOf(leg)
    expect(kept).toHaveLength(packets)
    for (const { kind, bytes, length } of kept)
      if (kind === 'rtp') expect([bytes.length, length]).toEqual([HEADER, HEADER + FRAME_SAMPLES])
  })

  test('leave out what is said while the recording is paused, also what was on its way', async () => {
    harness = await openLegs()
    const leg = await harness.answered()
    harness.captures.start(leg.callId, true)
    await sound(33)
    // Not yet heard by the recorder, which is behind the network.
    await arrived(leg, 20)
    leg.media?.recorder.pause()
    await sound(44)
    await arrived(leg, 48)
    leg.media?.recorder.resume()
    await sound(55, 60)
    await arrived(leg, 105)
    await leg.hangUp()
    const kept = (await packetsOf(leg)).filter(({ direction }) => direction === 'in')
    const codes = new Set(kept.filter(isSound).map(({ bytes }) => bytes[HEADER]))
    expect(codes.has(44)).toBe(false)
    expect(codes.has(55)).toBe(true)
    // The packets themselves are there, so that loss and jitter can be seen.
    expect(kept.filter(({ bytes }) => bytes.length === HEADER).length).toBeGreaterThan(25)
  })

  test('have no sound of a leg that nobody records, nor the keys that were pressed', async () => {
    harness = await openLegs()
    const ring = harness.phone.ring()
    const leg = await harness.dial({ recorded: false })
    await harness.phone.answer(await ring)
    while (leg.state !== 'live') await harness.phone.hear(1)
    harness.captures.start(leg.callId, true)
    await harness.phone.rtp?.sendDigits('4')
    await sound(33)
    await harness.phone.hear(5)
    await leg.hangUp()
    const rtp = (await packetsOf(leg)).filter(({ kind }) => kind === 'rtp')
    expect(rtp.length).toBeGreaterThan(10)
    expect(rtp.some(isSound)).toBe(false)
    const events = rtp.filter(({ bytes }) => bytes.length > HEADER)
    expect(events.length).toBeGreaterThan(0)
    for (const { bytes } of events) expect(bytes[HEADER]).toBe(0xff)
  })
})

const hasTshark = spawnSync('tshark', ['--version']).status === 0

test.skipIf(!hasTshark)(
  'Wireshark finds the streams by their SDP, whole and of the right codec',
  async () => {
    harness = await openLegs()
    const messages: SignallingMessage[] = []
    harness.sip.onMessage(({ at, direction, remote, raw }) =>
      messages.push({ at: at.toISOString(), direction, ...remote, text: raw }),
    )
    const leg = await harness.answered('PCMA')
    harness.captures.start(leg.callId, true)
    await sound(33, 50)
    await harness.phone.hear(10)
    await leg.hangUp()
    const packets = await packetsOf(leg)
    const log = { callId: leg.callId, legId: leg.legId, messages, dropped: 0 }
    const ours = { host: '127.0.0.1', port: harness.sip.port }
    const file = join(harness.folder, 'call.pcap')
    await writeFile(file, Buffer.concat([...pcapOf([log], ours, [packets])]))
    const { stdout } = spawnSync('tshark', ['-r', file, '-q', '-z', 'rtp,streams'], { encoding: 'utf8' })
    // Start, end, source host and port, target host and port, SSRC, payload, packets, lost.
    const streams = stdout
      .split('\n')
      .filter((line) => line.includes('127.0.0.1'))
      .map((line) => line.trim().split(/\s+/))
    const expected = (['in', 'out'] as const).map((direction) => {
      const rtp = packets.filter((packet) => packet.kind === 'rtp' && packet.direction === direction)
      const from = direction === 'in' ? rtp[0]?.port : rtp[0]?.ourPort
      return [String(from), 'g711A', String(rtp.length), '0']
    })
    const found = streams.map((columns) => [columns[3], columns[7], columns[8], columns[9]])
    expect(found.sort()).toEqual(expected.sort())
    const shown = spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.protocols'], {
      encoding: 'utf8',
    })
    for (const protocols of ['raw:ip:udp:sip:sdp', 'raw:ip:udp:rtp', 'raw:ip:udp:rtcp'])
      expect(shown.stdout.split('\n')).toContainEqual(expect.stringMatching(new RegExp(`^${protocols}`)))
  },
)

describe('a capture', () => {
  const packet: TappedPacket = {
    direction: 'in',
    kind: 'rtp',
    remote: { host: '192.0.2.1', port: 4_000 },
    ourPort: 30_000,
    bytes: new Uint8Array(172),
    headerBytes: HEADER,
    isKey: false,
  }
  const open = async (limits: { maxBytes?: number; maxMs?: number }, folder?: string) => {
    harness = await openLegs()
    const errors: unknown[] = []
    const name = captureFile(IDS.callId, IDS.legId)
    const capture = new PacketCapture({
      folder: folder ?? harness.folder,
      name,
      dataKey: DATA_KEY,
      withSound: true,
      leavesOut: () => false,
      onError: (error) => errors.push(error),
      ...limits,
    })
    return { capture, errors }
  }

  test.each([{ maxBytes: 3 * 172 }, { maxMs: 0 }])('ends by itself: %o', async (limits) => {
    const { capture } = await open(limits)
    for (let i = 0; i < 9; i++) capture.take(packet)
    expect(capture.isStopped).toBe(true)
    await capture.close()
    const kept = await packetsOf(IDS)
    expect(kept).toHaveLength('maxMs' in limits ? 0 : 3)
  })

  test('that can not be written is told once, and the call goes on', async () => {
    const { capture, errors } = await open({}, '/dev/null')
    for (let i = 0; i < 250; i++) capture.take(packet)
    await capture.close()
    expect(errors).toHaveLength(1)
    expect(capture.isStopped).toBe(true)
  })
})
