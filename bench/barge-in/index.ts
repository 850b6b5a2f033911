/** `bench barge-in`: from the caller's voice to silence of ours on the wire, over real sockets. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BARGE_IN_MS } from '../../media-gateway/legs/voice-activity.ts'
import { loadVoiceDetector } from '../../media-gateway/legs/voice-detector.ts'
import { openLegs } from '../leg-sound.ts'
import type { Benchmark } from '../result.ts'
import type { Round } from './callers.ts'
import { ourSpeech } from './sounds.ts'

/** What issue and docs promise: this much more than the voice that it takes. */
const PROMISED_MS = BARGE_IN_MS + 100

export const benchBargeIn: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { legs: { type: 'string', default: '10' }, rounds: { type: 'string', default: '120' } },
  })
  const count = Number(values.legs)
  const wanted = Number(values.rounds)
  const folder = await mkdtemp(join(tmpdir(), 'daeri-bench-barge-in-'))
  const legs = await openLegs({ count, folder, newVoiceDetector: await loadVoiceDetector(), tell })
  const speech = ourSpeech()
  let utterance = 0
  const speaking = setInterval(() => {
    for (const { media } of legs) {
      if (!media.isSilent) continue
      const utteranceId = `u${utterance++}`
      media.command({ type: 'sentence.start', utteranceId, sentence: 0, text: '' })
      // Far more than is heard before somebody breaks in: it may not end by itself meanwhile.
      for (let again = 0; again < 16; again++) media.append(speech)
      media.command({ type: 'sentence.end', utteranceId, sentence: 0 })
      media.command({ type: 'utterance.end', utteranceId })
    }
  }, 3_000)
  const rounds: Round[] = []
  const callers = fork(
    fileURLToPath(new URL('callers.ts', import.meta.url)),
    legs.map(({ rtpPort }) => String(rtpPort)),
  )
  tell(`${count} legs, ${wanted} times`)
  await new Promise<void>((resolve) => {
    callers.on('message', (round: Round) => {
      rounds.push(round)
      if (rounds.length % 20 === 0) tell(`${rounds.length} times`)
      if (rounds.length >= wanted) resolve()
    })
  })
  clearInterval(speaking)
  callers.kill()
  await once(callers, 'close')
  await Promise.all(legs.map(({ media }) => media.end()))
  await rm(folder, { recursive: true })

  const byVoice = [...Map.groupBy(rounds, ({ voice }) => voice)]
  const line = (name: string, some: readonly Round[]) => {
    const times = some.flatMap(({ ms }) => (ms === null ? [] : [ms])).toSorted((a, b) => a - b)
    const at = (share: number) =>
      Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0)
    const missed = some.length - times.length
    const late = times.filter((ms) => ms > PROMISED_MS).length
    return [name, some.length, at(0.5), at(0.95), at(1), late, missed]
  }
  return [
    {
      title: 'Breaking in: from the first sound of the caller to silence on the wire',
      columns: ['voice', 'times', 'p50 ms', 'p95 ms', 'max ms', `over ${PROMISED_MS} ms`, 'not heard'],
      rows: [...byVoice.map(([voice, some]) => line(voice, some)), line('all', rounds)],
      notes: [
        `${count} legs at once in one process; the callers are another process. ${BARGE_IN_MS} ms of voice are what it ` +
          'takes; pauses in the first syllables come on top, which are the voice and not us. The sound of a packet began ' +
          '20 ms before it was sent.',
      ],
    },
  ]
}
