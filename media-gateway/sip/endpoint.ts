/** The endpoint: socket, transactions, and what happens to requests outside of dialogs (RFC 3261 section 8.2). */

import { CarrierRegistration } from './carrier-registration.ts'
import type { Attempts } from './client-transactions.ts'
import { SipCallError } from './errors.ts'
import { IncomingCall } from './incoming-call.ts'
import { echoOf, isSdp, type SipMessage, type SipRequest } from './message.ts'
import { PlacedCall } from './outgoing-call.ts'
import { type ParseResult, parseMessage, refuseMessage } from './parse-message.ts'
import { Phones } from './phones.ts'
import type {
  InviteServerTransaction,
  NonInviteServerTransaction,
  ResponseInput,
} from './server-transactions.ts'
import { ALLOWED_METHODS, UNSERVED_METHODS } from './status.ts'
import { DEFAULT_TIMERS, transactionTimeoutMs } from './timers.ts'
import { TransactionLayer, type TransactionUser } from './transaction-layer.ts'
import { protocolOf, type TransportUser } from './transport/transport.ts'
import { TransportSet } from './transport/transport-set.ts'
import { OptionsWatch } from './trunk-watch.ts'
import type {
  OutgoingCall,
  OutgoingInviteOptions,
  RegisteredPhone,
  Registration,
  RegistrationOptions,
  SipAddress,
  SipEndpoint,
  SipEndpointOptions,
  SipHop,
  SipStats,
  TappedMessage,
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

class Endpoint implements SipEndpoint, UserAgent, TransactionUser, TransportUser {
  readonly host: string
  readonly port: number
  readonly ports: SipEndpoint['ports']
  readonly address: SipAddress
  readonly name: string
  readonly logger: SipEndpointOptions['logger']
  readonly asksRport: boolean
  readonly timeoutMs: number
  readonly transactions: TransactionLayer
  readonly pending = new Set<PendingCall>()
  readonly #options: SipEndpointOptions
  readonly #transports: TransportSet
  readonly #phones: Phones | null
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
    this.host = options.host
    this.ports = transports.ports
    this.port = this.ports.UDP ?? options.port
    this.address = { host: options.publicHost ?? options.host, port: this.port }
    this.name = options.userAgent
    this.logger = options.logger
    this.asksRport = options.rport ?? false
    this.timeoutMs = transactionTimeoutMs(timers)
    this.transactions = new TransactionLayer({
      timers,
      userAgent: options.userAgent,
      send: (text, to) => this.#send(text, to),
      attempts: (request, to) => this.#attempts(request, to),
      user: this,
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
    return { host: this.address.host, port: this.ports[protocolOf(hop)] ?? this.port }
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

  #dialogOf(request: SipRequest): ManagedDialog | undefined {
    return this.#dialogs.get(dialogKey(request.callId, request.to.tag ?? '', request.from.tag ?? ''))
  }

  // ---- requests ----

  onAck(request: SipRequest): void {
    this.#dialogOf(request)?.receiveAck(request)
  }

  onCancel(transaction: NonInviteServerTransaction, invite: InviteServerTransaction | null): void {
    transaction.respond({ code: invite === null ? 481 : 200 })
    invite?.cancel()
  }

  onInvite(transaction: InviteServerTransaction): void {
    const { request } = transaction
    const dialog = this.#dialogOf(request)
    const refusal = this.#refusalOf(request) ?? (dialog ? null : this.#refusalOfNewCall(request))
    if (refusal !== null) transaction.respond(refusal)
    else if (dialog) dialog.receiveReinvite(transaction)
    else if (this.#phones === null) void this.#takeCall(new IncomingCall(this, transaction, null))
    else void this.#admit(transaction, this.#phones)
  }

  #refusalOfNewCall(request: SipRequest): ResponseInput | null {
    if (request.to.tag !== null) return { code: 481 }
    if (this.#closing !== null) return { code: 503 }
    if (request.body !== '' && !isSdp(request.headers.get('content-type')))
      return { code: 415, fields: [['Accept', 'application/sdp']] }
    return null
  }

  async #admit(transaction: InviteServerTransaction, phones: Phones): Promise<void> {
    const { request, source } = transaction
    try {
      const admission = await phones.admit(request, source)
      const refusal = admission.kind === 'refused' ? admission.answer : this.#refusalOfNewCall(request)
      if (refusal !== null) transaction.respond(refusal)
      else if (admission.kind === 'admitted')
        await this.#takeCall(new IncomingCall(this, transaction, admission.username))
    } catch (error) {
      this.logger.error({ error, callId: request.callId }, 'A caller could not be checked')
      transaction.respond({ code: 500 })
    }
  }

  async #register(transaction: NonInviteServerTransaction, phones: Phones): Promise<void> {
    try {
      await phones.register(transaction)
    } catch (error) {
      this.logger.error({ error }, 'A phone could not be registered')
      transaction.respond({ code: 500 })
    }
  }

  async #takeCall(call: IncomingCall): Promise<void> {
    try {
      await this.#options.onInvite(call)
    } catch (error) {
      this.logger.error({ error, callId: call.callId }, 'The owner could not take a call')
      call.reject(500)
    }
  }

  onRequest(transaction: NonInviteServerTransaction): void {
    const { request } = transaction
    const dialog = this.#dialogOf(request)
    const early = this.#earlyCallOf(request)
    const refusal = this.#refusalOf(request)
    if (refusal === null && dialog) {
      dialog.receiveRequest(transaction)
    } else if (refusal === null && early && request.method === 'BYE') {
      transaction.respond({ code: 200 })
      early.cancelled()
    } else if (refusal === null && request.method === 'REGISTER' && this.#phones !== null) {
      // Section 10.3: a To tag makes no dialog of it.
      void this.#register(transaction, this.#phones)
    } else {
      const unknown = request.to.tag === null ? this.#answerOutsideDialog(request.method) : { code: 481 }
      transaction.respond(refusal ?? unknown)
    }
  }

  #earlyCallOf(request: SipRequest): IncomingCall | undefined {
    for (const call of this.pending)
      if (call instanceof IncomingCall && call.callId === request.callId && call.localTag === request.to.tag)
        return call
    return undefined
  }

  #answerOutsideDialog(method: string): ResponseInput {
    if (method === 'OPTIONS') {
      const answer = this.#closing !== null ? { code: 503 } : (this.#options.onOptions?.() ?? { code: 200 })
      return {
        ...answer,
        fields: [
          ['Allow', this.#allowed()],
          ['Accept', 'application/sdp'],
        ],
      }
    }
    if (method === 'BYE' || method === 'INFO' || method === 'UPDATE') return { code: 481 }
    return { code: UNSERVED_METHODS.has(method) ? 405 : 501, fields: [['Allow', this.#allowed()]] }
  }

  #allowed(): string {
    return [...ALLOWED_METHODS, ...(this.#phones === null ? [] : ['REGISTER'])].join(', ')
  }

  /** Checks that concern every request (sections 8.2.2.1 and 8.2.2.3). */
  #refusalOf(request: SipRequest): ResponseInput | null {
    if (!['sip', 'sips', 'tel'].includes(request.uri.scheme)) return { code: 416 }
    const required = request.headers.list('require')
    if (required.length > 0) return { code: 420, fields: [['Unsupported', required.join(', ')]] }
    if (request.headers.list('content-encoding').some((encoding) => encoding.toLowerCase() !== 'identity'))
      return { code: 415, fields: [['Accept-Encoding', 'identity']] }
    return null
  }
}

const dialogKey = (callId: string, localTag: string, remoteTag: string): string =>
  `${callId} ${localTag} ${remoteTag}`
