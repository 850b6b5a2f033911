/** SIP messages of a call for the owner, their capture, and the gateways with their trunks. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatewaysSchema, signallingSchema } from '../../api/schemas/telephone.ts'
import { type CallId, makeLegId } from '../../domain/ids.ts'
import { gatewayStateToken } from '../../domain/media-socket-token.ts'
import { seal } from '../../domain/sealed.ts'
import { signallingFile } from '../../domain/signalling.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { nextCallId, seedCall, seedSignalling } from './seed.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let gateway: Server
let asked: string | undefined
beforeAll(async () => {
  gateway = createServer((request, response) => {
    asked = request.headers.authorization
    response.end(
      JSON.stringify({
        name: 'host-1',
        readiness: 'ready',
        legs: 3,
        trunks: [
          {
            name: 'kt',
            channels: 30,
            channelsInUse: 3,
            callsPerSecond: 5,
            registration: 'registered',
            servers: [{ host: 'sip.kt', port: 5061, transport: 'tls', isUp: true, heldMs: 1_200 }],
          },
        ],
      }),
    )
  })
  gateway.listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  const { port } = gateway.address() as AddressInfo
  api = await createTestApi(await createTestDatabase(), {
    environment: { MEDIA_SOCKET_PORT: String(port), SIP_PUBLIC_HOST: '203.0.113.5', SIP_PORT: '5060' },
  })
})
afterAll(async () => {
  gateway.close()
  await api.close()
})

const get = (path: string, cookie = api.cookies.admin) => api.ask('GET', path, { cookie })

describe('the messages of a call', () => {
  test('are told leg by leg, the first in front', async () => {
    const callId = await seedSignalling(api)
    const response = await get(`/api/calls/${callId}/signalling`)
    expect(response.status).toBe(200)
    const { legs } = signallingSchema.parse(await response.json())
    expect(legs.map(({ leg_id }) => leg_id)).toEqual(['leg-111111111111', 'leg-222222222222'])
    expect(legs[0]?.messages).toMatchObject([
      { summary: 'INVITE', method: 'INVITE', status: null, direction: 'in', peer: '198.51.100.7:5062' },
      { summary: '486 Busy Here', method: 'INVITE', status: 486, direction: 'out' },
    ])
  })

  test('are for the owner only, and of calls that exist', async () => {
    const callId = await seedSignalling(api)
    for (const path of [`/api/calls/${callId}/signalling`, `/api/calls/${callId}/signalling.pcap`]) {
      expect((await get(path, api.cookies.agent)).status).toBe(403)
      expect((await get(path.replace(callId, 'call-ffffffffffff'))).status).toBe(404)
      expect((await get(path.replace(callId, '..%2F..%2Fetc'))).status).toBe(422)
    }
    expect((await get('/api/gateways', api.cookies.agent)).status).toBe(403)
  })

  test('that were not kept are none', async () => {
    const callId = await seedCall(api, { callId: nextCallId() })
    expect(await (await get(`/api/calls/${callId}/signalling`)).json()).toEqual({ legs: [] })
    expect((await get(`/api/calls/${callId}/signalling.pcap`)).status).toBe(404)
  })

  test('of a file that was put in another’s place are not shown', async () => {
    const callId = (await seedCall(api, { callId: nextCallId() })) as CallId
    const path = join(api.settings.dataDir, signallingFile(callId, makeLegId('333333333333')))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, seal(api.settings.dataKey, 'signalling', 'another', Buffer.from('{}')))
    expect((await get(`/api/calls/${callId}/signalling`)).status).toBe(404)
  })
})

const hasTshark = spawnSync('tshark', ['--version']).status === 0
if (!hasTshark) console.log('tshark is not in the PATH: the capture is looked at by its bytes only')

test('the capture is read by Wireshark as SIP', async () => {
  const callId = await seedSignalling(api)
  const response = await get(`/api/calls/${callId}/signalling.pcap`)
  expect(response.headers.get('content-disposition')).toContain(`${callId}.pcap`)
  const capture = Buffer.from(await response.arrayBuffer())
  expect(capture.readUInt32LE(0)).toBe(0xa1b2c3d4)
  if (!hasTshark) return
  const fields = ['frame.time_epoch', 'ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport', 'sip.CSeq']
  const file = join(api.settings.dataDir, 'capture.pcap')
  writeFileSync(file, capture)
  const args = ['-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])]
  const { stdout } = spawnSync('tshark', ['-o', 'ip.check_checksum:TRUE', ...args], { encoding: 'utf8' })
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
  expect(rows.map((row) => row.slice(1))).toEqual([
    ['198.51.100.7', '5062', '203.0.113.5', '5060', '1 INVITE'],
    ['203.0.113.5', '5060', '198.51.100.7', '5062', '1 INVITE'],
    ['198.51.100.7', '5062', '203.0.113.5', '5060', '2 BYE'],
  ])
  expect(rows[0]?.[0]).toMatch(/\.120/)
})

test('gateways are told with their trunks; one that does not answer is shown so', async () => {
  const { gateways } = gatewaysSchema.parse(await (await get('/api/gateways')).json())
  expect(asked).toBe(`Bearer ${gatewayStateToken(api.settings.secret)}`)
  expect(gateways).toEqual([
    {
      name: 'host-1',
      readiness: 'ready',
      legs: 3,
      trunks: [
        {
          name: 'kt',
          channels: 30,
          channels_in_use: 3,
          calls_per_second: 5,
          registration: 'registered',
          registrar: null,
          servers: [{ address: 'sip.kt:5061', transport: 'tls', is_up: true, held_seconds: 2 }],
        },
      ],
    },
  ])
  gateway.closeAllConnections()
  await new Promise((resolve) => gateway.close(resolve))
  expect(await (await get('/api/gateways')).json()).toMatchObject({
    gateways: [{ readiness: 'unreachable' }],
  })
})
