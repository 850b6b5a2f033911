/** Daeri for programs: every operation that takes a key, typed from the OpenAPI document. */
import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './generated/api.ts'

export type { components, paths }
/** `client.GET('/api/outbound/{call_id}', { params: { path: { call_id } } })` gives `{ data, response }`. */
export type DaeriClient = Client<paths>
/** Schemas by their names in the document: `Schemas['Campaign']`. */
export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

export interface DaeriClientOptions {
  /** Of the app, e.g. `https://daeri.example.com`. */
  readonly url: string
  /** `dk_…`, from the page API keys. */
  readonly apiKey: string
  /** Default: the platform's. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** The API refused. `problem` names the fields at fault; null where the answer came from somebody else, e.g. a proxy. */
export class DaeriError extends Error {
  readonly status: number
  readonly problem: Problem | null
  /** Whether the same request may succeed later: too many at once (429), or a failure on our side. */
  readonly retryable: boolean

  constructor(status: number, problem: Problem | null) {
    super(`${status}: ${problem?.detail ?? problem?.title ?? 'no problem details'}`)
    this.name = 'DaeriError'
    this.status = status
    this.problem = problem
    this.retryable = status === 429 || status >= 500
  }
}

/** Every call of the client throws DaeriError where the API refuses, so `data` is what was asked for. */
export function createDaeriClient({ url, apiKey, fetch }: DaeriClientOptions): DaeriClient {
  const client = createClient<paths>({
    baseUrl: url,
    headers: { authorization: `Bearer ${apiKey}` },
    ...(fetch === undefined ? {} : { fetch }),
  })
  client.use({
    async onResponse({ response }) {
      if (!response.ok) throw new DaeriError(response.status, await problemOf(response))
    },
  })
  return client
}

async function problemOf(response: Response): Promise<Problem | null> {
  if (!(response.headers.get('content-type') ?? '').includes('application/problem+json')) return null
  return (await response.json()) as Problem
}

/**
 * The body of a request that takes a file, e.g. `client.POST(path, { params, ...fileBody(bytes) })`. OpenAPI knows no bytes:
 * the types say string, and the string is not sent.
 */
export const fileBody = (bytes: Uint8Array<ArrayBuffer>) => ({
  body: '',
  bodySerializer: () => bytes,
  headers: { 'content-type': 'application/octet-stream' },
})
