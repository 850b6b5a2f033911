/** The file of trunks: what it may say, and that all its mistakes are told at once. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadSettings, SettingsError } from '../../config/settings.ts'
import { isAddressRange, readTrunks, singleTrunk } from '../../config/trunks.ts'

const surroundings = { environment: { KT_PASSWORD: 'secret' }, hasTcp: true, hasTls: false }

const WHOLE = `
trunks:
  - name: kt
    servers:
      - { host: sip1.kt.example, transport: tcp, priority: 1, weight: 3 }
      - { host: 192.0.2.10, port: 5080 }
    credentials: { username: company, password_env: KT_PASSWORD }
    allow_md5: true
    register: true
    domain: kt.example
    check_seconds: 10
    numbers: ['07012345678', '0701234*']
    prefixes: ['0', '1']
    inbound_from: [192.0.2.0/24, '2001:db8::/32']
    channels: 30
    calls_per_second: 2.5
    asserts_identity: true
    codecs: [PCMA]
  - name: plain
    servers: [{ host: sip.plain.example }]
`

describe('a file of trunks', () => {
  it('says everything about a carrier, and has a default for almost all', () => {
    const { trunks, problems } = readTrunks(WHOLE, surroundings)
    expect(problems).toEqual([])
    expect(trunks[0]).toEqual({
      name: 'kt',
      servers: [
        { host: 'sip1.kt.example', port: undefined, transport: 'tcp', priority: 1, weight: 3 },
        { host: '192.0.2.10', port: 5080, transport: 'udp', priority: 10, weight: 1 },
      ],
      credentials: { username: 'company', password: 'secret' },
      allowMd5: true,
      registerAt: 'kt.example',
      checkSeconds: 10,
      numbers: ['07012345678', '0701234*'],
      prefixes: ['0', '1'],
      callerIds: ['07012345678', '0701234*'],
      inboundFrom: ['192.0.2.0/24', '2001:db8::/32'],
      channels: 30,
      callsPerSecond: 2.5,
      assertsIdentity: true,
      codecs: ['PCMA'],
      srtp: undefined,
    })
    expect(trunks[1]).toMatchObject({
      registerAt: undefined,
      checkSeconds: 30,
      prefixes: [''],
      callerIds: [],
      inboundFrom: [],
      codecs: ['PCMU', 'PCMA'],
    })
  })

  it('has all its mistakes told at once', () => {
    const { problems } = readTrunks(
      `
trunks:
  - name: a b
    servers: []
    channels: 0
    numbers: [070-1234]
    inbound_from: [192.0.2.0/40]
    codec: PCMU
  - name: c
    servers: [{ host: 'sip example', port: 70000, transport: sctp }]
    credentials: { username: u, password: p, password_env: E }
`,
      surroundings,
    )
    const told = problems.join('\n')
    for (const at of [
      'trunks[0].name',
      'trunks[0].servers',
      'trunks[0].channels',
      'trunks[0].numbers[0]',
      'trunks[0].inbound_from[0]',
      'trunks[0]',
      'trunks[1].servers[0].host',
      'trunks[1].servers[0].port',
      'trunks[1].servers[0].transport',
      'trunks[1].credentials',
    ])
      expect(told).toContain(`${at}: `)
    expect(problems).toHaveLength(10)
  })

  it('must fit what else is set', () => {
    const { problems } = readTrunks(
      `
trunks:
  - name: a
    servers: [{ host: sip.example.com, transport: tls }]
    register: true
    numbers: ['0701']
    caller_ids: []
  - name: a
    servers: [{ host: sip.example.com }]
    credentials: { username: u, password_env: NOT_SET }
    srtp: require
`,
      surroundings,
    )
    expect(problems).toEqual([
      'trunks[0].servers[0].transport: SIP_TLS_PORT must be set for it',
      'trunks[0].register: needs credentials',
      'trunks[0].caller_ids: an empty list would allow every number; leave it out for the pool',
      'trunks[1].srtp: its keys would be readable: every server must be reached by tls',
      'trunks[1].credentials.password_env: NOT_SET is not set',
      'trunks[1].name: a is taken by another trunk',
    ])
  })

  it.each([
    ['trunks: [', 1],
    ['', 1],
    ['nothing: here', 2],
    ['[]', 1],
  ])('%j is none', (text, count) => {
    expect(readTrunks(text, surroundings).problems).toHaveLength(count)
  })

  it('is named by a setting, instead of the one carrier; its mistakes are told with all others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trunks-'))
    try {
      const file = join(folder, 'trunks.yaml')
      await writeFile(file, WHOLE)
      const environment = { SIP_TRUNKS_FILE: file, SIP_TCP_PORT: '5060', KT_PASSWORD: 'x' }
      const { sip, standIns } = loadSettings(environment)
      expect(sip.trunks.map(({ name }) => name)).toEqual(['kt', 'plain'])
      expect(standIns.telephone).toBe(false)
      const wrong = { SIP_TRUNKS_FILE: file, SIP_TRUNK: 'other.example.com', API_PORT: '-1' }
      expect(() => loadSettings(wrong)).toThrow(SettingsError)
      expect(() => loadSettings(wrong)).toThrow(
        /API_PORT[\s\S]*SIP_TRUNK must not be set[\s\S]*SIP_TCP_PORT[\s\S]*KT_PASSWORD/,
      )
      expect(() => loadSettings({ SIP_TRUNKS_FILE: join(folder, 'none') })).toThrow(/ENOENT/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

it.each([
  ['127.0.0.1:5080', { host: '127.0.0.1', port: 5080, transport: 'udp' }],
  ['sip.example.com', { host: 'sip.example.com', port: undefined, transport: 'udp' }],
  ['sip.example.com;transport=TLS', { host: 'sip.example.com', port: undefined, transport: 'tls' }],
])('the single trunk %s', (address, server) => {
  const trunk = singleTrunk({
    address,
    credentials: undefined,
    allowMd5: false,
    registerAt: undefined,
    checkSeconds: 0,
    inboundFrom: [],
  })
  expect(trunk.servers[0]).toMatchObject(server)
})

it.each([
  ['192.0.2.1', true],
  ['192.0.2.0/24', true],
  ['192.0.2.0/33', false],
  ['2001:db8::1', true],
  ['2001:db8::/64', true],
  ['2001:db8::/129', false],
  ['example.com', false],
  ['192.0.2.1/', false],
  ['192.0.2.1/24/3', false],
])('%s is a range: %s', (text, isOne) => expect(isAddressRange(text)).toBe(isOne))
