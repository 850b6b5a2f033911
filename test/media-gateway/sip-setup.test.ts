import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findSoftphoneUser, makeSoftphoneUser } from '../../domain/softphone.ts'
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

const SIP = {
  phones: [],
  realm: 'daeri',
  phoneDigests: ['SHA-256'] as const,
  ports: { tcp: undefined, tls: undefined, ws: undefined, wss: undefined },
}

it('phones of the settings are known by their names', async () => {
  expect(sipPhones({ sip: SIP, secret: 's' })).toEqual({})
  const phone = { username: 'agent-1', password: 'secret 12', numbers: ['1001'] }
  const { phones } = sipPhones({ sip: { ...SIP, phones: [phone] }, secret: 's' })
  expect(phones).toMatchObject({ realm: 'daeri', algorithms: ['SHA-256'], browserAlgorithms: ['MD5'] })
  expect(await phones?.users.find('agent-1')).toEqual(phone)
  expect(await phones?.users.find('agent-2')).toBeNull()
})

it('softphones of the app are known by what the API gave them, until its time is over', async () => {
  const { phones } = sipPhones({ sip: { ...SIP, ports: { ...SIP.ports, ws: 4502 } }, secret: 'the secret' })
  const now = Date.now() / 1_000
  const user = makeSoftphoneUser('the secret', '1007', now + 60)
  const found = await phones?.users.find(user.username)
  expect(found).toMatchObject({ password: user.password, numbers: ['1007'] })
  const old = makeSoftphoneUser('the secret', '1007', now - 1)
  expect(await phones?.users.find(old.username)).toBeNull()
  const forged = await phones?.users.find(user.username.replace('1007', '1008'))
  expect(forged?.password).not.toBe(user.password)
  expect(makeSoftphoneUser('another', '1007', now + 60).password).not.toBe(user.password)
  for (const name of ['web-', 'web-1-', 'web-x-9999999999', `web-1007-${now + 60}`, ''])
    expect(findSoftphoneUser('the secret', name, now)).toBeNull()
})
