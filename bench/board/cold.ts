/** Empties caches: the server's by starting it anew, the system's by giving its files' pages back. */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Smaller ones are read in an instant, and there are thousands of them. */
const WORTH_BYTES = 256 * 1024

/** Asks the system to forget the files of a folder; nobody else's cache is touched. @returns whether it can (GNU dd). */
export function forgetFiles(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      if (statSync(file).size < WORTH_BYTES) continue
      execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'], { stdio: 'ignore' })
    }
    return true
  } catch {
    return false
  }
}
