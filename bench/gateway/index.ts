/**
 * `npm run bench -- gateway`: what a live AI leg costs the gateway, on one core, and how evenly its packets come; beside a
 * native peer that answers, echoes and records.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Benchmark, Cell, Table } from '../result.ts'
import { startNativePeer } from './native-peer.ts'
import { BenchProcess, canPin, type Usage, usageOf } from './process.ts'

const SUBJECT_CORE = 0
const LOAD_CORE = 1
/** Until what began is in its stride: buffers grown, code compiled. */
const SETTLE_MS = 4_000

const COLUMNS = [
  'legs',
  '% of a core',
  '% a leg',
  'spacing error p50 ms',
  'p99 ms',
  'max ms',
  'missing %',
  'loop delay p99 ms',
  'resident MB',
  'MB a leg',
] as const

export const benchGateway: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: {
      steps: { type: 'string', default: '25,50,100,150,200' },
      seconds: { type: 'string', default: '15' },
      profile: { type: 'string' },
      'no-peer': { type: 'boolean', default: false },
    },
  })
  const steps = values.steps.split(',').map(Number)
  const seconds = Number(values.seconds)
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'))
  try {
    const ours = await measureOurs({ steps, seconds, folder, profile: values.profile }, tell)
    const tables = [ours]
    if (!values['no-peer']) tables.push(await measurePeer({ steps, seconds, folder }, tell))
    return tables
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly steps: readonly number[]
  readonly seconds: number
  readonly folder: string
  /** Folder for a CPU profile of the gateway. */
  readonly profile?: string | undefined
}

async function measureOurs(run: Run, tell: (text: string) => void): Promise<Table> {
  const nodeOptions = run.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${run.profile}`]
  const subject = await BenchProcess.start('subject.ts', SUBJECT_CORE, [run.folder], nodeOptions)
  const caller = await BenchProcess.start('caller.ts', LOAD_CORE, [String(subject.ready.sipPort)])
  const socketPort = String(subject.ready.mediaSocketPort)
  const listeners = await BenchProcess.start('listeners.ts', LOAD_CORE, [socketPort])
  const processes = [subject, caller, listeners]
  const rows: Cell[][] = []
  const notes: string[] = []
  try {
    const empty = usageOf(subject.pid)
    for (const calls of run.steps) {
      tell(`gateway: ${calls} legs`)
      await caller.ask({ type: 'scale', calls }, 'scaled')
      await listeners.ask({ type: 'scale', calls }, 'scaled')
      await pause(SETTLE_MS)
      for (const each of processes) each.send({ type: 'measure' })
      const before = usageOf(subject.pid)
      const since = performance.now()
      await pause(run.seconds * 1_000)
      const after = usageOf(subject.pid)
      const share = cpuShare(before, after, performance.now() - since)
      const waitedMs = ((after?.waitedSeconds ?? 0) - (before?.waitedSeconds ?? 0)) * 1_000
      const { report: theirs } = await caller.ask({ type: 'report' }, 'caller')
      const { report: ours } = await subject.ask({ type: 'report' }, 'subject')
      const { report: heard } = await listeners.ask({ type: 'report' }, 'listeners')
      const resident = usageOf(subject.pid)?.residentMegabytes ?? null
      const { spacing } = theirs
      rows.push([
        ours.legs,
        share,
        share === null ? null : share / calls,
        spacing.p50Ms,
        spacing.p99Ms,
        spacing.maxMs,
        theirs.missingPercent,
        ours.loopDelayP99Ms,
        resident,
        resident === null || empty === null ? null : (resident - empty.residentMegabytes) / calls,
      ])
      notes.push(
        `${calls}: ${heard.framesHeard} frames heard over ${heard.sockets} sockets, ${heard.speechStarts} beginnings of speech, ${heard.utterancesSaid} utterances said, heap ${ours.heapMegabytes.toFixed(0)} MB; garbage collector ${ours.gcMs.toFixed(0)} ms in all, ${ours.gcLongestMs.toFixed(1)} ms at the longest; waited ${waitedMs.toFixed(0)} ms for its core, which others had; the caller itself late by ${theirs.loopDelayP99Ms.toFixed(1)} ms (p99).`,
      )
    }
  } finally {
    for (const each of processes.toReversed()) await each.stop()
  }
  return {
    title: 'Our gateway: SIP, RTP, media socket attached, voice activity on, recording on',
    columns: COLUMNS,
    rows,
    notes: [...notes, howMeasured(run.seconds)],
  }
}

async function measurePeer(run: Run, tell: (text: string) => void): Promise<Table> {
  const title = 'Native peer: Go on diago, answers, echoes and records; no media socket, no voice activity'
  tell('native peer: building')
  const peer = await startNativePeer(run.folder, SUBJECT_CORE)
  if (typeof peer === 'string') return { title, columns: COLUMNS, rows: [], notes: [`Left out: ${peer}.`] }
  const caller = await BenchProcess.start('caller.ts', LOAD_CORE, [String(peer.sipPort)])
  const rows: Cell[][] = []
  try {
    const empty = usageOf(peer.pid)
    for (const calls of run.steps) {
      tell(`native peer: ${calls} legs`)
      await caller.ask({ type: 'scale', calls }, 'scaled')
      await pause(SETTLE_MS)
      caller.send({ type: 'measure' })
      const before = usageOf(peer.pid)
      const since = performance.now()
      await pause(run.seconds * 1_000)
      const share = cpuShare(before, usageOf(peer.pid), performance.now() - since)
      const { report } = await caller.ask({ type: 'report' }, 'caller')
      const resident = usageOf(peer.pid)?.residentMegabytes ?? null
      const { spacing } = report
      rows.push([
        report.calls,
        share,
        share === null ? null : share / calls,
        spacing.p50Ms,
        spacing.p99Ms,
        spacing.maxMs,
        report.missingPercent,
        null,
        resident,
        resident === null || empty === null ? null : (resident - empty.residentMegabytes) / calls,
      ])
    }
  } finally {
    await caller.stop()
    await peer.stop()
  }
  return {
    title,
    columns: COLUMNS,
    rows,
    notes: ['It sends when it hears: its spacing is the caller’s own.'],
  }
}

/** Percent of one core. */
function cpuShare(before: Usage | null, after: Usage | null, ms: number): number | null {
  if (before === null || after === null) return null
  return ((after.cpuSeconds - before.cpuSeconds) / (ms / 1_000)) * 100
}

function howMeasured(seconds: number): string {
  const where = canPin
    ? `the gateway held on core ${SUBJECT_CORE}, callers and listeners on core ${LOAD_CORE}`
    : `nothing held on a core (${cpus().length} there)`
  return `${seconds} s a step, ${where}. Spacing error: the gap between two packets of a call at the caller, less 20 ms.`
}
