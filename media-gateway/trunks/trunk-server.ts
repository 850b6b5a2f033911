/** One server of a carrier: where it is, whether it answers, and whether it asked to be left alone. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { TrunkServer } from '../../config/trunks.ts'
import type { SipEndpoint, SipHop, SipLogger, SipProtocol, TrunkWatch } from '../sip/index.ts'

const DEFAULT_PORTS: Partial<Record<SipProtocol, number>> = { UDP: 5060, TCP: 5060, TLS: 5061 }
/** A name that could not be looked up is tried again after this. */
const LOOK_UP_AGAIN_MS = 30_000
/** Carriers move their servers; calls are let in from where they are now. */
const LOOK_UP_EVERY_MS = 300_000
/** A server's wish to be left alone is heeded up to this. */
const LONGEST_HOLD_MS = 10 * 60_000

export interface ServerState {
  /** As in the settings: host and port. */
  readonly host: string
  readonly port: number
  readonly transport: string
  /** null: not known (not asked, or not yet). */
  readonly isUp: boolean | null
  /** Milliseconds for which it is left alone yet; 0: it may be called. */
  readonly heldMs: number
}

export interface TrunkServerOptions {
  readonly trunk: string
  readonly server: TrunkServer
  readonly logger: SipLogger
  readonly now: () => number
}

export class TrunkServerLink {
  readonly priority: number
  readonly weight: number
  /** Its address once it is known; null where the gateway stops before. */
  readonly known: Promise<SipHop | null>
  readonly #options: TrunkServerOptions
  readonly #know: (hop: SipHop | null) => void
  #hop: SipHop | null = null
  #addresses: readonly string[] = []
  #watch: TrunkWatch | null = null
  #heldUntil = 0
  #again: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: TrunkServerOptions) {
    this.#options = options
    this.priority = options.server.priority
    this.weight = options.server.weight
    const { promise, resolve } = Promise.withResolvers<SipHop | null>()
    this.known = promise
    this.#know = resolve
  }

  /** null while its name could not be looked up. */
  get hop(): SipHop | null {
    return this.#hop
  }

  /** false: it does not answer OPTIONS. */
  get isUp(): boolean | null {
    return this.#watch?.isUp ?? null
  }

  get heldMs(): number {
    return Math.max(0, this.#heldUntil - this.#options.now())
  }

  /** It asked for that (503 with Retry-After, RFC 3261 section 21.5.4). */
  hold(seconds: number): void {
    const until = this.#options.now() + Math.min(seconds * 1_000, LONGEST_HOLD_MS)
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Host and port as in the settings. */
  get name(): string {
    const { server } = this.#options
    return `${server.host}:${portOf(server)}`
  }

  isHop({ host, port }: SipHop): boolean {
    return this.#hop?.host === host && this.#hop.port === port
  }

  isAt(host: string): boolean {
    return this.#addresses.includes(host)
  }

  /**
   * A name is looked up at the start; where that fails, again later. TLS keeps the name: the certificate is checked
   * against it.
   */
  async resolve(): Promise<void> {
    const { server, trunk, logger } = this.#options
    const protocol = server.transport.toUpperCase() as SipProtocol
    try {
      const found = await lookup(server.host, { all: true, order: 'ipv4first' })
      this.#addresses = found.map(({ address }) => address)
      const host = protocol === 'TLS' ? server.host : this.#chosenAddress()
      const address = { host, port: portOf(server) }
      this.#hop = protocol === 'UDP' ? address : { ...address, protocol }
      this.#know(this.#hop)
      this.#lookUpIn(LOOK_UP_EVERY_MS)
    } catch (error) {
      if (this.#isStopped) return
      logger.warn({ err: error, trunk, host: server.host }, 'the name of a carrier could not be looked up')
      this.#lookUpIn(LOOK_UP_AGAIN_MS)
    }
  }

  /** Stays at its address while the name has that one. */
  #chosenAddress(): string {
    const before = this.#hop?.host
    if (before !== undefined && this.#addresses.includes(before)) return before
    return this.#addresses[0] ?? this.#options.server.host
  }

  #lookUpIn(ms: number): void {
    if (this.#isStopped || isIP(this.#options.server.host) !== 0) return
    this.#again = setTimeout(() => void this.resolve(), ms)
    this.#again.unref()
  }

  /** @param everyMs 0: it is not asked. @param onTurn told when it answers, and when it does not any more. */
  watch(sip: SipEndpoint, everyMs: number, onTurn: (isUp: boolean) => void = () => {}): void {
    const { logger, trunk, server } = this.#options
    if (everyMs === 0) return
    void this.known.then((target) => {
      if (target === null || this.#isStopped) return
      this.#watch = sip.watch({
        target,
        everyMs,
        onChange: (isUp) => {
          logger[isUp ? 'info' : 'warn'](
            { trunk, host: server.host },
            isUp ? 'a carrier answers' : 'a carrier does not answer',
          )
          onTurn(isUp)
        },
      })
    })
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#again)
    this.#watch?.stop()
    this.#know(null)
  }

  get state(): ServerState {
    const { server } = this.#options
    const { host, transport } = server
    return { host, port: portOf(server), transport, isUp: this.isUp, heldMs: Math.round(this.heldMs) }
  }
}

const portOf = ({ port, transport }: TrunkServer): number =>
  port ?? DEFAULT_PORTS[transport.toUpperCase() as SipProtocol] ?? 5060
