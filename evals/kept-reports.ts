/** Reports of runs on this machine, a JSON file each; not committed. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EvalReport } from './report.ts'

/** In no order; what was kept by an older version, and lacks how its calls were made, is left out. */
export function keptReports(folder: string): EvalReport[] {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as EvalReport)
    .filter(({ medium }: Partial<EvalReport>) => medium !== undefined)
}

/** @returns the file. */
export function keepReport(folder: string, report: EvalReport): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.at.replaceAll(':', '-')}-${report.medium}.json`)
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}
