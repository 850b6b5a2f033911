/** Why a call of ours finds no way out. */

/** No carrier, and no phone of ours is registered for the number: another try now would find the same. */
export class UnresolvedTargetError extends Error {
  readonly retryable = false
  constructor(number: string) {
    super(`Cannot resolve outbound target: ${number}`)
    this.name = 'UnresolvedTargetError'
  }
}

/** No carrier that reaches the callee lets us show this number. */
export class CallerNotAllowedError extends Error {
  readonly retryable = false
  constructor() {
    super('the caller number is not allowed')
    this.name = 'CallerNotAllowedError'
  }
}

/** Every way out is taken, or asks to be left alone: the same call is worth another try. */
export class TrunkBusyError extends Error {
  readonly retryable = true
  /** Before that another try is of no use. */
  readonly retryAfterMs: number
  constructor(reason: 'channels' | 'calls per second' | 'held', retryAfterMs: number) {
    super(`no trunk can take the call now: ${reason}`)
    this.name = 'TrunkBusyError'
    this.retryAfterMs = retryAfterMs
  }
}
