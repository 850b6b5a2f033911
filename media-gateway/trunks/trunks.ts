/** All carriers of a gateway: which one a call goes by, and whose calls are let in. */
import type { TrunkSettings } from '../../config/trunks.ts'
import type { IncomingInvite, RegisteredPhone, SipEndpoint, SipLogger } from '../sip/index.ts'
import { CallerNotAllowedError, TrunkBusyError, UnresolvedTargetError } from './errors.ts'
import { longestPrefix, matchesAny, nationalNumber } from './number-pattern.ts'
import { ANY_CODEC, type OutboundRoute } from './outbound-route.ts'
import { RoutedCall, type Way } from './routed-call.ts'
import { inServerOrder } from './server-order.ts'
import { Trunk, type TrunkState } from './trunk.ts'
import type { Channel } from './trunk-limits.ts'

/** A call waits for its turn at most this long; then its workflow tries again, on whichever host is free. */
const QUEUE_MS = 2_000
/** What a carrier is asked to wait where its channels here are taken. */
const RETRY_AFTER_SECONDS = 5

export interface TrunksOptions {
  readonly settings: readonly TrunkSettings[]
  readonly logger: SipLogger
  /** Milliseconds of a clock that never goes back; tests set it. */
  readonly now?: () => number
  /** From 0 to below 1. */
  readonly random?: () => number
  readonly queueMs?: number | undefined
  readonly firstResponseMs?: number | undefined
}

/** What becomes of a call that comes in. */
export type InboundAdmission =
  | {
      readonly kind: 'admitted'
      /** Name of the carrier that sent it; null: a phone of ours, or somebody where everybody may call. */
      readonly trunk: string | null
      /** How its sound may be encrypted; undefined: as the host has it. */
      readonly srtp: TrunkSettings['srtp']
      /** To be called when the call is over. */
      readonly release: () => void
    }
  | { readonly kind: 'refused'; readonly code: 403 | 503; readonly retryAfterSeconds?: number }

export interface CallNumbers {
  readonly callerNumber: string
  readonly calleeNumber: string
  /** Only a phone of ours will do, whatever a carrier could reach by that number. */
  readonly via?: 'phones'
}

export class Trunks {
  readonly #options: TrunksOptions
  readonly #trunks: readonly Trunk[]
  readonly #random: () => number
  #sip: SipEndpoint | null = null

  private constructor(options: TrunksOptions) {
    const { settings, logger, now = () => performance.now(), random = Math.random } = options
    this.#options = options
    this.#random = random
    this.#trunks = settings.map((trunk) => new Trunk({ settings: trunk, logger, now }))
  }

  /** Resolves when the names of all servers were looked up, or could not be. */
  static async create(options: TrunksOptions): Promise<Trunks> {
    const trunks = new Trunks(options)
    await Promise.all(trunks.#trunks.map((trunk) => trunk.resolve()))
    return trunks
  }

  /** Registers and asks, until `stop`. */
  open(sip: SipEndpoint): void {
    this.#sip = sip
    for (const trunk of this.#trunks) trunk.open(sip)
  }

  /** Takes the registrations back, so that no more calls are sent to us. */
  async stop(): Promise<void> {
    await Promise.all(this.#trunks.map((trunk) => trunk.stop()))
  }

  get states(): readonly TrunkState[] {
    return this.#trunks.map((trunk) => trunk.state)
  }

  // ---- calls of theirs ----

  /** 403 unless it comes from a carrier's addresses or a phone of ours; 503 where the carrier's channels are taken. */
  admit(invite: Pick<IncomingInvite, 'source' | 'user' | 'toNumber'>): InboundAdmission {
    const release = () => {}
    const stranger = { kind: 'admitted', trunk: null, srtp: undefined, release } as const
    if (invite.user !== null) return stranger
    const trunk = this.#senderOf(invite)
    if (trunk === undefined) {
      const isOpen = this.#trunks.some(({ settings }) => settings.inboundFrom === 'any')
      return isOpen ? stranger : { kind: 'refused', code: 403 }
    }
    const channel = trunk.limits.acquireInbound()
    if (channel === null) return { kind: 'refused', code: 503, retryAfterSeconds: RETRY_AFTER_SECONDS }
    const { name, srtp } = trunk.settings
    return { kind: 'admitted', trunk: name, srtp, release: () => channel.release() }
  }

  /** Of two carriers at one address, the one whose number is called. */
  #senderOf({ source, toNumber }: Pick<IncomingInvite, 'source' | 'toNumber'>): Trunk | undefined {
    const senders = this.#trunks.filter((trunk) => trunk.sendsFrom(source.host))
    const called = nationalNumber(toNumber)
    return senders.find(({ settings }) => matchesAny(settings.numbers, called)) ?? senders[0]
  }

  // ---- calls of ours ----

  /**
   * Finds the way of one call and takes a channel of it; waits a moment for its turn where calls come too fast.
   * @throws UnresolvedTargetError, CallerNotAllowedError, TrunkBusyError
   */
  async route(numbers: CallNumbers): Promise<OutboundRoute> {
    const { queueMs = QUEUE_MS, now = () => performance.now() } = this.#options
    const trunks = numbers.via === 'phones' ? [] : this.#trunksFor(numbers)
    if (trunks.length === 0) return this.#phoneRoute(numbers.calleeNumber)
    const until = now() + queueMs
    for (;;) {
      const turn = this.#takeTurn(trunks)
      if (turn.kind === 'ways') return this.#trunkRoute(turn.ways, turn.channel)
      if (now() + turn.afterMs > until) throw new TrunkBusyError(turn.reason, turn.afterMs)
      await new Promise((resolve) => setTimeout(resolve, turn.afterMs))
    }
  }

  /**
   * Those that reach the callee and let the caller's number be shown; in front the longest beginning of the callee's
   * number, then the one whose own number the caller's is.
   */
  #trunksFor({ callerNumber, calleeNumber }: CallNumbers): Trunk[] {
    const callee = nationalNumber(calleeNumber)
    const caller = nationalNumber(callerNumber)
    const reaching = this.#trunks
      .map((trunk) => ({ trunk, prefix: longestPrefix(trunk.settings.prefixes, callee) }))
      .filter(({ prefix }) => prefix >= 0)
    const allowed = reaching.filter(
      ({ trunk }) => trunk.settings.callerIds.length === 0 || matchesAny(trunk.settings.callerIds, caller),
    )
    if (reaching.length > 0 && allowed.length === 0) throw new CallerNotAllowedError()
    const owns = ({ settings }: Trunk) => (matchesAny(settings.numbers, caller) ? 1 : 0)
    return allowed
      .sort((a, b) => b.prefix - a.prefix || owns(b.trunk) - owns(a.trunk))
      .map(({ trunk }) => trunk)
  }

  #takeTurn(
    trunks: readonly Trunk[],
  ):
    | { readonly kind: 'ways'; readonly ways: readonly Way[]; readonly channel: Channel }
    | { readonly kind: 'later'; readonly afterMs: number; readonly reason: TrunkBusyReason } {
    const ways = this.#waysBy(trunks)
    if (ways.length === 0) return { kind: 'later', afterMs: this.#shortestHold(trunks), reason: 'held' }
    let afterMs = Number.POSITIVE_INFINITY
    for (const [index, { trunk }] of ways.entries()) {
      if (ways[index - 1]?.trunk === trunk) continue
      const acquired = trunk.limits.acquire()
      if (acquired.kind === 'channel')
        return { kind: 'ways', ways: ways.slice(index), channel: acquired.channel }
      afterMs = Math.min(afterMs, acquired.afterMs)
    }
    return { kind: 'later', afterMs, reason: Number.isFinite(afterMs) ? 'calls per second' : 'channels' }
  }

  /** Servers that answer in front, trunk by trunk; those that do not may only have no answer for OPTIONS. */
  #waysBy(trunks: readonly Trunk[]): Way[] {
    const ways = trunks.flatMap((trunk) =>
      inServerOrder(trunk.servers, this.#random)
        .filter((server) => server.hop !== null && server.heldMs === 0)
        .map((server) => ({ trunk, server })),
    )
    const isUp = ({ server }: Way) => server.isUp !== false
    return [...ways.filter(isUp), ...ways.filter((way) => !isUp(way))]
  }

  #shortestHold(trunks: readonly Trunk[]): number {
    const held = trunks.flatMap(({ servers }) => servers.map(({ heldMs }) => heldMs)).filter((ms) => ms > 0)
    return held.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...held)
  }

  #trunkRoute(ways: readonly Way[], channel: Channel): OutboundRoute {
    const { logger, firstResponseMs } = this.#options
    const sip = this.#opened()
    return {
      isBrowser: false,
      dial: (dial) => new RoutedCall({ sip, logger, dial, ways, channel, firstResponseMs }),
      release: () => channel.release(),
    }
  }

  #phoneRoute(calleeNumber: string): OutboundRoute {
    const sip = this.#opened()
    const [phone]: readonly RegisteredPhone[] = sip.phonesOf(calleeNumber.replaceAll(/\D/g, ''))
    if (phone === undefined) throw new UnresolvedTargetError(calleeNumber)
    const { protocol } = phone.target
    return {
      isBrowser: protocol === 'WS' || protocol === 'WSS',
      dial: (dial) => {
        const call = sip.invite({
          ...dial,
          ...phone,
          sdp: dial.sdp({ ...ANY_CODEC, host: sip.hostFor(phone.target) }),
        })
        dial.onAttempt?.(call.callId)
        return call
      },
      release: () => {},
    }
  }

  #opened(): SipEndpoint {
    if (this.#sip === null) throw new TypeError('the trunks are not open yet')
    return this.#sip
  }
}

type TrunkBusyReason = ConstructorParameters<typeof TrunkBusyError>[0]
