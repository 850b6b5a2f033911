/** One browser a process: started when it is first needed, a context of its own for each job, closed when idle. */
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { ensureBrowser } from './program.ts'

/** A browser takes some 150 MB: it is not kept for the next order of the day. */
const IDLE_MS = 60_000
const LAUNCH_LIMIT_MS = 30_000

/** No browser could be started on this machine; another door may serve. */
export class BrowserStartError extends Error {
  readonly retryable = true
}

export interface SharedBrowserOptions {
  readonly launch?: () => Promise<Browser>
  readonly idleMs?: number
}

export class SharedBrowser {
  readonly #launch: () => Promise<Browser>
  readonly #idleMs: number
  #browser: Promise<Browser> | null = null
  #jobs = 0
  #idle: NodeJS.Timeout | undefined

  constructor(options: SharedBrowserOptions = {}) {
    this.#launch = options.launch ?? launchChromium
    this.#idleMs = options.idleMs ?? IDLE_MS
  }

  /** Cookies and pages of a job are its own and go with it. @throws BrowserStartError */
  async withContext<Result>(job: (context: BrowserContext) => Promise<Result>): Promise<Result> {
    clearTimeout(this.#idle)
    this.#jobs++
    try {
      const browser = await this.#started()
      const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1280, height: 900 } })
      try {
        return await job(context)
      } finally {
        await context.close().catch(() => {})
      }
    } finally {
      this.#jobs--
      if (this.#jobs === 0) this.#idle = setTimeout(() => void this.close(), this.#idleMs).unref()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const browser = this.#browser
    this.#browser = null
    await browser?.then((running) => running.close()).catch(() => {})
  }

  /** A browser that died is replaced by the next job. */
  #started(): Promise<Browser> {
    if (this.#browser !== null) return this.#browser
    const starting = this.#launch().then(
      (browser) => {
        browser.once('disconnected', () => {
          if (this.#browser === starting) this.#browser = null
        })
        return browser
      },
      (error: unknown) => {
        if (this.#browser === starting) this.#browser = null
        throw new BrowserStartError('브라우저를 시작할 수 없습니다.', { cause: error })
      },
    )
    this.#browser = starting
    return starting
  }
}

async function launchChromium(): Promise<Browser> {
  const { executablePath, args } = await ensureBrowser()
  return chromium.launch({ executablePath, args: [...args], headless: true, timeout: LAUNCH_LIMIT_MS })
}
