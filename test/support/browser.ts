/** A real browser for tests. */
import { type Browser, chromium } from 'playwright-core'
import { ensureBrowser } from '../../activities/browser/program.ts'

export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args } = await ensureBrowser()
  return chromium.launch({ executablePath, args: [...args], headless: true })
}
