/** A call by carriers: where one of their servers does not take it, the next one is tried. */
import type { CallOutcome, OutgoingCall, SipEndpoint, SipLogger } from '../sip/index.ts'
import type { DialOptions } from './outbound-route.ts'
import type { Trunk } from './trunk.ts'
import type { Channel } from './trunk-limits.ts'
import type { TrunkServerLink } from './trunk-server.ts'

/**
 * A server that has not said anything by then is given up for the next one: the INVITE has gone out four times. RFC
 * 3261's 32 s would be the whole time that we let a phone ring.
 */
const FIRST_RESPONSE_MS = 4_000

/** Another way to the callee, in the order in which they are tried. */
export interface Way {
  readonly trunk: Trunk
  readonly server: TrunkServerLink
}

export interface RoutedCallOptions {
  readonly sip: SipEndpoint
  readonly logger: SipLogger
  readonly dial: DialOptions
  /** At least one. */
  readonly ways: readonly Way[]
  /** Of the trunk of the first way. */
  readonly channel: Channel
  readonly firstResponseMs?: number | undefined
}

/** Refusals that say nothing of the callee but that this server can't help now. */
export const isWorthAnotherWay = (outcome: Extract<CallOutcome, { kind: 'failed' }>): boolean =>
  outcome.cause === 'timeout' ||
  outcome.cause === 'transport' ||
  (outcome.cause === 'response' && (outcome.code === 503 || outcome.code === 408))

export class RoutedCall implements OutgoingCall {
  readonly outcome: Promise<CallOutcome>
  readonly #options: RoutedCallOptions
  readonly #resolve: (outcome: CallOutcome) => void
  readonly #ways: Way[]
  #current: OutgoingCall
  #channel: Channel
  #trunk: Trunk
  #isCancelled = false
  /** The callee knows of the call: to call again by another way would ring twice. */
  #hasReachedCallee = false
  #isOver = false

  /** @throws what the first INVITE throws; the channel is given back then. */
  constructor(options: RoutedCallOptions) {
    const [first, ...others] = options.ways
    if (first === undefined) throw new TypeError('a routed call needs a way')
    this.#options = options
    this.#ways = others
    this.#channel = options.channel
    this.#trunk = first.trunk
    const { promise, resolve } = Promise.withResolvers<CallOutcome>()
    this.outcome = promise
    this.#resolve = resolve
    try {
      this.#current = this.#send(first)
    } catch (error) {
      this.#channel.release()
      throw error
    }
    void this.#follow(this.#current, first)
  }

  get callId(): string {
    return this.#current.callId
  }

  get state(): OutgoingCall['state'] {
    const { state } = this.#current
    return state === 'failed' && !this.#isOver ? 'calling' : state
  }

  cancel(): void {
    this.#isCancelled = true
    this.#current.cancel()
  }

  #send({ trunk, server }: Way): OutgoingCall {
    const { sip, dial, firstResponseMs } = this.#options
    const { credentials, allowMd5, assertsIdentity, codecs, srtp } = trunk.settings
    if (server.hop === null) throw new TypeError('a server without an address is no way')
    const { callerNumber, callerDisplayName, headers = {} } = dial
    const host = sip.hostFor(server.hop)
    const identity = assertsIdentity ? { 'P-Asserted-Identity': `<sip:${callerNumber}@${host}>` } : {}
    const call = sip.invite({
      ...dial,
      target: server.hop,
      callerNumber,
      ...(callerDisplayName === undefined ? {} : { callerDisplayName }),
      ...(credentials === undefined ? {} : { credentials: { ...credentials, allowMd5 } }),
      ...(this.#ways.length === 0 ? {} : { firstResponseMs: firstResponseMs ?? FIRST_RESPONSE_MS }),
      headers: { ...headers, ...identity },
      sdp: dial.sdp({ codecs, srtp, host }),
      onRinging: () => {
        this.#hasReachedCallee = true
        dial.onRinging?.()
      },
      onProgress: (sdp) => {
        this.#hasReachedCallee = true
        dial.onProgress?.(sdp)
      },
    })
    dial.onAttempt?.(call.callId)
    return call
  }

  async #follow(call: OutgoingCall, way: Way): Promise<void> {
    const outcome = await call.outcome
    if (outcome.kind === 'answered') {
      void outcome.dialog.ended.then(() => this.#channel.release())
      this.#end(outcome)
      return
    }
    if (outcome.retryAfterSeconds !== undefined && outcome.code === 503)
      way.server.hold(outcome.retryAfterSeconds)
    const next =
      isWorthAnotherWay(outcome) && !this.#isCancelled && !this.#hasReachedCallee
        ? this.#nextWay()
        : undefined
    if (next === undefined) {
      this.#channel.release()
      this.#end(outcome)
      return
    }
    const { logger } = this.#options
    logger.warn(
      { trunk: way.trunk.settings.name, code: outcome.code, next: next.trunk.settings.name },
      'a carrier did not take a call: the next way',
    )
    try {
      this.#current = this.#send(next)
      void this.#follow(this.#current, next)
    } catch (error) {
      logger.warn({ err: error }, 'a call could not go another way')
      this.#channel.release()
      this.#end(outcome)
    }
  }

  /** The next one whose trunk has a channel; the call's own channel moves with it. */
  #nextWay(): Way | undefined {
    for (;;) {
      const way = this.#ways.shift()
      if (way === undefined) return undefined
      if (way.server.heldMs > 0 || way.server.hop === null) continue
      if (way.trunk === this.#trunk) return way
      const acquired = way.trunk.limits.acquire()
      if (acquired.kind === 'later') continue
      this.#channel.release()
      this.#channel = acquired.channel
      this.#trunk = way.trunk
      return way
    }
  }

  #end(outcome: CallOutcome): void {
    this.#isOver = true
    this.#resolve(outcome)
  }
}
