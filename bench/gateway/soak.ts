/** `npm run bench -- soak`: a thousand calls, a hundred at a time, and what is left of them: it must be nothing. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Benchmark, Cell } from '../result.ts'
import type { SubjectReport } from './messages.ts'
import { BenchProcess } from './process.ts'

const AT_ONCE = 100
/** What a call lasts; a listener speaks and hears on each meanwhile. */
const TALK_MS = 1_500
/** RFC 3261's transactions absorb what comes late for 32 s; then nothing may be left. */
const REST_MS = 36_000

export const soakGateway: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { calls: { type: 'string', default: '1000' } },
  })
  const rounds = Math.ceil(Number(values.calls) / AT_ONCE)
  const folder = await mkdtemp(join(tmpdir(), 'soak-gateway-'))
  const subject = await BenchProcess.start('subject.ts', 0, [folder], ['--expose-gc'])
  const caller = await BenchProcess.start('caller.ts', 1, [String(subject.ready.sipPort)])
  const socketPort = String(subject.ready.mediaSocketPort)
  const listeners = await BenchProcess.start('listeners.ts', 1, [socketPort])
  const rows: Cell[][] = []
  const look = async (after: string, calls: number) => {
    const { report } = await subject.ask({ type: 'report' }, 'subject')
    const { memory } = await subject.ask({ type: 'memory' }, 'memory')
    const { heapUsed, buffers, heapTotal, resident } = memory
    rows.push([after, calls, ...leftOf(report), heapUsed, buffers, heapTotal, resident])
    return report
  }
  try {
    const before = await look('before', 0)
    for (let round = 1; round <= rounds; round++) {
      await caller.ask({ type: 'scale', calls: AT_ONCE }, 'scaled')
      await listeners.ask({ type: 'scale', calls: AT_ONCE }, 'scaled')
      await pause(TALK_MS)
      const { report } = await caller.ask({ type: 'report' }, 'caller')
      if (report.failed > 0 || report.calls !== AT_ONCE) throw new Error(`${report.failed} calls failed`)
      await listeners.ask({ type: 'scale', calls: 0 }, 'scaled')
      await caller.ask({ type: 'scale', calls: 0 }, 'scaled')
      if (round === 1 || round === Math.ceil(rounds / 2)) await look(`round ${round}`, round * AT_ONCE)
      tell(`${round * AT_ONCE} calls`)
    }
    tell('resting')
    await pause(REST_MS)
    const after = await look('at rest', rounds * AT_ONCE)
    const isClean = leftOf(after).every((count, index) => count === leftOf(before)[index])
    return [
      {
        title: `${rounds * AT_ONCE} calls, ${AT_ONCE} at a time: ${isClean ? 'nothing is left' : 'SOMETHING IS LEFT'}`,
        columns: [
          'when',
          'calls so far',
          ...Object.keys(after.inUse),
          'heap in use MB',
          'buffers MB',
          'heap taken MB',
          'resident MB',
        ],
        rows,
        notes: [
          'Memory is told after two garbage collections. Open resources are what keeps the event loop: sockets, timers, requests of the file system. Transactions absorb late messages for 32 s.',
        ],
      },
    ]
  } finally {
    for (const each of [listeners, caller, subject]) await each.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const leftOf = ({ inUse }: SubjectReport): number[] => Object.values(inUse)
