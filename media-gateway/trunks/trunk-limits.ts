/** How many calls a trunk carries at a time, and how many of ours may begin in a second. */

export interface TrunkLimitsOptions {
  readonly channels: number
  readonly callsPerSecond: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** One channel; given back once. */
export interface Channel {
  release(): void
}

/** What a call gets: its channel, or how long it would have to wait for its turn (Infinity: for a channel). */
export type Acquired =
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'later'; readonly afterMs: number }

/** A bucket of at least one token that fills with `callsPerSecond`; bursts of a second's calls pass at once. */
export class TrunkLimits {
  readonly #options: TrunkLimitsOptions
  readonly #burst: number
  #tokens: number
  #filledAt: number
  #inUse = 0

  constructor(options: TrunkLimitsOptions) {
    this.#options = options
    this.#burst = Math.max(1, options.callsPerSecond)
    this.#tokens = this.#burst
    this.#filledAt = options.now()
  }

  get channelsInUse(): number {
    return this.#inUse
  }

  /** For a call of ours. */
  acquire(): Acquired {
    if (this.#inUse >= this.#options.channels) return { kind: 'later', afterMs: Number.POSITIVE_INFINITY }
    this.#fill()
    if (this.#tokens < 1)
      return {
        kind: 'later',
        afterMs: Math.ceil(((1 - this.#tokens) / this.#options.callsPerSecond) * 1_000),
      }
    this.#tokens -= 1
    return { kind: 'channel', channel: this.#take() }
  }

  /** For a call of theirs, whose pace is theirs; null where no channel is free. */
  acquireInbound(): Channel | null {
    return this.#inUse >= this.#options.channels ? null : this.#take()
  }

  #fill(): void {
    const now = this.#options.now()
    const filled = this.#tokens + ((now - this.#filledAt) / 1_000) * this.#options.callsPerSecond
    this.#tokens = Math.min(this.#burst, filled)
    this.#filledAt = now
  }

  #take(): Channel {
    this.#inUse += 1
    let isTaken = true
    return {
      release: () => {
        if (isTaken) this.#inUse -= 1
        isTaken = false
      },
    }
  }
}
