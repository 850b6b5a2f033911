/** Failures of the language model, classified once for everyone who calls it. */
import Anthropic from '@anthropic-ai/sdk'

/** The model gave no usable answer. */
export class ModelError extends Error {
  readonly retryable: boolean
  /** HTTP status; null when no response came. */
  readonly status: number | null
  constructor(message: string, options: { retryable: boolean; status?: number | null; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'ModelError'
    this.retryable = options.retryable
    this.status = options.status ?? null
  }
}

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
      cause: error,
    })
  }
  return new ModelError('the model failed', { retryable: true, cause: error })
}
