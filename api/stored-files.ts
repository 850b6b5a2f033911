/** Files of the data folder as answers: ranges (RFC 9110 section 14), validators, and no way out of the folder. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { ApiProblem } from './problems.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

export interface StoredFileInput {
  readonly folder: string
  /** Relative path within the folder; anything that leads out of it is not found. */
  readonly key: string
  readonly request: Request
  readonly cacheControl: string
}

/** Something that is answered in ranges. */
export interface ByteSource {
  readonly size: number
  readonly mtimeMs: number
  readonly contentType: string
  /** @param end inclusive. */
  readonly read: (start: number, end: number) => Readable
}

/**
 * The file as an answer, or null when there is none.
 * @param openAs how a file is read that is not answered as it lies there.
 * @throws ApiProblem range_not_satisfiable.
 */
export async function storedFileResponse(
  input: StoredFileInput,
  openAs?: (path: string) => Promise<ByteSource>,
): Promise<Response | null> {
  const folder = resolve(input.folder)
  const path = resolve(folder, input.key)
  if (!path.startsWith(folder + sep) || input.key.includes('\0')) return null
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) return null
  if (openAs !== undefined) return respond(input, await openAs(path))
  return respond(input, {
    size: found.size,
    mtimeMs: found.mtimeMs,
    contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    read: (start, end) => createReadStream(path, { start, end }),
  })
}

/** @throws ApiProblem range_not_satisfiable. */
export function respond(
  { request, cacheControl }: Pick<StoredFileInput, 'request' | 'cacheControl'>,
  source: ByteSource,
): Response {
  const { size } = source
  const etag = `"${size.toString(36)}-${Math.trunc(source.mtimeMs).toString(36)}"`
  const headers = new Headers({
    'content-type': source.contentType,
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
    etag,
  })
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })

  const ifRange = request.headers.get('if-range')
  const asked = ifRange === null || ifRange === etag ? request.headers.get('range') : null
  const range = parseRange(asked, size)
  if (range === 'unsatisfiable') throw new ApiProblem('range_not_satisfiable', `The file has ${size} bytes.`)
  const { start, end } = range ?? { start: 0, end: size - 1 }
  headers.set('content-length', String(end - start + 1))
  if (range !== null) headers.set('content-range', `bytes ${start}-${end}/${size}`)
  const status = range === null ? 200 : 206
  if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers })
  return new Response(Readable.toWeb(source.read(start, end)) as ReadableStream<Uint8Array>, {
    status,
    headers,
  })
}

interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/** A single byte range; null (the whole file) for none, for several and for other units. */
export function parseRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return null // not a valid range: ignored
  return start >= size ? 'unsatisfiable' : { start, end }
}
