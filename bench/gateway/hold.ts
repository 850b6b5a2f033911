/** `npm run bench -- hold`: what a few calls that last take of memory, minute by minute. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Benchmark, Cell } from '../result.ts'
import { BenchProcess } from './process.ts'

export const holdGateway: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: { minutes: { type: 'string', default: '60' }, legs: { type: 'string', default: '20' } },
  })
  const minutes = Number(values.minutes)
  const legs = Number(values.legs)
  const folder = await mkdtemp(join(tmpdir(), 'hold-gateway-'))
  const subject = await BenchProcess.start('subject.ts', 0, [folder], ['--expose-gc'])
  const caller = await BenchProcess.start('caller.ts', 1, [String(subject.ready.sipPort)])
  const socketPort = String(subject.ready.mediaSocketPort)
  const listeners = await BenchProcess.start('listeners.ts', 1, [socketPort])
  const rows: Cell[][] = []
  const look = async (minute: number) => {
    const { memory } = await subject.ask({ type: 'memory' }, 'memory')
    const { report } = await subject.ask({ type: 'report' }, 'subject')
    rows.push([minute, report.legs, memory.heapUsed, memory.buffers, memory.heapTotal, memory.resident])
    tell(
      `minute ${minute}: ${memory.heapUsed.toFixed(1)} MB in use, ${memory.resident.toFixed(0)} MB resident`,
    )
  }
  try {
    await look(0)
    await caller.ask({ type: 'scale', calls: legs }, 'scaled')
    await listeners.ask({ type: 'scale', calls: legs }, 'scaled')
    for (let minute = 1; minute <= minutes; minute++) {
      await pause(60_000)
      await look(minute)
    }
    return [
      {
        title: `${legs} calls of ${minutes} minutes`,
        columns: ['minute', 'legs', 'heap in use MB', 'buffers MB', 'heap taken MB', 'resident MB'],
        rows: rows.filter((_, minute) => minute <= 2 || minute % 5 === 0 || minute === minutes),
        notes: ['After two garbage collections. Each leg keeps the last 30 s of its caller.'],
      },
    ]
  } finally {
    for (const each of [listeners, caller, subject]) await each.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
