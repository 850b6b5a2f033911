/** baresip, a phone of other people, calls a leg: sound both ways in the clear and by SRTP, reports by (S)RTCP. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import type { SrtpPolicy } from '../../../media-gateway/sip/index.ts'
import { spectrum, tonePcm } from '../../support/tones.ts'
import { type LegHarness, openLegs } from './harness.ts'

const HOST = '127.0.0.1'
const BARESIP = '/usr/bin/baresip'
const MODULES = '/usr/lib/baresip/modules'
const isInstalled = existsSync(BARESIP) && existsSync(`${MODULES}/srtp.so`)
if (!isInstalled) console.log('baresip is not installed (Debian package baresip): its tests are skipped')

let harness: LegHarness
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of started.splice(0)) await stop()
  await harness.close()
  expect(harness.pool.inUse).toBe(0)
})

function monoWav(pcm: Int16Array): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + pcm.byteLength, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
    [40, pcm.byteLength],
  ] as const)
    header.writeUInt32LE(value, at)
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, at)
  header.write('data', 36)
  return Buffer.concat([header, Buffer.from(pcm.buffer)])
}

/** Calls us, and sends a tone. */
async function callByBaresip(sipPort: number, encryption: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'))
  const account = `<sip:agent@${HOST}:${sipPort}>;regint=0${encryption === undefined ? '' : `;mediaenc=${encryption}`}`
  const config = [
    `module_path ${MODULES}`,
    `sip_listen ${HOST}:0`,
    `audio_source aufile,${join(folder, 'tone.wav')}`,
    'audio_player aufile,/dev/null',
    'audio_alert aufile,/dev/null',
    'rtcp_mux yes',
    'module g711.so',
    'module aufile.so',
    'module srtp.so',
    'module_tmp account.so',
    'module_app menu.so',
    '',
  ]
  await writeFile(join(folder, 'accounts'), `${account}\n`)
  await writeFile(join(folder, 'contacts'), '')
  await writeFile(join(folder, 'tone.wav'), monoWav(tonePcm(440, 20_000)))
  await writeFile(join(folder, 'config'), config.join('\n'))
  const child = spawn(BARESIP, ['-f', folder, '-e', `/dial sip:15880000@${HOST}:${sipPort}`], {
    stdio: ['ignore', process.env.TEST_LOG ? 'inherit' : 'ignore', 'ignore'],
  })
  const ended = once(child, 'close')
  started.push(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  })
}

/** The frames of the caller, until baresip has reported on ours too. */
async function listen(leg: Leg): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = []
  await new Promise<void>((resolve) => {
    leg.media?.attach(undefined, {
      item: (item) => {
        if (item.kind === 'audio') frames.push(item.frame)
        const { remoteLossPercent = null, roundTripMs = null } = leg.media?.quality ?? {}
        if (frames.length > 100 && remoteLossPercent !== null && roundTripMs !== null) resolve()
      },
      ended: () => resolve(),
    })
  })
  return frames
}

describe.skipIf(!isInstalled)('baresip', () => {
  test.each([
    [undefined, 'accept', null],
    ['srtp-mand', 'accept', 'AES_CM_128_HMAC_SHA1_80'],
    ['srtp', 'require', 'AES_CM_128_HMAC_SHA1_80'],
  ] as const)(
    'calls with encryption %s, we %s',
    async (encryption, policy: SrtpPolicy, suite) => {
      harness = await openLegs(undefined, { srtp: policy })
      await callByBaresip(harness.sip.port, encryption)
      const leg = await harness.arrival()
      await leg.answer()
      expect(leg.media?.quality.srtpSuite).toBe(suite)
      const frames = await listen(leg)
      const [tone = 0, beside = 0] = spectrum(leg.media?.codec ?? 'PCMU', frames.slice(-50), [440, 700])
      expect(tone).toBeGreaterThan(20 * beside)
      expect(tone).toBeGreaterThan(1_000)
      const quality = leg.media?.quality
      expect(quality?.packetsLost).toBe(0)
      expect(quality?.remoteLossPercent).toBeLessThan(5)
      expect(quality?.mos).toBeGreaterThan(4.2)
    },
    30_000,
  )
})
