/** Calls that could not be served wait on disk until Temporal takes them, so that somebody calls back. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { MissedCall } from '../../domain/call.ts'

/** Starts the workflow of a missed call; a second time for the same call changes nothing. */
export type DeliverMissedCall = (call: MissedCall) => Promise<void>

const RETRY_MS = 5_000

export class MissedCalls {
  readonly #folder: string
  readonly #deliver: DeliverMissedCall
  readonly #logger: Logger
  readonly #retryMs: number
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(folder: string, deliver: DeliverMissedCall, logger: Logger, retryMs = RETRY_MS) {
    this.#folder = folder
    this.#deliver = deliver
    this.#logger = logger
    this.#retryMs = retryMs
  }

  /** Takes up what an earlier process left. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    this.#schedule(0)
  }

  /** On disk when this resolves. */
  async add(call: MissedCall): Promise<void> {
    const path = join(this.#folder, `${call.callId}.json`)
    await writeFile(`${path}.part`, JSON.stringify(call), { mode: 0o600 })
    await rename(`${path}.part`, path)
    this.#schedule(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#deliverAll())
    }, delayMs)
    this.#timer.unref()
  }

  async #deliverAll(): Promise<void> {
    const files = (await readdir(this.#folder)).filter((file) => file.endsWith('.json'))
    for (const file of files) {
      if (this.#stopped) return
      if (!(await this.#deliverOne(join(this.#folder, file)))) this.#schedule(this.#retryMs)
    }
  }

  /** @returns false where it must be tried again. */
  async #deliverOne(path: string): Promise<boolean> {
    const call = await readMissedCall(path)
    try {
      if (call === undefined) {
        this.#logger.error({ path }, 'missed call is unreadable: put aside')
        await rename(path, `${path}.unreadable`)
      } else {
        await this.#deliver(call)
        await rm(path)
      }
      return true
    } catch (error) {
      this.#logger.warn({ err: error, path }, 'missed call not delivered yet')
      return false
    }
  }
}

async function readMissedCall(path: string): Promise<MissedCall | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as MissedCall
  } catch {
    return undefined
  }
}
