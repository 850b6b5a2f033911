/** Opens the built app in a real browser against the fake API. */
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { type FakeApi, startFakeApi } from '../fake-api/server.ts'
import { ensureWebBuild } from './web-build.ts'

export interface OpenInput {
  readonly path?: string
  readonly language?: 'ko' | 'en'
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly signedIn?: boolean
  readonly permissions?: readonly string[]
  /** Run in the page before its own scripts. */
  readonly script?: string
}

export interface App {
  readonly page: Page
  readonly fake: FakeApi
  readonly close: () => Promise<void>
}

/** One browser for a test file; each `open` has its own fake API, cookies and storage. */
export class AppBrowser {
  private browser: Browser | undefined
  private readonly flags: readonly string[]
  private webRoot = ''

  /** @param flags of the browser's command line. */
  constructor(flags: readonly string[] = []) {
    this.flags = flags
  }

  async start(): Promise<void> {
    this.webRoot = await ensureWebBuild()
    this.browser = await launchBrowser(this.flags)
  }

  async stop(): Promise<void> {
    await this.browser?.close()
  }

  async open(input: OpenInput = {}): Promise<App> {
    const { path = '/', language = 'ko', scheme = 'light', width = 1440, signedIn = true } = input
    if (this.browser === undefined) throw new Error('start() first')
    const fake = await startFakeApi(this.webRoot)
    const context = await this.browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      permissions: [...(input.permissions ?? [])],
      timezoneId: 'America/New_York', // what is shown must be Korean time all the same
    })
    await context.addInitScript(`localStorage.setItem('daeri-language', '${language}')`)
    if (input.script !== undefined) await context.addInitScript(input.script)
    if (signedIn) await context.addCookies([{ name: 'daeri.session', value: 'fake', url: fake.url }])
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(fake.url + path)
    return {
      page,
      fake,
      close: async () => {
        await context.close()
        await fake.close()
      },
    }
  }
}
