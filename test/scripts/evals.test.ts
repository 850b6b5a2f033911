import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EvalCall,
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
  ...change,
})
const reportOf = (calls: readonly EvalCall[], kind: EvalReport['kind'] = 'full'): EvalReport => ({
  at: '2026-11-21T05:00:00.000Z',
  kind,
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
      { caller: 'hurried', calls: 2, passed: 1, medianTurns: 6, latencyP50Ms: 800, latencyP95Ms: 1_000 },
      { caller: 'silent', calls: 1, passed: 1, medianTurns: 3, latencyP50Ms: null, latencyP95Ms: null },
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

  it('is told, and fails the run', () => {
    const worse = reportOf([call(), call({ passed: false, problems: ['order room: expected 1, found 2'] })])
    const slow = reportOf([call({ turns: 12, latenciesMs: [2_000] })])
    expect(regressionsOf(good, worse)).toEqual([
      { caller: 'hurried', what: 'pass_rate', before: 1, now: 0.5 },
    ])
    expect(regressionsOf(good, slow).map(({ what }) => what)).toEqual(['turns', 'latency'])
    expect(exitCodeOf(slow, regressionsOf(good, slow))).toBe(1)
    expect(reportText(worse, regressionsOf(good, worse))).toContain(
      '1 of 2 calls passed.\n  hurried: order room: expected 1, found 2\n  worse than the last run: hurried pass_rate 1.00 -> 0.50',
    )
  })

  it('is not the luck of the draw, another kind of run, or a caller that is new', () => {
    expect(regressionsOf(good, reportOf([call({ turns: 8, latenciesMs: [1_000] })]))).toEqual([])
    expect(regressionsOf(good, reportOf([call({ passed: false })], 'small'))).toEqual([])
    expect(regressionsOf(good, reportOf([call({ caller: 'new', passed: false })]))).toEqual([])
    expect(regressionsOf(null, good)).toEqual([])
    expect(exitCodeOf(good, [])).toBe(0)
    expect(exitCodeOf(reportOf([]), [])).toBe(1)
  })
})
