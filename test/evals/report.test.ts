import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepReport, keptReports } from '../../evals/kept-reports.ts'
import {
  baselineOf,
  type EvalCall,
  type EvalConditions,
  type EvalReport,
  exitCodeOf,
  figuresOf,
  percentile,
  regressionsOf,
  reportText,
} from '../../evals/report.ts'
import { loadScenario } from '../../scripts/scenario/schema.ts'
import { ROOT } from '../../scripts/supervisor/processes.ts'

const call = (change: Partial<EvalCall> = {}): EvalCall => ({
  caller: 'hurried',
  passed: true,
  problems: [],
  turns: 6,
  latenciesMs: [700, 800, 900],
  flowVersion: 0,
  seconds: 60,
  ...change,
})
const CONDITIONS: EvalConditions = { medium: 'voice', minds: 'rules', model: 'stand-in' }
const reportOf = (calls: readonly EvalCall[], change: Partial<EvalReport> = {}): EvalReport => ({
  at: '2026-11-21T05:00:00.000Z',
  ...CONDITIONS,
  ...change,
  callers: figuresOf(calls),
  calls,
})

it.each(readdirSync(join(ROOT, 'evals', 'callers')))(
  '%s can be played and is graded by the database',
  (file) => {
    const caller = loadScenario(join(ROOT, 'evals', 'callers', file))
    expect(`${caller.name}.yaml`).toBe(file)
    expect(caller.expect[0]?.tickets).toBeDefined()
    expect(caller.own_system).toBe(false)
  },
)

describe('figures', () => {
  it('are counted by caller', () => {
    const calls = [
      call(),
      call({ passed: false, turns: 10, latenciesMs: [1_000] }),
      call({ caller: 'silent', turns: 3, latenciesMs: [] }),
    ]
    expect(figuresOf(calls)).toEqual([
      {
        caller: 'hurried',
        calls: 2,
        passed: 1,
        medianTurns: 6,
        medianSeconds: 60,
        latencyP50Ms: 800,
        latencyP95Ms: 1_000,
      },
      {
        caller: 'silent',
        calls: 1,
        passed: 1,
        medianTurns: 3,
        medianSeconds: 60,
        latencyP50Ms: null,
        latencyP95Ms: null,
      },
    ])
  })

  it('a percentile is one of the values, and at least its share is not above it', () => {
    const shares = fc.double({ min: 0.01, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), shares, (values, share) => {
        const found = percentile(values, share)
        expect(values).toContain(found)
        const below = values.filter((value) => value <= (found ?? 0)).length
        expect(below).toBeGreaterThanOrEqual(values.length * share)
      }),
    )
    expect(percentile([], 0.5)).toBeNull()
  })
})

describe('what got worse', () => {
  const good = reportOf([call(), call()])
  const since = (now: EvalReport, ...before: readonly EvalReport[]) =>
    regressionsOf(baselineOf(before, now), now)

  it('is told, and fails the run', () => {
    const worse = reportOf([call(), call({ passed: false, problems: ['order room: expected 1, found 2'] })])
    const slow = reportOf([call({ turns: 12, latenciesMs: [2_000] })])
    expect(since(worse, good)).toEqual([{ caller: 'hurried', what: 'pass_rate', before: 1, now: 0.5 }])
    expect(since(slow, good).map(({ what }) => what)).toEqual(['turns', 'latency'])
    expect(exitCodeOf(slow, since(slow, good))).toBe(1)
    expect(reportText(worse, since(worse, good))).toContain(
      '1 of 2 calls passed.\n  hurried: order room: expected 1, found 2\n  worse than the last run: hurried pass_rate 1.00 -> 0.50',
    )
  })

  it('is not the luck of the draw, calls of another kind, or a caller that is new', () => {
    expect(since(reportOf([call({ turns: 8, latenciesMs: [1_000] })]), good)).toEqual([])
    const brokeOff = reportOf([call({ passed: false, turns: 1 })])
    expect(since(reportOf([call()]), brokeOff)).toEqual([])
    expect(since(reportOf([call({ passed: false })], { medium: 'text' }), good)).toEqual([])
    expect(since(reportOf([call({ passed: false })], { minds: 'claude' }), good)).toEqual([])
    expect(since(reportOf([call({ passed: false })], { model: 'claude-haiku-4-5' }), good)).toEqual([])
    expect(since(reportOf([call({ caller: 'new', passed: false })]), good)).toEqual([])
    expect(since(good)).toEqual([])
    expect(exitCodeOf(good, [])).toBe(0)
    expect(exitCodeOf(reportOf([]), [])).toBe(1)
  })

  it('is held against the last calls of each caller, whichever runs they were made in', () => {
    const later = reportOf([call({ caller: 'silent', turns: 3 })], { at: '2026-11-22T05:00:00.000Z' })
    const now = reportOf([call({ passed: false }), call({ caller: 'silent', turns: 9 })])
    expect(since(now, later, good)).toEqual([
      { caller: 'hurried', what: 'pass_rate', before: 1, now: 0 },
      { caller: 'silent', what: 'turns', before: 3, now: 9 },
    ])
  })
})

it('reports are kept as files, and what an older version kept is left alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daeri-evals-'))
  try {
    expect(keptReports(folder)).toEqual([])
    const report = reportOf([call()])
    keepReport(folder, report)
    writeFileSync(join(folder, '2026-11-01-full.json'), JSON.stringify({ at: '2026-11-01', kind: 'full' }))
    expect(keptReports(folder)).toEqual([report])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
