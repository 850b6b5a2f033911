/** Files that gateways keep (recordings, SIP messages): in our own data folder, else at the gateway that has them. */
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keptFilePath } from '../domain/kept-files.ts'
import { gatewayStateToken } from '../domain/media-socket-token.ts'

const ANSWER_MS = 5_000
/** A recording is read second by second; from another machine many at once. */
const BLOCK_BYTES = 1_024 * 1_024

/** A file that is read piece by piece, wherever it lies. */
export interface SealedFile {
  readonly size: number
  readonly mtimeMs: number
  /** At most so many bytes; fewer at its end. */
  read(start: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** Where files may lie. */
export interface FilePlaces {
  readonly dataDir: string
  readonly secret: string
  /** host:port of each gateway. */
  readonly gateways: readonly string[]
}

/** @throws where it is not there. */
export async function openLocalFile(path: string): Promise<SealedFile> {
  const file = await open(path)
  const { size, mtimeMs } = await file.stat()
  return {
    size,
    mtimeMs,
    async read(start, length) {
      const bytes = Buffer.alloc(length)
      const { bytesRead } = await file.read(bytes, 0, length, start)
      return bytes.subarray(0, bytesRead)
    },
    close: () => file.close(),
  }
}

/** At the first gateway that has it; null: none does, or none that has answers. */
export async function openRemoteFile(places: FilePlaces, name: string): Promise<SealedFile | null> {
  for (const gateway of places.gateways) {
    const found = await askFor(places, gateway, name, { start: 0, end: BLOCK_BYTES - 1 })
    const size = Number(/\/(\d+)$/.exec(found?.headers.get('content-range') ?? '')?.[1])
    if (found === null || !Number.isInteger(size)) continue
    const mtimeMs = Date.parse(found.headers.get('last-modified') ?? '') || 0
    return new RemoteFile(places, gateway, name, { size, mtimeMs }, Buffer.from(await found.arrayBuffer()))
  }
  return null
}

/** Names and contents of the files of a call's folder; those of our own folder, else of the first gateway that has any. */
export async function readSealedFolder(
  places: FilePlaces,
  folder: string,
  maxBytes: number,
): Promise<readonly { readonly name: string; readonly content: Buffer }[]> {
  const names = await readdir(join(places.dataDir, folder)).catch(() => [])
  const sealed = names.filter((name) => name.endsWith('.sealed')).map((name) => `${folder}/${name}`)
  const own = await Promise.all(
    sealed.map(async (name) => ({ name, content: await readFile(join(places.dataDir, name)) })),
  )
  if (own.length > 0) return own.filter(({ content }) => content.length <= maxBytes)
  for (const gateway of places.gateways) {
    const listed = await askFor(places, gateway, folder)
    const files: unknown = await listed?.json().catch(() => [])
    const found = []
    for (const file of Array.isArray(files) ? files.map(String) : []) {
      const answer = await askFor(places, gateway, `${folder}/${file}`)
      if (answer === null || Number(answer.headers.get('content-length')) > maxBytes) continue
      found.push({ name: `${folder}/${file}`, content: Buffer.from(await answer.arrayBuffer()) })
    }
    if (found.length > 0) return found
  }
  return []
}

/** Whether such a folder has files anywhere. */
export async function hasSealedFiles(places: FilePlaces, folder: string): Promise<boolean> {
  const names = await readdir(join(places.dataDir, folder)).catch(() => [])
  if (names.some((name) => name.endsWith('.sealed'))) return true
  for (const gateway of places.gateways) {
    const listed = await askFor(places, gateway, folder)
    const files: unknown = await listed?.json().catch(() => [])
    if (Array.isArray(files) && files.length > 0) return true
  }
  return false
}

class RemoteFile implements SealedFile {
  readonly size: number
  readonly mtimeMs: number
  readonly #ask: (range: ByteRange) => Promise<Response | null>
  #block: Buffer
  #blockAt = 0

  constructor(
    places: FilePlaces,
    gateway: string,
    name: string,
    { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
    firstBlock: Buffer,
  ) {
    this.size = size
    this.mtimeMs = mtimeMs
    this.#ask = (range) => askFor(places, gateway, name, range)
    this.#block = firstBlock
  }

  async read(start: number, length: number): Promise<Buffer> {
    const end = Math.min(start + length, this.size)
    if (start < this.#blockAt || end > this.#blockAt + this.#block.length) {
      const answer = await this.#ask({ start, end: Math.max(end, start + BLOCK_BYTES) - 1 })
      if (answer === null) throw new Error('the gateway that has this file does not answer any more')
      this.#block = Buffer.from(await answer.arrayBuffer())
      this.#blockAt = start
    }
    return this.#block.subarray(start - this.#blockAt, end - this.#blockAt)
  }

  async close(): Promise<void> {}
}

interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/** null: it has none, or does not answer. */
async function askFor(
  { secret }: FilePlaces,
  gateway: string,
  name: string,
  range?: ByteRange,
): Promise<Response | null> {
  try {
    const response = await fetch(`http://${gateway}${keptFilePath(name)}`, {
      headers: {
        authorization: `Bearer ${gatewayStateToken(secret)}`,
        ...(range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` }),
      },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    if (response.ok) return response
    await response.body?.cancel()
    return null
  } catch {
    return null
  }
}
