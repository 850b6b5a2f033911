/** One supervised process: started, waited for, restarted when it crashes, ended in peace. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { ReadyMessage } from '../../config/process.ts'

/** How one process is run. */
export interface ChildDefinition {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly identity?: { readonly uid: number; readonly gid: number } | undefined
  readonly stopSignal: 'SIGTERM' | 'SIGINT'
  /** Resolves once it serves; absent: our own process, which sends a ready message over IPC. */
  readonly waitUntilReady?: () => Promise<void>
}

export interface ChildEvents {
  onLine(name: string, line: string): void
  onRestart(name: string, reason: string, inMs: number): void
  onGaveUp(name: string, reason: string): void
}

/** EX_CONFIG: the configuration is wrong, a restart will not help. */
const EXIT_CONFIG = 78
const RESTART_MIN_MS = 250
const RESTART_MAX_MS = 15_000
/** A process that lived this long starts again without delay. */
const HEALTHY_AFTER_MS = 20_000
/** Of a program that does not tell what it may take to end. */
const STOP_LIMIT_MS = 18_000
/** Our processes end themselves when their own limit is over: this much later they are stuck. */
const STOP_MARGIN_MS = 3_000

/** Keeps one process running until `stop`. */
export class SupervisedChild {
  readonly definition: ChildDefinition
  readonly #events: ChildEvents
  readonly #log: WriteStream
  #process: ChildProcess | undefined
  /** Those that another one has taken over from, or is about to. */
  readonly #leaving = new Set<ChildProcess>()
  #stopping = false
  #backoffMs = RESTART_MIN_MS
  /** For how long it shall be away after the crash that was asked for. */
  #awayMs = 0
  #restartTimer: NodeJS.Timeout | undefined
  #stopLimitMs = STOP_LIMIT_MS
  /** How often it has been started again. */
  restarts = 0
  /** Called with the pid at each launch. */
  onLaunch: (pid: number) => void = () => undefined
  /** What the process told with its last ready message. */
  details: Readonly<Record<string, unknown>> = {}

  constructor(definition: ChildDefinition, logFile: string, events: ChildEvents) {
    this.definition = definition
    this.#events = events
    this.#log = createWriteStream(logFile, { flags: 'a' })
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** How it ended; undefined while it runs. */
  get end(): { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined {
    const { exitCode: code = null, signalCode: signal = null } = this.#process ?? {}
    return code === null && signal === null ? undefined : { code, signal }
  }

  /** Starts it; resolves when it serves. @throws when it ends before that for a reason a restart can't mend. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#launch(resolve, reject))
  }

  /** The signal of its kind, then SIGKILL for one that does not end in time. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#restartTimer)
    const living = new Set(this.#leaving)
    if (this.#process !== undefined) living.add(this.#process)
    await Promise.all([...living].map((child) => this.#end(child)))
    await new Promise<void>((resolve) => this.#log.end(resolve))
  }

  /**
   * Another process in its place, as a deployment does; resolves when the new one serves and the old one has ended.
   * @param overlaps the new one serves before the old one is told to end: not where both want the same port.
   */
  async replace({ overlaps }: { readonly overlaps: boolean }): Promise<void> {
    const before = this.#process
    clearTimeout(this.#restartTimer)
    if (before !== undefined) this.#leaving.add(before)
    if (before !== undefined && !overlaps) await this.#end(before)
    if (!this.#stopping) await this.start()
    if (before !== undefined) await this.#end(before)
  }

  async #end(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), this.#stopLimitMs)
        child.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        child.kill(this.definition.stopSignal)
      })
    this.#leaving.delete(child)
  }

  /** Asks again to stop: what it still waits for is given up. */
  hurry(): void {
    if (this.#stopping) this.#process?.kill(this.definition.stopSignal)
  }

  /** SIGKILL, as a crash would: the supervisor starts it again, after `awayMs` at the earliest. For tests and scenarios. */
  crash(awayMs = 0): void {
    this.#awayMs = awayMs
    this.#process?.kill('SIGKILL')
  }

  #launch(onReady: () => void, onGaveUp: (error: Error) => void): void {
    const { definition } = this
    const ownProcess = definition.waitUntilReady === undefined
    const startedAt = Date.now()
    const child = spawn(definition.command, [...definition.args], {
      cwd: definition.cwd,
      env: definition.env,
      stdio: ownProcess ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that Ctrl-C in the terminal reaches only the supervisor, which ends all in order.
      detached: true,
      ...(definition.identity ?? {}),
    })
    this.#process = child
    if (child.pid !== undefined) this.onLaunch(child.pid)
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (this.#log.writable) this.#log.write(`${line}\n`)
        this.#events.onLine(definition.name, line)
      })
    }
    child.on('message', (message) => {
      if (!isReady(message)) return
      this.details = message.details
      this.#stopLimitMs = message.stopLimitMs + STOP_MARGIN_MS
      onReady()
    })
    definition.waitUntilReady?.().then(onReady, (error: unknown) => {
      this.#events.onLine(definition.name, `not ready: ${String(error)}`)
    })
    const ended = (reason: string, code: number | null) => {
      if (!this.#leaving.has(child)) this.#ended(reason, code, startedAt, onReady, onGaveUp)
    }
    child.on('error', (error) => ended(`could not be started: ${error.message}`, null))
    child.on('exit', (code, signal) => ended(`ended with ${signal ?? code}`, code))
  }

  #ended(
    reason: string,
    code: number | null,
    startedAt: number,
    onReady: () => void,
    onGaveUp: (error: Error) => void,
  ): void {
    if (this.#stopping) return
    if (code === EXIT_CONFIG) {
      this.#events.onGaveUp(this.definition.name, reason)
      onGaveUp(new Error(`${this.definition.name}: wrong configuration`))
      return
    }
    if (Date.now() - startedAt > HEALTHY_AFTER_MS) this.#backoffMs = RESTART_MIN_MS
    this.restarts += 1
    const inMs = Math.max(this.#backoffMs, this.#awayMs)
    this.#awayMs = 0
    this.#events.onRestart(this.definition.name, reason, inMs)
    this.#restartTimer = setTimeout(() => this.#launch(onReady, onGaveUp), inMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, RESTART_MAX_MS)
  }
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
}
