/** Requests to our own API: JSON in and out, session by cookie, refusals as ApiError. */
import { ApiError, NetworkError, readProblem } from './problem.ts'

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * @throws ApiError when the API answers with an error status
 * @throws NetworkError when it does not answer
 */
export async function request<Result>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  options: {
    readonly query?: Query
    readonly body?: unknown
    /** Sent as it is, in place of a JSON body. */
    readonly file?: Blob
    readonly signal?: AbortSignal
    readonly idempotencyKey?: string
    /** Outlives the page it was sent from. */
    readonly keepalive?: boolean
  } = {},
): Promise<Result> {
  const response = await ask(method, path, options)
  return (await readBody(response)) as Result
}

type Options = NonNullable<Parameters<typeof request>[2]>

/** A file that the API makes of one that is sent. Throws as `request` does. */
export const requestFile = async (path: string, options: Options): Promise<Blob> =>
  (await ask('POST', path, options)).blob()

async function ask(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
  const init: RequestInit = { method, credentials: 'same-origin', headers }
  if (options.keepalive === true) init.keepalive = true
  if (options.signal !== undefined) init.signal = options.signal
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body)
    headers['content-type'] = 'application/json'
  }
  if (options.file !== undefined) {
    init.body = options.file
    headers['content-type'] = 'application/octet-stream'
  }
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
  const response = await send(path + queryString(options.query), init)
  if (response.ok) return response
  throw new ApiError(readProblem(response.status, response.statusText, await readBody(response)))
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new NetworkError(error)
  }
}

async function readBody(response: Response): Promise<unknown> {
  const raw = await response.text()
  if (raw === '') return null
  try {
    return JSON.parse(raw)
  } catch {
    return null // an error page of a proxy; the status says enough
  }
}

function queryString(query: Query | undefined): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
