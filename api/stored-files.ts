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

/** The file as an answer, or null when there is none. @throws ApiProblem range_not_satisfiable. */
export async function storedFileResponse(input: StoredFileInput): Promise<Response | null> {
  const folder = resolve(input.folder)
  const path = resolve(folder, input.key)
  if (!path.startsWith(folder + sep) || input.key.includes('\0')) return null
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) return null

  const etag = `"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`
  const headers = new Headers({
    'content-type': CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'cache-control': input.cacheControl,
    etag,
  })
  if (input.request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })

  const ifRange = input.request.headers.get('if-range')
  const asked = ifRange === null || ifRange === etag ? input.request.headers.get('range') : null
  const range = parseRange(asked, found.size)
  if (range === 'unsatisfiable') {
    throw new ApiProblem('range_not_satisfiable', `The file has ${found.size} bytes.`)
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 }
  headers.set('content-length', String(end - start + 1))
  if (range !== null) headers.set('content-range', `bytes ${start}-${end}/${found.size}`)
  const status = range === null ? 200 : 206
  if (input.request.method === 'HEAD' || found.size === 0) return new Response(null, { status, headers })
  const stream = Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream<Uint8Array>
  return new Response(stream, { status, headers })
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
