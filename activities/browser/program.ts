/** A Chromium for browser tests and browser automation: in PATH, else from an npm package. */
import { findInPath } from '../../config/programs.ts'

export interface BrowserProgram {
  readonly executablePath: string
  readonly args: readonly string[]
}

/** Flags that keep it quiet on machines without internet, a display or user namespaces. */
const QUIET_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function ensureBrowser(): Promise<BrowserProgram> {
  const installed = findInPath('chromium') ?? findInPath('chromium-browser') ?? findInPath('google-chrome')
  if (installed !== undefined) return { executablePath: installed, args: QUIET_FLAGS }
  // Its own flags are for a sandbox without processes (--single-process), where a second page ends the browser.
  const { default: packaged } = await import('@sparticuz/chromium')
  return { executablePath: await packaged.executablePath(), args: QUIET_FLAGS }
}
