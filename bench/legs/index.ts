/** `bench legs`: what the sound of a live leg costs: RTP both ways, voice activity, recording, the log and a listener. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadVoiceDetector } from '../../media-gateway/legs/voice-detector.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'
import { openLegs } from '../leg-sound.ts'
import type { Benchmark } from '../result.ts'

const WARM_UP_MS = 4_000

export const benchLegs: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { legs: { type: 'string', default: '100' }, seconds: { type: 'string', default: '20' } },
  })
  const count = Number(values.legs)
  const seconds = Number(values.seconds)
  const folder = await mkdtemp(join(tmpdir(), 'daeri-bench-legs-'))
  const newVoiceDetector = await loadVoiceDetector()
  const speech = encodeG711(
    'PCMU',
    encodeSpeech('네, 주문 도와드리겠습니다. 어느 장례식장으로 보내 드릴까요?').pcm,
  )
  const legs = await openLegs({ count, folder, newVoiceDetector, tell })
  const callers = spawn(
    process.execPath,
    [fileURLToPath(new URL('callers.ts', import.meta.url)), ...legs.map(({ rtpPort }) => String(rtpPort))],
    { stdio: 'ignore' },
  )
  tell(`${count} legs, ${seconds} s`)
  let utterance = 0
  const speaking = setInterval(() => {
    const utteranceId = `u${utterance++}`
    for (const { media } of legs) {
      media.command({ type: 'sentence.start', utteranceId, sentence: 0, text: '' })
      media.append(speech)
      media.command({ type: 'sentence.end', utteranceId, sentence: 0 })
      media.command({ type: 'utterance.end', utteranceId })
    }
  }, 8_000)
  await sleep(WARM_UP_MS)

  let collectedMs = 0
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      collectedMs += duration
      collections++
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const before = process.cpuUsage()
  const startedAt = performance.now()
  await sleep(seconds * 1_000)
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  observer.disconnect()
  const { heapUsed, external } = process.memoryUsage()

  clearInterval(speaking)
  callers.kill()
  await once(callers, 'close')
  const lost = legs.reduce((sum, { media }) => sum + media.quality.packetsLost, 0)
  await Promise.all(legs.map(({ media }) => media.end()))
  await rm(folder, { recursive: true })

  const perLeg = (microseconds: number) => (microseconds / 10 / wallMs / count).toFixed(3)
  return [
    {
      title: 'The sound of a live leg',
      columns: ['', 'value'],
      rows: [
        ['legs', count],
        ['% of a core a leg', perLeg(user + system)],
        ['of that user', perLeg(user)],
        ['of that system', perLeg(system)],
        ['garbage collections a second', Number((collections / seconds).toFixed(1))],
        ['of the time', `${((collectedMs / wallMs) * 100).toFixed(2)} %`],
        ['heap, MB', Math.round((heapUsed + external) / 1e6)],
        ['packets lost', lost],
      ],
      notes: [
        'One process without SIP, media socket and Temporal; the callers are another process. Each leg gets and sends ' +
          '50 packets a second, a third of the time with speech, is recorded, and has one listener.',
      ],
    },
  ]
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
