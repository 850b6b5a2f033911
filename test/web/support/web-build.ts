/** The app as it is served, built once for the present state of its sources. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const webFolder = fileURLToPath(new URL('../../../web', import.meta.url))

/** @returns the folder with index.html; the same one for every test file until a source changes. */
export async function ensureWebBuild(): Promise<string> {
  const folder = join(tmpdir(), `daeri-web-${await fingerprint()}`)
  if (existsSync(folder)) return folder
  const outDir = await mkdtemp(join(tmpdir(), 'daeri-web-build-'))
  await build({
    configFile: join(webFolder, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, reportCompressedSize: false },
  })
  // Two test files may build at once: the first to finish wins, the other's copy is thrown away.
  await rename(outDir, folder).catch(() => rm(outDir, { recursive: true }))
  return folder
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(webFolder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const { mtimeMs, size } = await stat(path)
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}
