/** Files we keep, by key, in a folder. Written whole or not at all. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DataKeys, decryptBytes, encryptBytes } from '../db/encryption.ts'

/** Names of one level: letters, digits, dash, underscore, dot. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/

class FileKeyError extends Error {
  readonly retryable = false
}

export interface FileStore {
  /** Replaces what was there under the same key. */
  put(key: string, content: Uint8Array): Promise<void>
  /** Null when there is none. */
  get(key: string): Promise<Uint8Array | null>
}

/** @param folder is made when it is first written to. */
export function createFolderStore(folder: string): FileStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new FileKeyError(`not a file key: ${key.slice(0, 40)}`)
    return join(folder, key)
  }
  return {
    async get(key) {
      try {
        return await readFile(pathOf(key))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    async put(key, content) {
      const path = pathOf(key)
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

/** Encrypts what it keeps: for files that show people or their data. */
function createSealedStore(store: FileStore, keys: DataKeys): FileStore {
  return {
    put: (key, content) => store.put(key, encryptBytes(content, keys)),
    async get(key) {
      const stored = await store.get(key)
      return stored === null ? null : decryptBytes(stored, keys)
    },
  }
}

/** Pictures that customers sent, encrypted. */
export const openAttachmentStore = (settings: {
  readonly dataDir: string
  readonly dataKey: DataKeys
}): FileStore => createSealedStore(createFolderStore(join(settings.dataDir, 'attachments')), settings.dataKey)
