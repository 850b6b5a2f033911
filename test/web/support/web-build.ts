/** The app as it is served: the build that `npm test` has made, or a new one where its sources changed since. */
import { join } from 'node:path'
import { consoleProgress } from '../../../scripts/setup/progress.ts'
import { ensureWebApp } from '../../../scripts/setup/web-app.ts'
import { ROOT } from '../../../scripts/supervisor/processes.ts'

/** @returns the folder with index.html. */
export async function ensureWebBuild(): Promise<string> {
  await ensureWebApp(
    ROOT,
    consoleProgress(() => {}),
  )
  return join(ROOT, 'dist', 'web')
}
