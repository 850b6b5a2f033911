/** What the parts of a dialog (offers, session timer, transfers) share of it. */
import type { DigestClient } from './auth/digest-client.ts'
import type { DialogEnd } from './call-types.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { InviteServerTransaction, NonInviteServerTransaction } from './server-transactions.ts'
import type { SipHop } from './types.ts'
import type { UserAgent } from './user-agent.ts'
import type { Body, Field, OutgoingRequest } from './write-message.ts'

export interface RoutedRequest {
  readonly request: OutgoingRequest
  readonly nextHop: SipHop
}

export type ServedTransaction = InviteServerTransaction | NonInviteServerTransaction

export interface DialogCore {
  readonly agent: UserAgent
  readonly callId: string
  /** We sent the INVITE that made it: the Call-ID is ours (RFC 3261 section 14.1). */
  readonly isCaller: boolean
  readonly digest: DigestClient | null
  /** Over, or about to be. */
  readonly isOver: boolean
  localSdp: string
  remoteSdp: string | null
  /** The next request, or the ACK of the one with that CSeq. */
  makeRequest(method: string, fields: readonly Field[], body: Body | null, cseq?: number): RoutedRequest
  /** Contact and what we can do: in each request that may change the target. */
  targetFields(): Field[]
  refreshTarget(message: SipRequest | SipResponse): void
  /** What the other side says that it serves (its latest Allow). */
  peerServes(method: string): boolean
  /** The dialog is over without a BYE of ours. */
  lose(end: DialogEnd): void
}
