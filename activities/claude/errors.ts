/** Failures of the language model, classified once for everyone who calls it. */
import Anthropic from '@anthropic-ai/sdk'

/** The model gave no usable answer. */
export class ModelError extends Error {
  readonly retryable: boolean
  /** HTTP status; null when no response came. */
  readonly status: number | null
  /** What the service asked us to wait, ms; null where it named nothing. */
  readonly retryAfterMs: number | null
  /** No model may be asked at the moment: it is known that all of them fail. */
  readonly outage: boolean
  constructor(
    message: string,
    options: {
      retryable: boolean
      status?: number | null
      retryAfterMs?: number | null
      outage?: boolean
      cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.name = 'ModelError'
    this.retryable = options.retryable
    this.status = options.status ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
    this.outage = options.outage ?? false
  }

  /** The request is one that nobody would answer (400 malformed, 413 too large, 422). */
  get ourMistake(): boolean {
    return this.status !== null && OUR_MISTAKES.has(this.status)
  }
}

const OUR_MISTAKES: ReadonlySet<number> = new Set([400, 413, 422])

/** 408, 409, 429, 5xx (529 overloaded) and lost connections may pass; every other status is our mistake. */
export function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error
  if (error instanceof Anthropic.APIConnectionError) {
    return new ModelError('the model could not be reached', { retryable: true, cause: error })
  }
  if (error instanceof Anthropic.APIError) {
    const status: number | undefined = error.status
    // Without a status: an `error` event inside a stream that had begun well.
    const retryable = status === undefined || [408, 409, 429].includes(status) || status >= 500
    return new ModelError(`the model refused: ${error.type ?? status}`, {
      retryable,
      status: status ?? null,
      retryAfterMs: retryAfterOf(error.headers?.get('retry-after') ?? null),
      cause: error,
    })
  }
  return new ModelError('the model failed', { retryable: true, cause: error })
}

/** @param header value of `retry-after`: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterOf(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : null
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
