/** A scenario's result for people. */
import type { ScenarioResult } from './runner.ts'
import { shownTime, type TimelineLine } from './timeline.ts'

export const timelineText = (line: TimelineLine): string => `  ${shownTime(line.at)}  ${line.text}`

/** The checks, failed ones with what was expected and found. */
export function verdictText(result: ScenarioResult): string {
  const lines = result.checks.map((check) =>
    check.passed
      ? `  ✓ ${check.what}: ${check.actual}`
      : `  ✗ ${check.what}: expected ${check.expected}, found ${check.actual}`,
  )
  if (result.error !== null) lines.push(`  ✗ ${result.error}`)
  lines.push(`${result.passed ? 'PASSED' : 'FAILED'} ${result.name} in ${result.seconds.toFixed(1)} s`)
  return lines.join('\n')
}
