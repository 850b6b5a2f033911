/**
 * Matches messages to transactions (RFC 3261 sections 17.1.3 and 17.2.3) and hands new requests to the core.
 *
 * Why not sip.js's UserAgentCore: it was written for WebSocket. Its transactions have no timers A, E and G,
 * D, I, J and K are 0 and all are module constants; its transport is one connection (`send(text)` has no
 * address); branches have 24 bits of Math.random and can't be chosen; server transactions are matched by the
 * branch alone and the last of several comma-separated Via values; one Contact serves all calls. Below it, a
 * layer that repairs this would have to keep every transaction a second time. So sip.js's grammar reads the
 * messages, and transactions and dialogs are ours.
 */
import {
  type Attempts,
  type ClientTransaction,
  type ClientTransactionUser,
  InviteClientTransaction,
  NonInviteClientTransaction,
  type TransactionHost,
} from './client-transactions.ts'
import type { SipMessage, SipRequest, SipResponse } from './message.ts'
import { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import { protocolOf } from './transport/transport.ts'
import type { SipHop, SipTimers } from './types.ts'
import { makeToken, type OutgoingRequest } from './write-message.ts'

/** The core above the transactions. */
export interface TransactionUser {
  onInvite(transaction: InviteServerTransaction): void
  onCancel(transaction: NonInviteServerTransaction, invite: InviteServerTransaction | null): void
  onRequest(transaction: NonInviteServerTransaction): void
  /** ACK of a 2xx, which has no transaction. */
  onAck(request: SipRequest): void
}

export interface TransactionLayerOptions {
  readonly timers: SipTimers
  readonly userAgent: string
  readonly send: (text: string, to: SipHop) => Promise<void>
  /** Ways for a request to that hop, best first. */
  readonly attempts: (request: OutgoingRequest, to: SipHop) => Attempts
  readonly user: TransactionUser
}

export class TransactionLayer {
  readonly #options: TransactionLayerOptions
  readonly #clients = new Map<string, ClientTransaction>()
  readonly #servers = new Map<string, InviteServerTransaction | NonInviteServerTransaction>()
  /** Call-ID, From tag and CSeq of requests in work -> key of their transaction: finds merged requests (8.2.2.2). */
  readonly #requestsInWork = new Map<string, string>()

  constructor(options: TransactionLayerOptions) {
    this.#options = options
  }

  get timers(): SipTimers {
    return this.#options.timers
  }

  get size(): number {
    return this.#clients.size + this.#servers.size
  }

  /** Whether it is a repetition (or the CANCEL) of a request in work. */
  knows(request: SipRequest): boolean {
    return (
      this.#servers.has(serverKey(request, request.method)) || this.#servers.has(serverKey(request, 'INVITE'))
    )
  }

  /** Whether a live request of ours already has this branch. */
  hasBranch(branch: string): boolean {
    return METHODS_WE_SEND.some((method) => this.#clients.has(clientKey(branch, method)))
  }

  startInvite(request: OutgoingRequest, to: SipHop, user: ClientTransactionUser): InviteClientTransaction {
    const key = clientKey(request.branch, 'INVITE')
    const host = this.#hostFor(() => this.#clients.delete(key))
    const transaction = new InviteClientTransaction(request, this.#options.attempts(request, to), host, user)
    this.#clients.set(key, transaction)
    transaction.start()
    return transaction
  }

  startRequest(request: OutgoingRequest, to: SipHop, user: ClientTransactionUser): void {
    const key = clientKey(request.branch, request.method)
    const host = this.#hostFor(() => this.#clients.delete(key))
    const transaction = new NonInviteClientTransaction(
      request,
      this.#options.attempts(request, to),
      host,
      user,
    )
    this.#clients.set(key, transaction)
    transaction.start()
  }

  receive(message: SipMessage, source: SipHop): void {
    if (message.kind === 'response') this.#receiveResponse(message)
    else this.#receiveRequest(message, source)
  }

  /** Who phoned by a WebSocket that is closed has hung up: no answer can reach them. */
  connectionClosed(connection: number): void {
    for (const client of [...this.#clients.values()]) client.connectionClosed(connection)
    for (const server of [...this.#servers.values()])
      if (
        server instanceof InviteServerTransaction &&
        server.source.connection === connection &&
        ['WS', 'WSS'].includes(protocolOf(server.source))
      )
        server.cancel()
  }

  abandonAll(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.abandon()
  }

  /** A response that fits no request of ours is dropped (section 18.1.2). */
  #receiveResponse(response: SipResponse): void {
    if (response.via.branch === null || response.vias.length !== 1) return
    this.#clients.get(clientKey(response.via.branch, response.cseq.method))?.receive(response)
  }

  #receiveRequest(request: SipRequest, source: SipHop): void {
    const { user } = this.#options
    const existing = this.#servers.get(
      serverKey(request, request.method === 'ACK' ? 'INVITE' : request.method),
    )
    if (existing) existing.receive(request)
    if (request.method === 'ACK') {
      // The ACK of a 2xx may carry the INVITE's branch by mistake, so the dialog sees every ACK.
      user.onAck(request)
      return
    }
    if (existing) return
    const { userAgent } = this.#options
    if (request.method === 'INVITE') {
      const identity = { userAgent, toTag: makeToken('in') }
      const transaction = this.#addServer(
        request,
        (host) => new InviteServerTransaction(request, source, host, identity),
      )
      if (transaction) user.onInvite(transaction)
      return
    }
    const invite = request.method === 'CANCEL' ? this.#findInvite(request) : null
    // Section 9.2: the answer to a CANCEL has the To tag of the INVITE's answers.
    const identity = { userAgent, toTag: invite?.toTag ?? makeToken('in') }
    const transaction = this.#addServer(
      request,
      (host) => new NonInviteServerTransaction(request, source, host, identity),
    )
    if (!transaction) return
    if (request.method === 'CANCEL') user.onCancel(transaction, invite)
    else user.onRequest(transaction)
  }

  /** null: the request came twice over different paths and was answered 482 (section 8.2.2.2). */
  #addServer<T extends InviteServerTransaction | NonInviteServerTransaction>(
    request: SipRequest,
    make: (host: TransactionHost) => T,
  ): T | null {
    const key = serverKey(request, request.method)
    const identity = requestIdentity(request)
    const inWork = this.#requestsInWork.get(identity)
    const merged = request.to.tag === null && request.method !== 'CANCEL' && inWork !== undefined
    if (!merged) this.#requestsInWork.set(identity, key)
    const transaction = make(
      this.#hostFor(() => {
        this.#servers.delete(key)
        if (!merged) this.#requestsInWork.delete(identity)
      }),
    )
    this.#servers.set(key, transaction)
    if (!merged) return transaction
    transaction.respond({ code: 482 })
    return null
  }

  #findInvite(cancel: SipRequest): InviteServerTransaction | null {
    const invite = this.#servers.get(serverKey(cancel, 'INVITE'))
    return invite instanceof InviteServerTransaction ? invite : null
  }

  #hostFor(terminated: () => void): TransactionHost {
    const { timers, send } = this.#options
    return { timers, send, terminated }
  }
}

/** Of requests that get a branch of their own. */
const METHODS_WE_SEND = [
  'INVITE',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'UPDATE',
  'PRACK',
  'REFER',
  'NOTIFY',
] as const

const clientKey = (branch: string, method: string): string => `${method} ${branch}`

const MAGIC_COOKIE = 'z9hG4bK'

/** Section 17.2.3; without the magic cookie (RFC 2543) what that section lists for it, less the To tag. */
function serverKey(request: SipRequest, method: string): string {
  const { via } = request
  const sentBy = `${via.host}:${via.port ?? ''}`
  // The cookie alone says nothing (RFC 4475 section 3.2.1).
  const isUnique = via.branch?.startsWith(MAGIC_COOKIE) === true && via.branch.length > MAGIC_COOKIE.length
  if (isUnique) return `${method} ${via.branch} ${sentBy}`
  return `${method} ${requestIdentity(request)} ${request.uri.text} ${request.vias[0] ?? ''}`
}

function requestIdentity(request: SipRequest): string {
  return `${request.cseq.number} ${request.method === 'CANCEL' ? 'CANCEL' : ''} ${request.from.tag ?? ''} ${request.callId}`
}
