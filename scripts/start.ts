/** `npm start`: sets everything up, runs all processes, plays one demonstration order, ends all on Ctrl-C. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSettings, readEnvironment, type Settings, SettingsError } from '../config/settings.ts'
import { playDemonstration } from './demonstration.ts'
import { SetupError } from './setup/command.ts'
import { consoleProgress } from './setup/progress.ts'
import { ensureWebApp } from './setup/web-app.ts'
import type { ChildEvents } from './supervisor/child.ts'
import { releaseLock, takeLock } from './supervisor/lock.ts'
import { takenPorts } from './supervisor/ports.ts'
import { ROOT } from './supervisor/processes.ts'
import { startSystem } from './supervisor/system.ts'

/** Times of a simulated day: with nobody real waiting, an order should be seen whole in a minute or two. */
const SIMULATED_PACE = {
  EDIT_WINDOW_SECONDS: '30',
  VENDOR_POLL_SECONDS: '5',
  BANK_POLL_SECONDS: '10',
  ALARM_GATHER_SECONDS: '5',
  ALARM_CALL_MINUTES: '2',
  ALARM_CALL_REPEAT_MINUTES: '2',
}

const print = (text = '') => process.stdout.write(`${text}\n`)

async function main(): Promise<void> {
  const environment = readEnvironment(ROOT)
  const first = loadSettings(environment)
  const simulated = Object.values(first.standIns).every(Boolean)
  const env = simulated ? pick(SIMULATED_PACE, (name) => environment[name] === undefined) : {}
  const settings = loadSettings({ ...environment, ...env })

  const holder = takeLock(settings.dataDir, settings.publicUrl)
  if (holder !== undefined) {
    print(`Daeri is already running (process ${holder.pid}): ${holder.appUrl}`)
    print('Stop it with Ctrl-C in its terminal, or set DAERI_DATA_DIR and the ports to run a second one.')
    process.exitCode = 1
    return
  }
  const taken = await takenPorts(settings)
  if (taken.length > 0) {
    releaseLock(settings.dataDir)
    throw new SetupError(`${taken.join('\n')}`)
  }
  const progress = consoleProgress()
  print('Daeri 대리')
  await ensureWebApp(ROOT, progress)
  const system = await startSystem({ env, progress, events: consoleEvents })
  const stop = async (signal: string) => {
    print(`\n${signal}: stopping, what is under way is written down …`)
    await system.stop()
    releaseLock(settings.dataDir)
    print('Stopped.')
    process.exit(0)
  }
  let askedAt: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      const now = performance.now()
      if (askedAt === undefined) void stop(signal)
      else if (now - askedAt > SAME_WISH_MS) system.hurry()
      askedAt ??= now
    })
  printAddresses(system.settings)
  if (settings.demo && simulated) await playDemonstration(system.settings, print)
}

function printAddresses(settings: Settings): void {
  const { host, ports } = settings
  const rows: [string, string][] = [['App', settings.publicUrl]]
  if (settings.simulators) rows.push(['Outside world', `http://${host}:${ports.world}`])
  rows.push(['Temporal Web UI', settings.temporal.uiUrl])
  rows.push(['API docs', `${settings.publicUrl}/api/docs`])
  rows.push(['Phone (SIP)', `${host}:${ports.sip} (UDP)`])
  rows.push(['Logs', join(settings.dataDir, 'logs')])
  print()
  for (const [name, value] of rows) print(`  ${name.padEnd(18)}${value}`)
  const signIn = join(settings.dataDir, 'first-sign-in.txt')
  if (existsSync(signIn))
    print(`  ${'First sign-in'.padEnd(18)}${readFileSync(signIn, 'utf8').trim().replaceAll('\n', '  ')}`)
  print()
  const parties = Object.entries(settings.standIns)
  const names = (standIn: boolean) => parties.filter(([, is]) => is === standIn).map(([name]) => name)
  print(`  Real: ${names(false).join(', ') || 'none of the outside parties'}`)
  print(`  Stand-ins: ${names(true).join(', ') || 'none'}`)
  print(
    `  Edit window ${settings.order.editWindowSeconds} s, vendor asked every ${settings.order.vendorPollSeconds} s.`,
  )
  print()
}

/** pino: errors and worse; warnings are in the log files. */
const SHOWN_LEVEL = 50

/** npm passes on the signal that the terminal has sent already. */
const SAME_WISH_MS = 1_500

const consoleEvents: ChildEvents = {
  onLine(name, line) {
    if (!line.startsWith('{')) return
    const entry = parseLogLine(line)
    if (entry !== undefined && entry.level >= SHOWN_LEVEL) print(`  [${name}] ${entry.msg}`)
  },
  onRestart: (name, reason, inMs) => print(`  [${name}] ${reason}; started again in ${inMs} ms`),
  onGaveUp: (name, reason) =>
    print(`  [${name}] ${reason}; not started again: mend the configuration and run npm start again`),
}

function parseLogLine(line: string): { level: number; msg: string } | undefined {
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown }
    return typeof entry.level === 'number' ? { level: entry.level, msg: String(entry.msg ?? '') } : undefined
  } catch {
    return undefined
  }
}

function pick<Value>(from: Record<string, Value>, wanted: (name: string) => boolean): Record<string, Value> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => wanted(name)))
}

main().catch((error: unknown) => {
  const expected = error instanceof SetupError || error instanceof SettingsError
  process.stderr.write(
    `\n${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exit(1)
})
