/** Recordings and SIP messages of this host for our API on another machine; they stay sealed on the way. */
import { createReadStream } from 'node:fs'
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isKeptFile, isKeptFolder } from '../../domain/kept-files.ts'

/**
 * Deletes a file, or the folder of a call; with the SIP messages of a call the recordings of its legs go, too.
 * @param name within the data folder. @returns how many files.
 */
export async function deleteKept(dataDir: string, name: string): Promise<number> {
  if (!isKeptFolder(name)) return (await deleteFile(dataDir, name)) ? 1 : 0
  const names = await readdir(join(dataDir, name)).catch(() => [])
  const legs = name.startsWith('signalling/') ? names.map((file) => file.replace(/\.sealed$/, '')) : []
  const files = [
    ...names.map((file) => `${name}/${file}`),
    ...legs.flatMap((leg) => [`recordings/${leg}.rec`, `recordings/${leg}.wav`]),
  ]
  const deleted = await Promise.all(files.map((file) => deleteFile(dataDir, file)))
  // One that still has files stays.
  await rmdir(join(dataDir, name)).catch(() => {})
  return deleted.filter(Boolean).length
}

async function deleteFile(dataDir: string, name: string): Promise<boolean> {
  if (!isKeptFile(name)) return false
  return await rm(join(dataDir, name)).then(
    () => true,
    () => false,
  )
}

/** @param dataDir data folder. @param name within it. */
export async function serveKeptFile(
  dataDir: string,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isKeptFolder(name)) {
    const names = await readdir(join(dataDir, name)).catch(() => [])
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(names.filter((file) => isKeptFile(`${name}/${file}`))))
    return
  }
  const path = join(dataDir, name)
  const found = isKeptFile(name) ? await stat(path).catch(() => null) : null
  if (found === null || !found.isFile()) {
    response.writeHead(404).end()
    return
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = Math.min(Number(last ?? found.size - 1), found.size - 1)
  if (start > end) {
    response.writeHead(first === undefined ? 200 : 416, { 'content-length': 0 }).end()
    return
  }
  response.writeHead(first === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${found.size}`,
    'last-modified': found.mtime.toUTCString(),
    'cache-control': 'no-store',
  })
  await pipeline(createReadStream(path, { start, end }), response).catch(() => response.destroy())
}
