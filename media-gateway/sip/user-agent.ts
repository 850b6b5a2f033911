/** What calls and dialogs share of the endpoint they belong to. */
import type { NameAddr, SipRequest } from './message.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import type { TransactionLayer } from './transaction-layer.ts'
import type { Dialog, SipAddress, SipLogger } from './types.ts'
import { hostPort, makeToken, sipUri } from './write-message.ts'

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
  readonly address: SipAddress
  readonly name: string
  readonly logger: SipLogger
  readonly transactions: TransactionLayer
  readonly pending: Set<PendingCall>
  readonly protocol: string
  /** Via parameter `rport` in our requests (RFC 3581). */
  readonly asksRport: boolean
  readonly timeoutMs: number
  addDialog(dialog: ManagedDialog): void
  removeDialog(dialog: ManagedDialog): void
  /** Sends outside any transaction: the ACK of a 2xx. */
  sendDirect(text: string, to: SipAddress): void
}

/** A fresh branch and the Via that carries it. */
export function makeVia(agent: UserAgent, branchPrefix: string): { branch: string; via: string } {
  let branch: string
  do branch = makeToken(`z9hG4bK-${branchPrefix}`)
  while (agent.transactions.hasBranch(branch))
  const rport = agent.asksRport ? ';rport' : ''
  return { branch, via: `SIP/2.0/${agent.protocol} ${hostPort(agent.address)};branch=${branch}${rport}` }
}

export const contactOf = (agent: UserAgent, user: string): string =>
  `<${sipUri(user, agent.address.host, agent.address.port)}>`

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
