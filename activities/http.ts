/** JSON over HTTP to an outside party: a time limit on every call, and errors that say whether trying again helps. */

import type { IssueCause } from '../domain/issue-cause.ts'
import { partyId } from '../domain/parties.ts'

/** An answer that is not a success, or none at all. Never carries what was sent. */
export class PartyError extends Error {
  readonly retryable: boolean
  readonly party: string
  /** HTTP status; null when no answer came. */
  readonly status: number | null
  /** The party's own code, e.g. ALREADY_PROCESSED_PAYMENT. */
  readonly code: string

  /** @param options.retryable for codes whose status says otherwise. */
  constructor(
    party: string,
    status: number | null,
    code: string,
    message: string,
    options: ErrorOptions & { readonly retryable?: boolean } = {},
  ) {
    super(message, options)
    this.name = 'PartyError'
    this.party = party
    this.status = status
    this.code = code
    this.retryable =
      options.retryable ?? (status === null || status === 408 || status === 429 || status >= 500)
  }

  /** For the Issue that a step becomes which fails by this. */
  get issueCause(): IssueCause {
    const party = partyId(this.party)
    if (this.code === 'TIMEOUT') return { code: 'party_timeout', params: { party } }
    if (this.status === null) return { code: 'party_unreachable', params: { party } }
    return { code: 'party_refused', params: { party, code: this.code, detail: this.message } }
  }
}

export interface HttpRequest {
  /** Who is called, as the person reads it who has to resolve the Issue. */
  readonly party: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Time for the whole answer; default ten seconds. */
  readonly timeoutMs?: number
  /** Ends the call early, e.g. when its activity is cancelled. */
  readonly signal?: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Calls and reads a JSON answer.
 * @throws PartyError for anything but a 2xx answer.
 */
export async function callJson<Answer>(request: HttpRequest): Promise<Answer> {
  const response = await send(request)
  const text = await readText(request, response)
  const answer = parse(text)
  if (!response.ok) throw refusal(request.party, response.status, answer)
  if (answer === undefined)
    throw new PartyError(request.party, null, 'NOT_JSON', `${request.party}의 응답을 읽을 수 없습니다.`)
  return answer as Answer
}

async function send(request: HttpRequest): Promise<Response> {
  const { method, url, headers, body, timeoutMs = DEFAULT_TIMEOUT_MS } = request
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    return await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : JSON_TYPE), ...headers },
      redirect: 'error',
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw unreachable(request.party, error)
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

async function readText(request: HttpRequest, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw unreachable(request.party, error)
  }
}

/** No answer came: refused, reset, timed out. */
export function unreachable(party: string, error: unknown): PartyError {
  const timedOut = error instanceof Error && error.name === 'TimeoutError'
  return new PartyError(
    party,
    null,
    timedOut ? 'TIMEOUT' : 'UNREACHABLE',
    timedOut ? `${party}에서 제때 응답하지 않았습니다.` : `${party}에 연결할 수 없습니다.`,
    { cause: error },
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Codes lie flat (`{code, message}`, `{errorCode, errorMessage}`) or under `error`. */
function refusal(party: string, status: number, answer: unknown): PartyError {
  const outer = record(answer)
  const inner = 'error' in outer ? record(outer.error) : outer
  const code = text(inner.code) ?? text(inner.errorCode) ?? `HTTP_${status}`
  const message =
    text(inner.message) ?? text(inner.errorMessage) ?? `${party}에서 오류로 응답했습니다 (HTTP ${status}).`
  return new PartyError(party, status, code, message)
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
