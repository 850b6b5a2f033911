/** What the SIP endpoint offers to the gateway and to the simulated phones. SDP passes through as text. */
import type { Dialog, IncomingInvite, OutgoingCall, OutgoingInviteOptions } from './call-types.ts'
import type {
  ConnectionLimits,
  PhonesOptions,
  RegisteredPhone,
  Registration,
  RegistrationOptions,
  SessionTimerOptions,
  SipAddress,
  SipHop,
  SipLogger,
  SipProtocol,
  SipTimers,
  SipTransportOptions,
  TrunkWatch,
  TrunkWatchOptions,
} from './types.ts'

export interface SipEndpointOptions {
  /** Local address to bind. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Host written into Via, Contact and From; default: `host`. */
  readonly publicHost?: string
  /** Carriers tell at which address they see us (RFC 3261 section 18.2.1, RFC 3581), and we believe them. Default false. */
  readonly learnsAddress?: boolean
  /** User-Agent and Server header. */
  readonly userAgent: string
  readonly logger: SipLogger
  /**
   * A new call. 100 Trying has been sent. The owner must come to `answer` or `reject`; until then the
   * caller waits. What it throws or rejects with is logged and answered with 500.
   */
  readonly onInvite: (invite: IncomingInvite) => void | Promise<void>
  /** Whether a call may take the place of one of ours (RFC 3891); default: nobody's may, 403. */
  readonly mayReplace?: (replaced: Dialog, invite: IncomingInvite) => boolean
  /** Session timers (RFC 4028); null: none of ours, and those of others are not heeded. */
  readonly sessionTimer?: Partial<SessionTimerOptions> | null
  /** Status for an OPTIONS outside a dialog (a carrier's health check); default 200. */
  readonly onOptions?: () => { readonly code: number; readonly reason?: string }
  readonly timers?: Partial<SipTimers>
  /** Transports beside UDP; default: none. */
  readonly transports?: SipTransportOptions
  readonly connectionLimits?: Partial<ConnectionLimits>
  /** Default: no phones, REGISTER gets 405. */
  readonly phones?: PhonesOptions
  /** New requests beyond so many live transactions get 503; default 10000, some 300 calls a second. */
  readonly maxTransactions?: number
  /**
   * Ask in our requests to be answered at the port we are seen from (RFC 3581); for an endpoint behind a NAT
   * that changes ports. Default false. Requests of others that ask for it are always served so.
   */
  readonly rport?: boolean
}

/** One message on the wire, in the order it was sent or received. */
export interface TappedMessage {
  readonly direction: 'in' | 'out'
  readonly at: Date
  /** Call-ID where the message has one. */
  readonly callId: string | null
  readonly remote: SipAddress
  /** Contains personal data. */
  readonly raw: string
}

export interface SipStats {
  /** Confirmed dialogs that have not ended. */
  readonly dialogs: number
  /** Calls not yet answered, in both directions. */
  readonly pendingCalls: number
  /** Transactions, including those that only absorb late retransmissions (up to 64*T1). */
  readonly transactions: number
  /** Open TCP, TLS and WebSocket connections. */
  readonly connections: number
  /** Phones that are registered now. */
  readonly registeredPhones: number
}

export interface SipEndpoint {
  readonly host: string
  /** Host that others reach us at; in Via, Contact and From. */
  readonly publicHost: string
  /** The UDP port really bound. */
  readonly port: number
  /** Host at which the one at that address sees us: `publicHost`, or what was learned. */
  hostFor(peer: SipHop): string
  /** Ports of the transports that are open. */
  readonly ports: Readonly<Partial<Record<SipProtocol, number>>>
  invite(options: OutgoingInviteOptions): OutgoingCall
  /** Registered phones whose number it is (digits), the one to try first in front. */
  phonesOf(number: string): readonly RegisteredPhone[]
  /** Registers us at a carrier, until it is stopped or the endpoint closes. */
  register(options: RegistrationOptions): Registration
  /** Asks a carrier by OPTIONS whether it is there, until it is stopped or the endpoint closes. */
  watch(options: TrunkWatchOptions): TrunkWatch
  stats(): SipStats
  /** Every message of every call; returns the function that stops it. */
  onMessage(listener: (message: TappedMessage) => void): () => void
  /**
   * Refuses new calls with 503, ends the pending ones (503 / CANCEL), sends BYE in every dialog, waits at
   * most `graceMs` for the answers and closes the socket.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
}
