/**
 * `npm run bench -- NAME [options] [--json FILE]`: prints what a benchmark measured, and writes it as JSON if asked.
 * Options are the benchmark's own; see bench/README.md.
 */
import { writeFileSync } from 'node:fs'
import { asText, type Benchmark, machine } from './result.ts'

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  campaign: async () => (await import('./campaign/index.ts')).benchCampaign,
  board: async () => (await import('./board/index.ts')).benchBoard,
  failover: async () => (await import('./failover/index.ts')).benchFailover,
  gateway: async () => (await import('./gateway/index.ts')).benchGateway,
  soak: async () => (await import('./gateway/soak.ts')).soakGateway,
  hold: async () => (await import('./gateway/hold.ts')).holdGateway,
  ticket: async () => (await import('./ticket/index.ts')).benchTicket,
  'barge-in': async () => (await import('./barge-in/index.ts')).benchBargeIn,
  ear: async () => (await import('./ear/index.ts')).benchEar,
  turn: async () => (await import('./turn/index.ts')).benchTurn,
  legs: async () => (await import('./legs/index.ts')).benchLegs,
}

async function main(): Promise<number> {
  const [name = '', ...options] = process.argv.slice(2)
  const load = BENCHMARKS[name]
  if (load === undefined) {
    process.stderr.write(
      `npm run bench -- NAME [options] [--json FILE]; names: ${Object.keys(BENCHMARKS).join(', ')}\n`,
    )
    return 2
  }
  const jsonAt = options.indexOf('--json')
  const [, file] = jsonAt === -1 ? [] : options.splice(jsonAt, 2)
  const benchmark = await load()
  const tables = await benchmark(options, (text) => process.stderr.write(`  ${text}\n`))
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`
  const at = new Date().toISOString()
  process.stdout.write(`${command}\n${machine()}\n${at}\n\n${tables.map(asText).join('\n')}\n`)
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ command, machine: machine(), at, tables }, null, 2)}\n`)
  return 0
}

process.exitCode = await main()
