/** Processes of the benchmark: pinned to a core where that can be done, asked by IPC, measured from outside. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Order, Word } from './messages.ts'

/** Clock ticks of /proc, a hundred a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
/** Of media-gateway/main.ts. */
const MEDIA_PRIORITY = -10

/** Whether processes can be held on one core each: on two cores at least, where util-linux is. */
export const canPin = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0

/** What a process has used: CPU seconds since its start, and memory now. */
export interface Usage {
  readonly cpuSeconds: number
  readonly residentMegabytes: number
  /** Its first thread was ready to run, and something else had the core: what the machine adds to every delay. */
  readonly waitedSeconds: number
}

/** null where the system does not tell (no /proc). */
export function usageOf(pid: number): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    const [, waited = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
    return {
      cpuSeconds: ticks / TICKS_PER_SECOND,
      residentMegabytes: Number(kilobytes ?? 0) / 1_024,
      waitedSeconds: Number(waited) / 1e9,
    }
  } catch {
    return null
  }
}

/**
 * Above what else runs on the machine, as the gateway's own process is; without the right to it things stay as they are.
 * Real-time scheduling would be more than that, but on one core the threads of V8 then wait for each other.
 */
export function raisePriority(): void {
  try {
    setPriority(MEDIA_PRIORITY)
    // Linux weighs sessions against each other first (sched(7), autogroup): a priority within ours alone would do nothing.
    if (existsSync('/proc/self/autogroup')) writeFileSync('/proc/self/autogroup', String(MEDIA_PRIORITY))
  } catch {
    // Then the figures are those of a machine that does something else as well.
  }
}

/** @param core 0 or 1. */
export function placed(core: number, command: readonly string[]): readonly [string, readonly string[]] {
  const where = canPin ? ['taskset', '-c', String(core)] : []
  const [program = '', ...args] = [...where, ...command]
  return [program, args]
}

/** One of ours, that speaks IPC. */
export class BenchProcess {
  readonly #child: ChildProcess
  readonly #words: Word[] = []
  #heard: () => void = () => {}

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (word: Word) => {
      this.#words.push(word)
      this.#heard()
    })
    child.on('exit', () => this.#heard())
  }

  /** @param file of this folder. @param nodeOptions e.g. `--cpu-prof`. */
  static async start(
    file: string,
    core: number,
    args: readonly string[],
    nodeOptions: readonly string[] = [],
  ): Promise<BenchProcess & { readonly ready: Extract<Word, { type: 'ready' }> }> {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const [program, all] = placed(core, [process.execPath, ...nodeOptions, path, ...args])
    const started = new BenchProcess(spawn(program, all, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    const ready = await started.word('ready')
    return Object.assign(started, { ready })
  }

  /** taskset replaces itself by what it starts. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  send(order: Order): void {
    this.#child.send(order)
  }

  /** The next word of that type. @throws Error where the process ends before. */
  async word<Type extends Word['type']>(type: Type): Promise<Extract<Word, { type: Type }>> {
    for (;;) {
      const at = this.#words.findIndex((word) => word.type === type)
      if (at !== -1) return this.#words.splice(at, 1)[0] as Extract<Word, { type: Type }>
      if (this.#child.exitCode !== null)
        throw new Error(`a process of the benchmark ended with ${this.#child.exitCode}`)
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
    }
  }

  async ask<Type extends Word['type']>(order: Order, type: Type): Promise<Extract<Word, { type: Type }>> {
    this.send(order)
    return this.word(type)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    if (this.#child.connected) this.send({ type: 'stop' })
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(timer)
  }
}
