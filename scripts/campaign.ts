/**
 * `npm run campaign -- PLAN.json PEOPLE.csv [--dry-run] [--out RESULTS.csv]`: calls everybody on the list, shows how far
 * it is, and fetches the results. DAERI_API_KEY is a key of the app, DAERI_URL its address (default: this machine).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DaeriError } from '../client/index.ts'
import { runCampaign } from './campaign/run-campaign.ts'

const USAGE = 'npm run campaign -- PLAN.json PEOPLE.csv [--dry-run] [--out RESULTS.csv]\n'
const FOLLOW_EVERY_MS = 2_000

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false }, out: { type: 'string' } },
  })
  const [planFile, listFile] = positionals
  const apiKey = process.env.DAERI_API_KEY
  if (planFile === undefined || listFile === undefined || apiKey === undefined) {
    process.stderr.write(apiKey === undefined ? `DAERI_API_KEY is not set.\n${USAGE}` : USAGE)
    return 2
  }
  const { results } = await runCampaign({
    url: process.env.DAERI_URL ?? 'http://127.0.0.1:4000',
    apiKey,
    plan: JSON.parse(readFileSync(planFile, 'utf8')),
    list: readFileSync(listFile),
    dryRun: values['dry-run'],
    followEveryMs: FOLLOW_EVERY_MS,
    tell: (line) => process.stderr.write(`${line}\n`),
  })
  if (results === null) return 0
  if (values.out === undefined) process.stdout.write(results)
  else writeFileSync(values.out, results)
  return 0
}

/** With the fields at fault, a line each. */
function refusal({ message, problem }: DaeriError): string {
  const fields = problem?.errors?.map(({ path, message: wrong }) => `  ${path}: ${wrong}`) ?? []
  return [message, ...fields].join('\n')
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof DaeriError ? refusal(error) : String(error)}\n`)
    process.exitCode = 1
  },
)
