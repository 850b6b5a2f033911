/** What calls and dialogs share of the endpoint they belong to. */

import type { Dialog } from './call-types.ts'
import type { NameAddr, SipRequest, SipResponse } from './message.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import type { TransactionLayer } from './transaction-layer.ts'
import { protocolOf } from './transport/transport.ts'
import type { SessionTimerOptions, SipAddress, SipHop, SipLogger } from './types.ts'
import { type Field, hostPort, makeToken, sipUri } from './write-message.ts'

/** A dialog as the endpoint sees it. */
export interface ManagedDialog extends Dialog {
  receiveAck(request: SipRequest): void
  receiveRequest(transaction: NonInviteServerTransaction): void
  receiveReinvite(transaction: InviteServerTransaction): void
  /** Ends it without a word on the wire. */
  abandon(): void
}

/** A call that is not answered yet. */
export interface PendingCall {
  /** Refuses or cancels it and resolves when the other side has taken note. */
  giveUp(): Promise<void>
  /** Ends it without a word on the wire. */
  abandon(): void
}

export interface UserAgent {
  /** Host as others reach it, and the UDP port. */
  readonly address: SipAddress
  readonly name: string
  readonly logger: SipLogger
  readonly transactions: TransactionLayer
  readonly pending: Set<PendingCall>
  /** Via parameter `rport` in our requests (RFC 3581). */
  readonly asksRport: boolean
  readonly timeoutMs: number
  /** null: no session timers. */
  readonly sessionTimer: SessionTimerOptions | null
  /** Header fields that tell what we can do. */
  readonly capabilities: readonly Field[]
  addDialog(dialog: ManagedDialog): void
  removeDialog(dialog: ManagedDialog): void
  /** A dialog of ours by the tags as the other side writes them. */
  findDialog(callId: string, localTag: string, remoteTag: string): ManagedDialog | undefined
  /** Where messages by the transport of that hop reach us; that of UDP where it is not open. */
  localAddress(hop: SipHop): SipAddress
  /** An answer to a request of ours at a carrier, which may tell how we are seen there. */
  learnAddress(peer: SipHop, answer: SipResponse): void
  /** The hop by a transport that is open: TCP that we do not have is UDP. */
  reachable(hop: SipHop): SipHop
  /** Sends outside any transaction: the ACK of a 2xx. */
  sendDirect(text: string, to: SipHop): void
}

/** A branch that no live request of ours has. */
export function makeBranch(agent: UserAgent, prefix: string): string {
  let branch: string
  do branch = makeToken(`z9hG4bK-${prefix}`)
  while (agent.transactions.hasBranch(branch))
  return branch
}

/** Our Via on the way to a hop. */
export function viaTo(agent: UserAgent, branch: string, hop: SipHop): string {
  const protocol = protocolOf(hop)
  const rport = agent.asksRport ? ';rport' : ''
  const alias = protocol === 'TCP' || protocol === 'TLS' ? ';alias' : ''
  return `SIP/2.0/${protocol} ${hostPort(agent.localAddress(hop))};branch=${branch}${rport}${alias}`
}

/** RFC 7118 section 5: `ws` stands for WSS as well. */
const TRANSPORT_PARAMETERS = {
  UDP: '',
  TCP: ';transport=tcp',
  TLS: ';transport=tls',
  WS: ';transport=ws',
  WSS: ';transport=ws',
}

/**
 * Contact that leads to us by the transport of that hop.
 * @param isSecure the request was to a sips: URI, so that ours has to be one (section 12.1.1).
 */
export function contactOf(agent: UserAgent, user: string, hop: SipHop, isSecure = false): string {
  const { host, port } = agent.localAddress(hop)
  const uri = sipUri(user, host, port)
  return isSecure ? `<${uri.replace('sip:', 'sips:')}>` : `<${uri}${TRANSPORT_PARAMETERS[protocolOf(hop)]}>`
}

/** Calls a listener of the owner; its mistakes must not break the protocol. */
export function notify(agent: UserAgent, listener: (() => void) | null | undefined): void {
  try {
    listener?.()
  } catch (error) {
    agent.logger.error({ error }, 'A listener of a SIP call failed')
  }
}

/** Digits of a user part, with its leading + ; '' where it is no number (anonymous, a name). */
export function numberOf(address: Pick<NameAddr['uri'], 'user'>): string {
  const plain = (address.user.split(';')[0] ?? '').replaceAll(/[\s().-]/g, '')
  return /^\+?\d+$/.test(plain) ? plain : ''
}
