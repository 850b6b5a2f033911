/** baresip, a phone of other people, calls a leg: sound both ways in the clear and by SRTP, reports by (S)RTCP. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Leg } from '../../../media-gateway/legs/leg.ts'
import type { SrtpPolicy } from '../../../media-gateway/sip/index.ts'
import { hasBaresip, startBaresip } from '../../support/baresip.ts'
import { monoWav, spectrum, tonePcm } from '../../support/tones.ts'
import { type LegHarness, openLegs } from './harness.ts'

const HOST = '127.0.0.1'
const isInstalled = hasBaresip('srtp', 'ctrl_tcp')

let harness: LegHarness
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of started.splice(0)) await stop()
  await harness.close()
  expect(harness.pool.inUse).toBe(0)
})

/** Calls us, and sends a tone. */
async function callByBaresip(sipPort: number, encryption: string | undefined): Promise<void> {
  const phone = await startBaresip({
    account: `<sip:agent@${HOST}:${sipPort}>;regint=0${encryption === undefined ? '' : `;mediaenc=${encryption}`}`,
    config: [
      'audio_source aufile,{folder}/tone.wav',
      'audio_player aufile,/dev/null',
      'rtcp_mux yes',
      'module srtp.so',
    ],
    files: { 'tone.wav': monoWav(tonePcm(440, 20_000)) },
    first: `/dial sip:15880000@${HOST}:${sipPort}`,
  })
  started.push(phone.stop)
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
