/** A real browser for tests. */
import { type Browser, chromium } from 'playwright-core'
import { ensureBrowser } from '../../activities/browser/program.ts'

/** @param more command-line flags. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await ensureBrowser()
  return chromium.launch({ executablePath, args: [...args, ...more], headless: true })
}
