/** What came of an eval run: pass rates, turns and latency by caller, and what got worse since the last run. Pure. */

/** One call of one simulated caller, graded by what the database holds at its end. */
export interface EvalCall {
  readonly caller: string
  readonly passed: boolean
  /** Checks that failed, or why the call broke off. */
  readonly problems: readonly string[]
  /** Turns of ours. */
  readonly turns: number
  /** Last voice of the caller -> first packet of the answer, ms, of each answer. */
  readonly latenciesMs: readonly number[]
  /** Of the flow; null where the call left no record. */
  readonly flowVersion: number | null
  /** From the first ring to the verdict. */
  readonly seconds: number
  /** What happened, line by line; only of calls that failed. */
  readonly story?: readonly string[]
}

export interface CallerFigures {
  readonly caller: string
  readonly calls: number
  readonly passed: number
  readonly medianTurns: number
  readonly medianSeconds: number
  /** Null: nothing was answered. */
  readonly latencyP50Ms: number | null
  readonly latencyP95Ms: number | null
}

/** How the calls were made; only figures that were made alike are compared. */
export interface EvalConditions {
  /** With sound on the wire, or in writing. */
  readonly medium: 'voice' | 'text'
  /** Who finds the callers' words. */
  readonly minds: 'rules' | 'claude'
  /** The model that answers them; `stand-in` without a key. */
  readonly model: string
}

/** As it is kept in a file. */
export interface EvalReport extends EvalConditions {
  readonly at: string
  readonly callers: readonly CallerFigures[]
  readonly calls: readonly EvalCall[]
}

/** Something that is worse than in the run before. */
export interface Regression {
  readonly caller: string
  readonly what: 'pass_rate' | 'turns' | 'latency'
  readonly before: number
  readonly now: number
}

/** Fewer or more than this is the luck of the draw. */
const MORE_TURNS = 1.5
const SLOWER = 1.5
/** Below it nobody notices. */
const SLOWER_AT_LEAST_MS = 300

export function figuresOf(calls: readonly EvalCall[]): CallerFigures[] {
  return [...new Set(calls.map(({ caller }) => caller))].map((caller) => {
    const own = calls.filter((call) => call.caller === caller)
    // A call that broke off says nothing of how long one takes.
    const done = own.filter(({ passed }) => passed)
    const latencies = own.flatMap(({ latenciesMs }) => latenciesMs)
    return {
      caller,
      calls: own.length,
      passed: done.length,
      medianTurns: median((done.length > 0 ? done : own).map(({ turns }) => turns)),
      medianSeconds: median(own.map(({ seconds }) => seconds)),
      latencyP50Ms: percentile(latencies, 0.5),
      latencyP95Ms: percentile(latencies, 0.95),
    }
  })
}

const median = (values: readonly number[]): number => percentile(values, 0.5) ?? 0

/** The smallest value that at least this share of all does not exceed; null of none. @param share above 0, at most 1. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

/**
 * What each caller's calls came to when they were last made in this way: a run of a few callers hides no older figures of
 * the others. @param reports in any order.
 */
export function baselineOf(reports: readonly EvalReport[], conditions: EvalConditions): CallerFigures[] {
  const alike = reports
    .filter(({ medium, minds, model }) => isSame({ medium, minds, model }, conditions))
    .toSorted((a, b) => a.at.localeCompare(b.at))
  return [
    ...new Map(alike.flatMap(({ callers }) => callers.map((one) => [one.caller, one] as const))).values(),
  ]
}

const isSame = (a: EvalConditions, b: EvalConditions): boolean =>
  a.medium === b.medium && a.minds === b.minds && a.model === b.model

/** @param before figures of the last calls that were made alike. */
export function regressionsOf(before: readonly CallerFigures[], now: EvalReport): Regression[] {
  return now.callers.flatMap((figures) => {
    const { caller } = figures
    const old = before.find((known) => known.caller === caller)
    if (old === undefined || old.calls === 0) return []
    const found: Regression[] = []
    const [oldRate, rate] = [old.passed / old.calls, figures.passed / figures.calls]
    if (rate < oldRate) found.push({ caller, what: 'pass_rate', before: oldRate, now: rate })
    const mayCompare = old.passed > 0 && figures.passed > 0
    if (mayCompare && figures.medianTurns > old.medianTurns * MORE_TURNS)
      found.push({ caller, what: 'turns', before: old.medianTurns, now: figures.medianTurns })
    const [oldMs, ms] = [old.latencyP50Ms, figures.latencyP50Ms]
    if (oldMs !== null && ms !== null && ms > oldMs * SLOWER && ms - oldMs >= SLOWER_AT_LEAST_MS)
      found.push({ caller, what: 'latency', before: oldMs, now: ms })
    return found
  })
}

/** The report as people read it. */
export function reportText(report: EvalReport, regressions: readonly Regression[]): string {
  const ms = (value: number | null) => (value === null ? '–' : `${Math.round(value)} ms`)
  const rows = report.callers.map((figures) => [
    figures.caller,
    `${figures.passed}/${figures.calls}`,
    String(figures.medianTurns),
    `${Math.round(figures.medianSeconds)} s`,
    ms(figures.latencyP50Ms),
    ms(figures.latencyP95Ms),
  ])
  const heads = ['caller', 'passed', 'turns', 'length', 'p50', 'p95']
  const table = [heads, ...rows]
  const widths = heads
    .map((_, column) => column)
    .map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  const failed = report.calls.filter(({ passed }) => !passed)
  const total = report.calls.length
  const { medium, minds, model } = report
  return [
    `${medium === 'voice' ? 'On the telephone' : 'In writing'}; callers by ${minds}; model: ${model}`,
    '',
    ...lines,
    '',
    `${total - failed.length} of ${total} calls passed.`,
    ...failed.map(({ caller, problems }) => `  ${caller}: ${problems.join('; ')}`),
    ...regressions.map(
      ({ caller, what, before, now }) =>
        `  worse than the last run: ${caller} ${what} ${before.toFixed(2)} -> ${now.toFixed(2)}`,
    ),
  ].join('\n')
}

/** 0: all calls passed and nothing got worse. */
export const exitCodeOf = (report: EvalReport, regressions: readonly Regression[]): number =>
  report.calls.length > 0 && report.calls.every(({ passed }) => passed) && regressions.length === 0 ? 0 : 1
