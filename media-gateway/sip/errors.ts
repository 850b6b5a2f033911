/** Errors of the SIP endpoint; each says whether the same thing may be tried again. */

/** `state`: wrong moment; the other names say what happened to the call. */
export type SipCallErrorReason =
  | 'cancelled'
  | 'no_ack'
  | 'state'
  | 'not_acceptable'
  | 'refused'
  | 'timeout'
  | 'closed'

/** Something about one call. Calls are never retried by the endpoint itself. */
export class SipCallError extends Error {
  readonly retryable = false
  readonly reason: SipCallErrorReason
  /** SIP status where one was received. */
  readonly code: number | null
  constructor(reason: SipCallErrorReason, message: string, code: number | null = null) {
    super(message)
    this.name = 'SipCallError'
    this.reason = reason
    this.code = code
  }
}

/** The socket could not be opened or has failed. */
export class SipTransportError extends Error {
  readonly retryable = true
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'SipTransportError'
  }
}

/** A text that must not go into a message, e.g. a header value with a line break. */
export class SipSyntaxError extends Error {
  readonly retryable = false
  constructor(message: string) {
    super(message)
    this.name = 'SipSyntaxError'
  }
}
