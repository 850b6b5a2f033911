/** baresip, a phone of other people, registers with us over UDP, TCP and TLS and is called there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanUp, closeLater, HOST, offerOf, openEndpoint, UNHURRIED, until } from './harness.ts'
import { TLS } from './stream-harness.ts'

const BARESIP = '/usr/bin/baresip'
const MODULES = '/usr/lib/baresip/modules'
const isInstalled = existsSync(BARESIP) && existsSync(MODULES)
if (!isInstalled) console.log('baresip is not installed (Debian package baresip): its tests are skipped')

afterEach(cleanUp)

const USER = { username: 'agent-1', password: 'long-secret', numbers: ['1001'] }

/** @returns the process, ended after the test at the latest. */
async function startBaresip(server: string) {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'))
  const account = `<sip:${USER.username}@${server}>;auth_user=${USER.username};auth_pass=${USER.password};regint=60`
  const config = [
    `module_path ${MODULES}`,
    `sip_listen ${HOST}:0`,
    `sip_cafile ${join(folder, 'ca.pem')}`,
    'audio_alert aufile,/dev/null',
    'module g711.so',
    'module aufile.so',
    'module_tmp account.so',
    'module_app menu.so',
    '',
  ]
  await writeFile(join(folder, 'accounts'), `${account}\n`)
  await writeFile(join(folder, 'contacts'), '')
  await writeFile(join(folder, 'ca.pem'), TLS.cert)
  await writeFile(join(folder, 'config'), config.join('\n'))
  const child = spawn(BARESIP, ['-f', folder], { stdio: 'ignore' })
  const ended = once(child, 'close')
  closeLater(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  })
  return child
}

describe.skipIf(!isInstalled)('baresip', () => {
  it.each(['UDP', 'TCP', 'TLS'] as const)('over %s registers, rings, and goes', async (protocol) => {
    const endpoint = await openEndpoint({
      timers: UNHURRIED,
      transports: { tcp: { port: 0 }, tls: { port: 0, ...TLS } },
      phones: { realm: 'daeri', algorithms: ['MD5'], users: { find: () => USER } },
    })
    const phone = await startBaresip(
      `${HOST}:${endpoint.ports[protocol]};transport=${protocol.toLowerCase()}`,
    )
    await until(() => endpoint.stats().registeredPhones === 1)
    const [found] = endpoint.phonesOf('1001')
    if (found === undefined) throw new Error('not registered')
    expect(found.target.protocol ?? 'UDP').toBe(protocol)
    const numbers = { callerNumber: '15880000', calleeNumber: '1001' }
    const call = endpoint.invite({ ...found, ...numbers, sdp: offerOf(20_000) })
    await until(() => call.state === 'ringing')
    call.cancel()
    await expect(call.outcome).resolves.toMatchObject({ cause: 'cancelled', code: 487 })
    // Before it ends it takes its registration back.
    phone.kill('SIGTERM')
    await until(() => endpoint.stats().registeredPhones === 0)
  })
})
