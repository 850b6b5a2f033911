/** Builds the web app when its sources changed since the last build. */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.ts'
import type { Progress } from './progress.ts'

export async function ensureWebApp(root: string, progress: Progress): Promise<void> {
  const marker = join(root, 'dist', 'web', '.sources')
  const wanted = fingerprint(root)
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  await progress.step('Building the web app', async (tell) => {
    await run(
      process.execPath,
      [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'web/vite.config.ts'],
      {
        cwd: root,
        onLine: tell,
      },
    )
    writeFileSync(marker, wanted)
  })
}

function fingerprint(root: string): string {
  const hash = createHash('sha256')
  for (const file of globSync(['web/**/*.*', 'api/schemas/*.ts', 'package-lock.json'], {
    cwd: root,
  }).sort()) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}
