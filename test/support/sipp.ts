/** Runs SIPp (sipp.sourceforge.net) as a foreign caller or callee with a scenario given as XML text. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freeUdpPort } from '../../scripts/setup/free-port.ts'

const HOST = '127.0.0.1'

/** Where `sipp` is in the PATH, or null. */
export const sippPath: string | null = findInPath('sipp')

/** Whether it speaks TLS; distributions differ. */
export const sippHasTls: boolean =
  sippPath !== null && /TLS/.test(spawnSync(sippPath, ['-v'], { encoding: 'utf8' }).stdout)

/** Said by test files that skip themselves. */
export const SIPP_MISSING = 'sipp is not in the PATH (Debian package sip-tester): its tests are skipped'

function findInPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {
      // Not in this folder.
    }
  }
  return null
}

export interface SippOptions {
  /** The scenario's XML. `[remote_ip]`, `[service]` and the other keywords are SIPp's. */
  readonly scenario: string
  /** Whom a calling scenario calls. */
  readonly target?: { readonly host: string; readonly port: number }
  /** Ends after so many calls; default 1. */
  readonly calls?: number
  readonly callsPerSecond?: number
  readonly maxConcurrentCalls?: number
  /** The number that is called, `[service]`. */
  readonly service?: string
  /** Files that the scenario names, e.g. captures for `play_pcap_audio`: name -> content. */
  readonly files?: Readonly<Record<string, Uint8Array>>
  /** Fails after that; default 120 s. */
  readonly timeoutSeconds?: number
  /** More arguments, e.g. `-mp`. */
  readonly args?: readonly string[]
}

export interface SippResult {
  /** 0: every call went as the scenario says. */
  readonly exitCode: number | null
  /** What was unexpected, and why it ended. */
  readonly errors: string
  /** Every SIP message sent and received. */
  readonly messages: string
}

export interface SippRun {
  readonly port: number
  /** Resolves when its TCP port can be connected to; over UDP, what comes before that is repeated anyway. */
  readonly listening: Promise<void>
  readonly finished: Promise<SippResult>
  /** Ends it early. */
  stop(): void
}

/**
 * Starts SIPp in a folder of its own. A scenario that waits for calls may be called at once: what comes before
 * its socket is open is repeated by the caller.
 * @throws Error where SIPp is not installed.
 */
export async function startSipp(options: SippOptions): Promise<SippRun> {
  if (sippPath === null) throw new Error(SIPP_MISSING)
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'))
  const file = (name: string) => join(folder, name)
  await writeFile(file('scenario.xml'), `<?xml version="1.0" encoding="ISO-8859-1" ?>\n${options.scenario}`)
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(file(name), content)
  // SIPp takes a port number, not a socket.
  const port = await freeUdpPort()
  const calls = options.calls ?? 1
  const args = [
    ...(options.target ? [`${options.target.host}:${options.target.port}`] : []),
    ...['-sf', file('scenario.xml'), '-i', HOST, '-p', String(port), '-mi', HOST, '-bind_local'],
    ...[
      '-m',
      String(calls),
      '-r',
      String(options.callsPerSecond ?? 10),
      '-l',
      String(options.maxConcurrentCalls ?? calls),
    ],
    ...['-timeout', `${options.timeoutSeconds ?? 120}s`, '-timeout_error', '-nostdin', '-skip_rlimit'],
    ...['-trace_msg', '-message_file', file('messages.log'), '-trace_err', '-error_file', file('errors.log')],
    ...(options.service === undefined ? [] : ['-s', options.service]),
    ...(options.args ?? []),
  ]
  const child = spawn(sippPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TERM: 'dumb' },
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const read = (name: string) => readFile(file(name), 'utf8').catch(() => '')
  const finish = async (): Promise<SippResult> => {
    const [exitCode] = (await once(child, 'close')) as [number | null]
    const result = {
      exitCode,
      errors: stderr + (await read('errors.log')),
      messages: await read('messages.log'),
    }
    await rm(folder, { recursive: true, force: true })
    return result
  }
  const finished = finish()
  // Looked up only where somebody waits for it: a connection of ours would be a call to some scenarios.
  const listening = () => untilListening(port, () => child.exitCode !== null)
  return {
    port,
    finished,
    get listening() {
      return listening()
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

/** @throws Error where the program ends first. */
async function untilListening(port: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    // In the kernel's table of TCP sockets: state 0A, the port in hexadecimal. Connecting would disturb SIPp.
    const table = await readFile('/proc/net/tcp', 'utf8').catch(() => null)
    const isThere = table?.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`)
    if (isThere) return
    await pause(20)
  }
  throw new Error('sipp ended before it listened')
}

/** Runs a scenario to its end. @throws Error with SIPp's words where a call went otherwise. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  const result = await (await startSipp(options)).finished
  if (result.exitCode !== 0)
    throw new Error(`sipp ended with ${result.exitCode}\n${result.errors}\n${result.messages}`)
  return result
}
