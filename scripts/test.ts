/**
 * `npm test [-- vitest arguments]`: prepares what the tests need, runs them all, and ends with one line
 * `N passed, N failed` (and skipped ones) from the real totals.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupError } from './setup/command.ts'
import { consoleProgress } from './setup/progress.ts'
import { ensureSpeechModel } from './setup/speech-model.ts'
import { ensureTemporalCli } from './setup/temporal-cli.ts'
import { ensureTimeSkippingServer } from './setup/time-skipping-server.ts'
import { ensureWebApp } from './setup/web-app.ts'
import { ROOT } from './supervisor/processes.ts'

interface Totals {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  /** Files that could not even be loaded count as failures. */
  readonly numFailedTestSuites: number
  readonly success: boolean
}

async function main(): Promise<number> {
  const progress = consoleProgress()
  await ensureTemporalCli(progress)
  await ensureTimeSkippingServer(progress)
  // Its tests are skipped, with the reason, where it can't be fetched.
  await ensureSpeechModel(progress).catch((error: unknown) => progress.line(String(error)))
  await ensureWebApp(ROOT, progress)
  const folder = mkdtempSync(join(tmpdir(), 'daeri-totals-'))
  const report = join(folder, 'report.json')
  try {
    const code = await vitest([
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ])
    const totals = readTotals(report)
    if (totals === undefined) {
      process.stdout.write('\n0 passed, 1 failed\n')
      return 1
    }
    const failed = Math.max(totals.numFailedTests, totals.success && code === 0 ? 0 : 1)
    const skipped = totals.numPendingTests > 0 ? `, ${totals.numPendingTests} skipped` : ''
    process.stdout.write(`\n${totals.numPassedTests} passed, ${failed} failed${skipped}\n`)
    return failed > 0 || code !== 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function vitest(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: ROOT,
      stdio: 'inherit',
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function readTotals(file: string): Totals | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Totals
  } catch {
    return undefined // vitest itself broke down
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    )
    process.stdout.write('\n0 passed, 1 failed\n')
    process.exit(1)
  },
)
