/** Recordings and SIP messages of this host for our API on another machine; they stay sealed on the way. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isKeptFile, isKeptFolder } from '../../domain/kept-files.ts'

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
