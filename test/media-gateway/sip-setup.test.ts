import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sipPhones, sipTransports } from '../../media-gateway/sip-setup.ts'

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

it('phones of the settings are known by their names', async () => {
  const settings = { phones: [], realm: 'daeri', phoneDigests: ['MD5', 'SHA-256'] as const }
  expect(sipPhones(settings)).toEqual({})
  const phone = { username: 'agent-1', password: 'secret 12', numbers: ['1001'] }
  const { phones } = sipPhones({ ...settings, phones: [phone] })
  expect(phones).toMatchObject({ realm: 'daeri', algorithms: ['MD5', 'SHA-256'] })
  expect(await phones?.users.find('agent-1')).toEqual(phone)
  expect(await phones?.users.find('agent-2')).toBeNull()
})
