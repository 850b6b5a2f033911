import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCarrierLink } from '../../media-gateway/carrier-link.ts'
import { outboundRoute } from '../../media-gateway/outbound-route.ts'
import { createSipEndpoint, type SipEndpointOptions } from '../../media-gateway/sip/index.ts'
import { resolveTrunk, sipPhones, sipTransports, sipTrunk } from '../../media-gateway/sip-setup.ts'

it.each([
  ['127.0.0.1:5080', { host: '127.0.0.1', port: 5080 }],
  ['127.0.0.1', { host: '127.0.0.1', port: 5060 }],
  ['localhost:5080;transport=tcp', { host: '127.0.0.1', port: 5080, protocol: 'TCP' }],
  ['sip.example.com;transport=TLS', { host: 'sip.example.com', port: 5061, protocol: 'TLS' }],
])('the trunk %s', async (trunk, hop) => {
  expect(await resolveTrunk(trunk)).toEqual(hop)
})

it('opens what has a port, with the certificate of the files and to pages of ours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sip-setup-'))
  try {
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), ca: undefined }
    await writeFile(files.cert, 'the certificate')
    await writeFile(files.key, 'the key')
    const transports = await sipTransports({
      publicUrl: 'https://daeri.example.com/app',
      sip: { ports: { tcp: undefined, tls: 5061, ws: 8080, wss: undefined }, tls: files },
    })
    expect(Object.keys(transports)).toEqual(['tls', 'ws'])
    expect(transports.tls).toMatchObject({ port: 5061, cert: Buffer.from('the certificate') })
    const origins = ['https://daeri.example.com', 'https://elsewhere.example.com', undefined]
    expect(origins.map((origin) => transports.ws?.isOriginAllowed?.(origin))).toEqual([true, false, true])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('a call goes to the carrier, else to a registered phone with that number, else nowhere', async () => {
  const phone = { target: { host: '192.0.2.1', port: 5060 }, requestUri: 'sip:agent-1@192.0.2.1' }
  const phonesOf = (number: string) =>
    number === '1001' ? [phone, { ...phone, requestUri: 'sip:other' }] : []
  const carrier = { trunk: '127.0.0.1:5080', allowMd5: true }
  const plain = await sipTrunk({ ...carrier, trunkCredentials: undefined })
  const asked = await sipTrunk({ ...carrier, trunkCredentials: { username: 'u', password: 'p' } })
  const target = { host: '127.0.0.1', port: 5080 }
  expect(outboundRoute({ trunk: plain, phonesOf }, '1001')).toEqual({ target })
  expect(outboundRoute({ trunk: asked, phonesOf }, '1001')).toEqual({
    target,
    credentials: { username: 'u', password: 'p', allowMd5: true },
  })
  const none = await sipTrunk({ trunk: undefined, trunkCredentials: undefined, allowMd5: false })
  expect(outboundRoute({ trunk: none, phonesOf }, '10-01')).toEqual(phone)
  expect(() => outboundRoute({ trunk: none, phonesOf }, '01098765432')).toThrow(
    'Cannot resolve outbound target: 01098765432',
  )
})

it('phones of the settings are known by their names', async () => {
  const settings = { phones: [], realm: 'daeri', phoneDigests: ['MD5', 'SHA-256'] as const }
  expect(sipPhones(settings)).toEqual({})
  const phone = { username: 'agent-1', password: 'secret 12', numbers: ['1001'] }
  const { phones } = sipPhones({ ...settings, phones: [phone] })
  expect(phones).toMatchObject({ realm: 'daeri', algorithms: ['MD5', 'SHA-256'] })
  expect(await phones?.users.find('agent-1')).toEqual(phone)
  expect(await phones?.users.find('agent-2')).toBeNull()
})

it('the link to the carrier registers, watches, and lets go', async () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const company = { username: 'company', password: 'secret 12', numbers: ['15880000'] }
  const open = (options: Partial<SipEndpointOptions> = {}) =>
    createSipEndpoint({
      host: '127.0.0.1',
      port: 0,
      userAgent: 'test',
      logger,
      onInvite: (invite) => invite.reject(486),
      ...options,
    })
  const far = await open({ phones: { realm: 'carrier', users: { find: () => company } } })
  const near = await open()
  const trunk = { hop: { host: far.host, port: far.port }, credentials: company }
  const link = openCarrierLink(near, { registerAt: 'carrier', trunkCheckSeconds: 30 }, trunk, logger)
  await expect.poll(() => [link.isUp, link.registration]).toEqual([true, 'registered'])
  expect(far.phonesOf('15880000')).toHaveLength(1)
  await link.stop()
  expect([far.stats().registeredPhones, link.registration]).toEqual([0, 'stopped'])
  const off = openCarrierLink(near, { registerAt: undefined, trunkCheckSeconds: 0 }, trunk, logger)
  expect([off.isUp, off.registration]).toEqual([null, null])
  await Promise.all([near.close(), far.close()])
})
