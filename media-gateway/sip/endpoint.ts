/** The endpoint: sockets, transactions, dialogs, and what its owner asks of them. */

import type { OutgoingCall, OutgoingInviteOptions } from './call-types.ts'
import { CarrierRegistration } from './carrier-registration.ts'
import type { Attempts } from './client-transactions.ts'
import type { SipEndpoint, SipEndpointOptions, SipStats, TappedMessage } from './endpoint-types.ts'
import { SipCallError } from './errors.ts'
import { echoOf, type SipMessage, type SipResponse } from './message.ts'
import { PlacedCall } from './outgoing-call.ts'
import { type ParseResult, parseMessage, refuseMessage } from './parse-message.ts'
import { Phones } from './phones.ts'
import { RequestCore } from './request-core.ts'
import { SeenAddresses } from './seen-addresses.ts'
import { DEFAULT_SESSION_TIMER } from './session-timer.ts'
import { capabilities } from './status.ts'
import { DEFAULT_TIMERS, transactionTimeoutMs } from './timers.ts'
import { TransactionLayer } from './transaction-layer.ts'
import { protocolOf, type TransportUser } from './transport/transport.ts'
import { TransportSet } from './transport/transport-set.ts'
import { OptionsWatch } from './trunk-watch.ts'
import type {
  RegisteredPhone,
  Registration,
  RegistrationOptions,
  SessionTimerOptions,
  SipAddress,
  SipHop,
  TrunkWatch,
  TrunkWatchOptions,
} from './types.ts'
import { type ManagedDialog, type PendingCall, type UserAgent, viaTo } from './user-agent.ts'
import {
  answerAddress,
  type Field,
  type OutgoingRequest,
  writeRequest,
  writeStatelessAnswer,
} from './write-message.ts'

const DEFAULT_GRACE_MS = 2_000
const DEFAULT_MAX_TRANSACTIONS = 10_000

/**
 * Opens the socket and starts to answer.
 * @throws SipTransportError when the port can't be bound.
 * @example
 * const sip = await createSipEndpoint({ host: '127.0.0.1', port: 0, userAgent: 'Daeri', logger,
 *   onInvite: (invite) => invite.reject(486) })
 */
export async function createSipEndpoint(options: SipEndpointOptions): Promise<SipEndpoint> {
  // Datagrams that arrive before the endpoint exists are dropped; their senders repeat them.
  let endpoint: Endpoint | null = null
  const transports = await TransportSet.open({
    bind: { host: options.host, port: options.port },
    others: options.transports ?? {},
    limits: options.connectionLimits,
    user: {
      logger: options.logger,
      receive: (data, from) => endpoint?.receive(data, from),
      refuse: (head, code, problem, from) => endpoint?.refuse(head, code, problem, from),
      connectionClosed: (hop) => endpoint?.connectionClosed(hop),
    },
  })
  endpoint = new Endpoint(options, transports)
  return endpoint
}

class Endpoint implements SipEndpoint, UserAgent, TransportUser {
  readonly host: string
  readonly port: number
  readonly ports: SipEndpoint['ports']
  readonly address: SipAddress
  readonly name: string
  readonly logger: SipEndpointOptions['logger']
  readonly asksRport: boolean
  readonly timeoutMs: number
  readonly sessionTimer: SessionTimerOptions | null
  readonly capabilities: readonly Field[]
  readonly transactions: TransactionLayer
  readonly pending = new Set<PendingCall>()
  readonly #options: SipEndpointOptions
  readonly #transports: TransportSet
  readonly #phones: Phones | null
  readonly #seen: SeenAddresses | null
  readonly #registrations = new Set<CarrierRegistration>()
  readonly #watches = new Set<OptionsWatch>()
  readonly #dialogs = new Map<string, ManagedDialog>()
  readonly #taps = new Set<(message: TappedMessage) => void>()
  #closing: Promise<void> | null = null

  constructor(options: SipEndpointOptions, transports: TransportSet) {
    const timers = { ...DEFAULT_TIMERS, ...options.timers }
    this.#options = options
    this.#transports = transports
    this.#phones = options.phones === undefined ? null : new Phones(options.phones)
    this.#seen = options.learnsAddress === true ? new SeenAddresses() : null
    this.host = options.host
    this.ports = transports.ports
    this.port = this.ports.UDP ?? options.port
    this.address = { host: options.publicHost ?? options.host, port: this.port }
    this.name = options.userAgent
    this.logger = options.logger
    this.asksRport = options.rport ?? false
    this.timeoutMs = transactionTimeoutMs(timers)
    this.sessionTimer =
      options.sessionTimer === null ? null : { ...DEFAULT_SESSION_TIMER, ...options.sessionTimer }
    this.capabilities = capabilities(this.sessionTimer !== null)
    this.transactions = new TransactionLayer({
      timers,
      userAgent: options.userAgent,
      send: (text, to) => this.#send(text, to),
      attempts: (request, to) => this.#attempts(request, to),
      user: new RequestCore({
        agent: this,
        phones: this.#phones,
        isClosing: () => this.#closing !== null,
        owner: options,
      }),
    })
  }

  // ---- what the owner calls ----

  invite(options: OutgoingInviteOptions): OutgoingCall {
    if (this.#closing !== null) throw new SipCallError('closed', 'the SIP endpoint is closing')
    return new PlacedCall(this, options)
  }

  register(options: RegistrationOptions): Registration {
    const registration = new CarrierRegistration(this, options)
    this.#registrations.add(registration)
    return registration
  }

  watch(options: TrunkWatchOptions): TrunkWatch {
    const watch = new OptionsWatch(this, options)
    this.#watches.add(watch)
    return watch
  }

  hostFor(peer: SipHop): string {
    return this.localAddress(peer).host
  }

  get publicHost(): string {
    return this.address.host
  }

  phonesOf(number: string): readonly RegisteredPhone[] {
    return this.#phones?.of(number) ?? []
  }

  stats(): SipStats {
    return {
      dialogs: this.#dialogs.size,
      pendingCalls: this.pending.size,
      transactions: this.transactions.size,
      connections: this.#transports.connections,
      registeredPhones: this.#phones?.registered ?? 0,
    }
  }

  onMessage(listener: (message: TappedMessage) => void): () => void {
    this.#taps.add(listener)
    return () => this.#taps.delete(listener)
  }

  close(options?: { readonly graceMs?: number }): Promise<void> {
    this.#closing ??= this.#close(options?.graceMs ?? DEFAULT_GRACE_MS)
    return this.#closing
  }

  async #close(graceMs: number): Promise<void> {
    for (const watch of this.#watches) watch.stop()
    const farewells = [
      ...[...this.#registrations].map((registration) => registration.stop()),
      ...[...this.pending].map((call) => call.giveUp()),
      ...[...this.#dialogs.values()].map((dialog) => dialog.bye()),
    ]
    const grace = Promise.withResolvers<void>()
    const timer = setTimeout(grace.resolve, graceMs)
    await Promise.race([Promise.all(farewells), grace.promise])
    clearTimeout(timer)
    for (const call of [...this.pending]) call.abandon()
    for (const dialog of [...this.#dialogs.values()]) dialog.abandon()
    for (const registration of this.#registrations) registration.abandon()
    this.transactions.abandonAll()
    await this.#transports.close()
  }

  // ---- the wire ----

  localAddress(hop: SipHop): SipAddress {
    const own = { host: this.address.host, port: this.ports[protocolOf(hop)] ?? this.port }
    return this.#seen?.of(hop, own) ?? own
  }

  learnAddress(peer: SipHop, { via }: SipResponse): void {
    const before = this.localAddress(peer)
    if (this.#seen?.learn(peer, via) !== true) return
    const { host, port } = this.localAddress(peer)
    if (host === before.host && port === before.port) return
    this.logger.info({ host, port }, 'A carrier sees us at another address')
    for (const registration of this.#registrations) registration.addressChanged()
  }

  reachable(hop: SipHop): SipHop {
    return this.#transports.reachable(hop)
  }

  #attempts(request: OutgoingRequest, to: SipHop): Attempts {
    const attempt = (hop: SipHop) => ({ hop, via: viaTo(this, request.branch, hop) })
    const bytes = Buffer.byteLength(writeRequest(request, attempt(to).via))
    const [first, ...others] = this.#transports.waysTo(to, bytes)
    return [attempt(first), ...others.map(attempt)]
  }

  connectionClosed(hop: SipHop): void {
    if (hop.connection !== undefined) {
      this.transactions.connectionClosed(hop.connection)
      this.#phones?.connectionClosed(hop.connection)
    }
    for (const registration of this.#registrations) registration.connectionClosed(hop)
  }

  receive(data: Buffer, from: SipHop): void {
    this.#receiveParsed(data, from, parseMessage)
  }

  refuse(head: Buffer, code: number, problem: string, from: SipHop): void {
    this.#receiveParsed(head, from, (data) => refuseMessage(data, code, problem))
  }

  #receiveParsed(data: Buffer, from: SipHop, parse: (data: Buffer) => ParseResult): void {
    try {
      const parsed = parse(data)
      if (this.#taps.size > 0)
        this.#tap('in', data.toString('utf8'), from, parsed.ok ? parsed.message.callId : null)
      if (parsed.ok) {
        this.#receiveMessage(parsed.message, from)
        return
      }
      this.logger.debug({ problem: parsed.problem, bytes: data.length }, 'A datagram is no SIP message')
      if (parsed.answer === null) return
      const { code, to } = parsed.answer
      const text = writeStatelessAnswer(to, {
        code,
        reason: code === 400 ? `Bad Request (${parsed.problem})` : undefined,
        userAgent: this.name,
        source: from,
      })
      this.sendDirect(text, answerAddress(to, from))
    } catch (error) {
      // Whatever a datagram does to us, the next one must find us alive.
      this.logger.error({ error }, 'A SIP message could not be processed')
    }
  }

  /** A flood of requests must not grow our memory: beyond the limit they are refused without a transaction. */
  #receiveMessage(message: SipMessage, from: SipHop): void {
    if (
      message.kind === 'request' &&
      message.vias.length === 1 &&
      message.via.wantsAlias &&
      message.via.port !== null
    )
      this.#transports.addAlias(from, message.via.port)
    const limit = this.#options.maxTransactions ?? DEFAULT_MAX_TRANSACTIONS
    const isNewWork = message.kind === 'request' && message.method !== 'ACK' && message.to.tag === null
    if (!isNewWork || this.transactions.size < limit || this.transactions.knows(message)) {
      this.transactions.receive(message, from)
      return
    }
    const echo = echoOf(message)
    const fields: readonly Field[] = [['Retry-After', '30']]
    const text = writeStatelessAnswer(echo, { code: 503, fields, userAgent: this.name, source: from })
    this.sendDirect(text, answerAddress(echo, from))
  }

  sendDirect(text: string, to: SipHop): void {
    this.#send(text, to).catch((error: unknown) => {
      this.logger.warn({ error }, 'A SIP message could not be sent')
    })
  }

  #send(text: string, to: SipHop): Promise<void> {
    if (this.#taps.size > 0) this.#tap('out', text, to, /^call-id:\s*(.*)$/im.exec(text)?.[1]?.trim() ?? null)
    return this.#transports.send(text, to)
  }

  #tap(direction: 'in' | 'out', raw: string, remote: SipAddress, callId: string | null): void {
    const message: TappedMessage = { direction, at: new Date(), callId, remote, raw }
    for (const listener of this.#taps) listener(message)
  }

  // ---- dialogs ----

  addDialog(dialog: ManagedDialog): void {
    this.#dialogs.set(dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag), dialog)
  }

  removeDialog(dialog: ManagedDialog): void {
    this.#dialogs.delete(dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag))
  }

  findDialog(callId: string, localTag: string, remoteTag: string): ManagedDialog | undefined {
    return this.#dialogs.get(dialogKey(callId, localTag, remoteTag))
  }
}

const dialogKey = (callId: string, localTag: string, remoteTag: string): string =>
  `${callId} ${localTag} ${remoteTag}`
