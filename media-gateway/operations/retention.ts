/** Deletes recordings, SIP messages and captures of this host whose time is over: speech and numbers of people are not kept for ever. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { isKeptFile, isKeptFolder } from '../../domain/kept-files.ts'

const DAY_MS = 86_400_000
const EVERY_MS = 6 * 3_600_000
/** A gateway that has just started has better things to do. */
const FIRST_MS = 60_000

export interface RetentionOptions {
  /** Data folder. */
  readonly folder: string
  /** From the last second of a recording; 0: for ever. */
  readonly recordingDays: number
  /** From the end of a leg; 0: for ever. */
  readonly signallingDays: number
  /** From the last packet; 0: for ever. */
  readonly captureDays: number
  readonly logger: Logger
}

export class Retention {
  readonly #options: RetentionOptions
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  start(): void {
    this.#in(FIRST_MS)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#sweeping
  }

  /** @param now epoch ms. @returns how many files were deleted. */
  async sweep(now: number): Promise<number> {
    const { recordingDays, signallingDays, captureDays } = this.#options
    let deleted = 0
    if (recordingDays > 0) deleted += await this.#sweepFolder('recordings', now - recordingDays * DAY_MS)
    if (signallingDays > 0) deleted += await this.#sweepCalls('signalling', now - signallingDays * DAY_MS)
    if (captureDays > 0) deleted += await this.#sweepCalls('captures', now - captureDays * DAY_MS)
    return deleted
  }

  /** A folder a call. */
  async #sweepCalls(within: string, before: number): Promise<number> {
    let deleted = 0
    for (const call of await this.#namesIn(within)) {
      const folder = `${within}/${call}`
      if (!isKeptFolder(folder)) continue
      const gone = await this.#sweepFolder(folder, before)
      deleted += gone
      // One that still has files stays.
      if (gone > 0) await rmdir(join(this.#options.folder, folder)).catch(() => {})
    }
    return deleted
  }

  #in(ms: number): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#sweeping = this.#sweepAndTell().finally(() => this.#in(EVERY_MS))
    }, ms)
    this.#timer.unref()
  }

  async #sweepAndTell(): Promise<void> {
    const { logger } = this.#options
    try {
      const files = await this.sweep(Date.now())
      if (files > 0)
        logger.info({ files }, 'recordings, SIP messages and captures whose time is over were deleted')
    } catch (error) {
      logger.error(
        { err: error },
        'recordings, SIP messages and captures whose time is over could not be deleted',
      )
    }
  }

  /** @param before epoch ms: what was written last before that goes. */
  async #sweepFolder(folder: string, before: number): Promise<number> {
    let deleted = 0
    for (const name of await this.#namesIn(folder)) {
      const file = `${folder}/${name}`
      if (!isKeptFile(file)) continue
      const path = join(this.#options.folder, file)
      const found = await stat(path).catch(() => null)
      if (found === null || !found.isFile() || found.mtimeMs >= before) continue
      await rm(path, { force: true })
      deleted += 1
    }
    return deleted
  }

  #namesIn(folder: string): Promise<string[]> {
    return readdir(join(this.#options.folder, folder)).catch(() => [])
  }
}
