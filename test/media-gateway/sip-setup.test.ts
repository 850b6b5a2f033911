import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resolveTrunk, sipTransports } from '../../media-gateway/sip-setup.ts'

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
