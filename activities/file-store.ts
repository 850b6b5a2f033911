/** Files we keep, by key, in a folder. Written whole or not at all. */
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Names of one level: letters, digits, dash, underscore, dot. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

class FileKeyError extends Error {
  readonly retryable = false
}

export interface FileStore {
  /** Replaces what was there under the same key. */
  put(key: string, content: Uint8Array): Promise<void>
}

/** @param folder is made when it is first written to. */
export function createFolderStore(folder: string): FileStore {
  return {
    async put(key, content) {
      if (!KEY.test(key)) throw new FileKeyError(`not a file key: ${key.slice(0, 40)}`)
      const path = join(folder, key)
      const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`
      await mkdir(dirname(path), { recursive: true })
      try {
        await writeFile(unfinished, content)
        await rename(unfinished, path)
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
  }
}
