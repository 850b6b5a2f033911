/** One carrier: its servers, whether they are there, our registration, and what is in use of it. */
import { BlockList, isIPv4 } from 'node:net'
import type { TrunkSettings } from '../../config/trunks.ts'
import type { Registration, RegistrationState, SipEndpoint, SipHop, SipLogger } from '../sip/index.ts'
import { TrunkLimits } from './trunk-limits.ts'
import { type ServerState, TrunkServerLink } from './trunk-server.ts'

export interface TrunkState {
  readonly name: string
  readonly channels: number
  readonly channelsInUse: number
  readonly callsPerSecond: number
  /** null: we do not register there. */
  readonly registration: RegistrationState | null
  /** Host and port of the server that has registered us; null: none. */
  readonly registrar: string | null
  readonly servers: readonly ServerState[]
}

export interface TrunkOptions {
  readonly settings: TrunkSettings
  readonly logger: SipLogger
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

export class Trunk {
  readonly settings: TrunkSettings
  readonly limits: TrunkLimits
  readonly servers: readonly TrunkServerLink[]
  readonly #logger: SipLogger
  readonly #ranges = new BlockList()
  #registration: Registration | null = null

  constructor({ settings, logger, now }: TrunkOptions) {
    this.settings = settings
    this.#logger = logger
    this.limits = new TrunkLimits({ ...settings, now })
    this.servers = settings.servers.map(
      (server) => new TrunkServerLink({ trunk: settings.name, server, logger, now }),
    )
    if (settings.inboundFrom !== 'any')
      for (const range of settings.inboundFrom) addRange(this.#ranges, range)
  }

  /** Resolves when the names of its servers have been looked up, or could not be. */
  async resolve(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.resolve()))
  }

  /** Asks its servers whether they are there, and registers at the first. */
  open(sip: SipEndpoint): void {
    const { settings } = this
    for (const server of this.servers)
      server.watch(sip, settings.checkSeconds * 1_000, (isUp) => this.#serverTurned(server, isUp))
    const { registerAt, credentials, allowMd5, name } = settings
    if (registerAt === undefined || credentials === undefined) return
    void Promise.race(this.servers.map((server) => server.known)).then((first) => {
      if (first === null) return
      this.#registration = sip.register({
        registrars: () => this.#registrars(first),
        domain: registerAt,
        username: credentials.username,
        credentials: { ...credentials, allowMd5 },
        onState: (state) => this.#logger.info({ trunk: name, state }, 'registration at a carrier'),
      })
    })
  }

  /** By priority, those that answer in front. @param first a server whose address is known. */
  #registrars(first: SipHop): readonly [SipHop, ...SipHop[]] {
    const known = this.servers
      .filter(({ hop }) => hop !== null)
      .toSorted((a, b) => Number(a.isUp === false) - Number(b.isUp === false) || a.priority - b.priority)
    const [best = first, ...others] = known.flatMap(({ hop }) => hop ?? [])
    return [best, ...others]
  }

  /** The carrier would send our calls by a server that is not there, or again by the one that it prefers. */
  #serverTurned(server: TrunkServerLink, isUp: boolean): void {
    const at = this.#registration?.registrar ?? null
    if (at === null) return
    const isRegistrar = server.isHop(at)
    if (
      isUp
        ? !isRegistrar && this.servers.some((s) => s.isHop(at) && server.priority < s.priority)
        : isRegistrar
    )
      this.#registration?.renew()
  }

  /** Takes the registration back; resolves when the carrier has answered. */
  async stop(): Promise<void> {
    for (const server of this.servers) server.stop()
    await this.#registration?.stop()
  }

  /** Whether a call from that address is one of its calls. */
  sendsFrom(host: string): boolean {
    return this.#ranges.check(host, isIPv4(host) ? 'ipv4' : 'ipv6') || this.servers.some((s) => s.isAt(host))
  }

  #registrar(): string | null {
    const at = this.#registration?.registrar ?? null
    return at === null ? null : (this.servers.find((server) => server.isHop(at))?.name ?? null)
  }

  get state(): TrunkState {
    const { name, channels, callsPerSecond } = this.settings
    return {
      name,
      channels,
      channelsInUse: this.limits.channelsInUse,
      callsPerSecond,
      registration: this.#registration?.state ?? null,
      registrar: this.#registrar(),
      servers: this.servers.map((server) => server.state),
    }
  }
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/')
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}
