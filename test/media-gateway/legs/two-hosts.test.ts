/** A conference whose legs lie on two gateways. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { ConferenceMember, SetConferenceInput } from '../../../domain/leg-operations.ts'
import { mediaSocketToken } from '../../../domain/media-socket-token.ts'
import type { TestPhone } from '../../support/test-phone.ts'
import { spectrum, tone } from '../../support/tones.ts'
import { type LegHarness, openLegs, SECRET } from './harness.ts'

let here: LegHarness
let there: LegHarness
let network: FragileNetwork | undefined
beforeEach(async () => {
  here = await openLegs()
  there = await openLegs()
})
afterEach(async () => {
  await Promise.all([here.close(), there.close()])
  await network?.close()
  network = undefined
  for (const { legs, conferences, pool } of [here, there])
    expect([legs.size, conferences.size, pool.inUse]).toEqual([0, 0, 0])
})

/** A way to the other host that can be cut. */
class FragileNetwork {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(port: number): Promise<FragileNetwork> {
    const server = createServer()
    const made = new FragileNetwork(server)
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1')
      for (const socket of [near, far]) {
        made.#sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => made.#sockets.delete(socket))
      }
      near.pipe(far).pipe(near)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return made
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Every connection breaks; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }
}

let revision = 0
const confer = (members: readonly ConferenceMember[], more: Partial<SetConferenceInput> = {}) =>
  here.conferences.set({
    conferenceId: 'talk',
    revision: ++revision,
    members,
    whenPartyEnds: 'hang_up_others',
    ...more,
  })

async function bridged(
  codecs: readonly ['PCMU' | 'PCMA', 'PCMU' | 'PCMA'] = ['PCMU', 'PCMA'],
  port?: number,
) {
  const a = await here.another(codecs[0])
  const b = await there.another(codecs[1])
  const url = there.urlOf(b.leg)
  const mediaSocketUrl = port === undefined ? url : url.replace(/:\d+\//, `:${port}/`)
  const members = [
    { legId: a.leg.legId, role: 'party' },
    { legId: b.leg.legId, role: 'party', mediaSocketUrl },
  ] as const
  await confer(members)
  return { a, b, members }
}

/** Resolves once a phone hears a tone and not the other. */
const hears = (phone: TestPhone, hz: number, not: number) =>
  phone.until(() => {
    const [wanted = 0, unwanted = 0] = spectrum(phone.speech.codec, phone.heard.slice(-20), [hz, not])
    return wanted > 4_000 && unwanted < 300
  })

test('both hear each other, in their own codecs, and digits go over both ways', async () => {
  const { a, b } = await bridged()
  a.phone.speech.write(tone('PCMU', 450, 3_000))
  b.phone.speech.write(tone('PCMA', 1_000, 3_000))
  await Promise.all([hears(a.phone, 1_000, 450), hears(b.phone, 450, 1_000)])
  await a.phone.rtp?.sendDigits('1')
  await b.phone.until(() => b.phone.digits.length === 1)
  await b.phone.rtp?.sendDigits('2')
  await a.phone.until(() => a.phone.digits.length === 1)
  expect([a.phone.digits, b.phone.digits]).toEqual([['2'], ['1']])
})

test('the same codec passes through byte for byte', async () => {
  const { a, b } = await bridged(['PCMA', 'PCMA'])
  const codes = Uint8Array.from({ length: 4_000 }, (_, i) => (i * 7) & 0xff)
  a.phone.speech.write(codes)
  await b.phone.until(() => b.phone.hasHeard(codes))
})

test.each(['here', 'there'] as const)('hanging up %s ends both', async (where) => {
  const { a, b } = await bridged()
  const [first, second] = where === 'here' ? [a, b] : [b, a]
  await first.phone.dialog?.bye()
  expect(await first.leg.ended).toMatchObject({ outcome: 'completed_by_remote' })
  expect(await second.leg.ended).toMatchObject({ outcome: 'completed_by_us' })
})

test('the leg there is ours again when it is not named any more', async () => {
  const { b, members } = await bridged()
  await confer(members.slice(0, 1))
  await b.phone.until(() => b.leg.media?.output.conversation === undefined)
  expect(b.leg.state).toBe('live')
  expect(there.server.size).toBe(0)
  await confer([])
})

test('a link that breaks is made again, and the talk goes on', async () => {
  network = await FragileNetwork.to(there.server.port)
  const { a, b } = await bridged(['PCMU', 'PCMU'], network.port)
  network.cut()
  a.phone.speech.write(tone('PCMU', 450, 8_000))
  await hears(b.phone, 450, 1_000)
  expect(here.conferences.size).toBe(1)
})

test('a host that does not come back ends the conference', async () => {
  network = await FragileNetwork.to(there.server.port)
  const { a, b } = await bridged(['PCMU', 'PCMU'], network.port)
  await network.close()
  expect(await a.leg.ended).toMatchObject({ outcome: 'completed_by_us' })
  expect(b.leg.state).toBe('live') // its own call decides
})

test('taking the leg into a conference there ends its part in the one here', async () => {
  const { a, b } = await bridged()
  const c = await there.another()
  await there.conferences.set({
    conferenceId: 'other',
    revision: 1,
    members: [
      { legId: b.leg.legId, role: 'party' },
      { legId: c.leg.legId, role: 'party' },
    ],
    whenPartyEnds: 'free_others',
  })
  expect(await a.leg.ended).toMatchObject({ outcome: 'completed_by_us' })
  c.phone.speech.write(tone('PCMU', 1_000, 3_000))
  await hears(b.phone, 1_000, 450)
})

test('a link takes a leg out of a conference of its own host', async () => {
  const b = await there.another()
  const c = await there.another()
  const members = [b, c].map(({ leg }) => ({ legId: leg.legId, role: 'party' as const }))
  await there.conferences.set({ conferenceId: 'o', revision: 1, members, whenPartyEnds: 'hang_up_others' })
  const a = await here.another()
  const mediaSocketUrl = there.urlOf(b.leg)
  await confer([
    { legId: a.leg.legId, role: 'party' },
    { legId: b.leg.legId, role: 'party', mediaSocketUrl },
  ])
  expect(c.leg.state).toBe('live')
  await b.phone.dialog?.bye()
  await a.leg.ended
  expect(c.leg.state).toBe('live')
})

test.each([
  ['that is over', 4_410, false],
  ['that is not answered', 4_404, true],
] as const)('a leg there %s can not take part', async (_, code, retryable) => {
  const a = await here.another()
  let legId: Awaited<ReturnType<LegHarness['another']>>['leg']['legId']
  if (code === 4_410) {
    const b = await there.another()
    await b.leg.hangUp()
    legId = b.leg.legId
  } else {
    const call = await there.phone.dial(there.sip.port)
    legId = (await there.arrival()).legId
    void call.outcome
  }
  const mediaSocketUrl = `ws://127.0.0.1:${there.server.port}/legs/${legId}`
  const members = [
    { legId: a.leg.legId, role: 'party' } as const,
    { legId, role: 'party', mediaSocketUrl } as const,
  ]
  await expect(confer(members)).rejects.toMatchObject({ retryable })
  expect(here.conferences.size).toBe(0)
})

test('a stranger may not take part, and nonsense on the link changes nothing', async () => {
  const b = await there.another()
  const open = (token: string) =>
    new WebSocket(`${there.urlOf(b.leg)}?as=party`, { headers: { authorization: `Bearer ${token}` } })
  const stranger = open('wrong')
  await new Promise((resolve) => stranger.once('error', resolve))
  const socket = open(mediaSocketToken(SECRET, b.leg.legId))
  await new Promise((resolve) => socket.once('message', resolve))
  for (const nonsense of ['{', '{"type":"x"}', '[]', '{"type":"digit","digit":"99","durationMs":-1}'])
    socket.send(nonsense)
  socket.send(new Uint8Array(7))
  const frame = tone('PCMU', 450, 20)
  for (let i = 0; i < 50; i++) socket.send(frame)
  await hears(b.phone, 450, 1_000)
  expect(b.phone.digits).toEqual([])
  socket.terminate()
  await b.phone.until(() => b.leg.media?.output.conversation === undefined)
})
