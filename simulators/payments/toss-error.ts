/** An error of the API: `code` and `message` as Toss gives them. */
export class TossError extends Error {
  readonly retryable = false
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
