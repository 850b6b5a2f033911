/** What the SIP endpoint offers to the gateway and to the simulated phones. SDP passes through as text. */

/** The part of a pino logger that the endpoint uses. */
export interface SipLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A numeric host and port as the transport sees it. */
export interface SipAddress {
  readonly host: string
  readonly port: number
}

export type DigestAlgorithm = 'SHA-256' | 'MD5'

/** How we prove who we are to a carrier. */
export interface SipCredentials {
  readonly username: string
  readonly password: string
  /** Answer challenges that know MD5 only; default: no. */
  readonly allowMd5?: boolean
}

/** Somebody with a softphone. */
export interface SipUser {
  /** User part of their address, and their name in the digest. */
  readonly username: string
  readonly password: string
  /** Digits: calls to these numbers ring their phones. */
  readonly numbers: readonly string[]
}

/** Where the users are kept. */
export interface SipUserDirectory {
  find(username: string): SipUser | null | Promise<SipUser | null>
}

/** Registrar for phones of ours, and the check of their calls. */
export interface PhonesOptions {
  /** Name in our challenges, e.g. the company's domain. */
  readonly realm: string
  readonly users: SipUserDirectory
  /** What phones may answer challenges by, the preferred first; older phones read the first alone. Default: SHA-256. */
  readonly algorithms?: readonly DigestAlgorithm[]
  /** Seconds that a registration lasts: shortest, where the phone says nothing, longest. */
  readonly intervals?: { readonly min?: number; readonly normal?: number; readonly max?: number }
  /** A nonce may be used for this long; default 5 minutes. */
  readonly nonceLifetimeMs?: number
}

/** A registered phone: what to call it by. */
export interface RegisteredPhone {
  readonly target: SipHop
  readonly requestUri: string
}

/** `failed`: refused or not answered; it is tried again by itself. */
export type RegistrationState = 'registering' | 'registered' | 'failed' | 'stopped'

/** Our registration at a carrier. */
export interface RegistrationOptions {
  readonly registrar: SipHop
  /** Host of our address there: `sip:username@domain`. */
  readonly domain: string
  /** User part of our address there and of our Contact. */
  readonly username: string
  readonly credentials: SipCredentials
  /** Wished; the registrar decides. Default 600. */
  readonly expiresSeconds?: number
  /** Longest wait after the first failure; it doubles with each. Default 30 s (RFC 5626 section 4.5). */
  readonly firstRetryMs?: number
  readonly onState?: (state: RegistrationState) => void
}

export interface Registration {
  readonly state: RegistrationState
  /** Takes the registration back; resolves when the carrier has answered or is given up. */
  stop(): Promise<void>
}

/** Whether a carrier answers OPTIONS. */
export interface TrunkWatchOptions {
  readonly target: SipHop
  /** From an answer to the next question; default 30 s. */
  readonly everyMs?: number
  /** In a row, before a carrier that was up is down; default 2. */
  readonly failuresToDown?: number
  /** Without an answer for this long it has not answered; default 5 s. */
  readonly answerMs?: number
  /** In a row, before a carrier that was down is up; default 2. The first answer of all is believed at once. */
  readonly successesToUp?: number
  readonly onChange?: (isUp: boolean) => void
}

export interface TrunkWatch {
  /** null before the first answer or its lack. */
  readonly isUp: boolean | null
  stop(): void
}

/** As in the Via header. */
export type SipProtocol = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'

/** The next stop of a message: an address and how it is reached. */
export interface SipHop extends SipAddress {
  /** UDP where absent. For TLS the host may be a name: the certificate is checked against it. */
  readonly protocol?: SipProtocol
  /** The open connection to use; where it is closed, the address is connected to. */
  readonly connection?: number
}

/** A PEM certificate with its key. */
export interface TlsIdentity {
  readonly cert: string | Buffer
  readonly key: string | Buffer
  /** Whom we trust when we connect; default: the well-known authorities. */
  readonly ca?: string | Buffer
}

/** Transports beside UDP. Port 0 takes a free one. */
export interface SipTransportOptions {
  readonly tcp?: { readonly port: number }
  readonly tls?: TlsIdentity & { readonly port: number }
  /** SIP over WebSocket (RFC 7118), for browsers; we never connect by it. */
  readonly ws?: WebSocketOptions
  readonly wss?: WebSocketOptions & TlsIdentity
}

export interface WebSocketOptions {
  readonly port: number
  /** Whether a page of that origin may connect; default: any. Clients that are no browsers send none. */
  readonly isOriginAllowed?: (origin: string | undefined) => boolean
}

/** Bounds that keep strangers from holding our memory and sockets; tests shorten the times. */
export interface ConnectionLimits {
  /** Connections of one transport; more are closed at once. Default 4096. */
  readonly connections: number
  /** Connections from one address. Default 512. */
  readonly connectionsPerAddress: number
  /** From the first byte of a message to its last; also a TLS or WebSocket handshake. Default 10 s. */
  readonly messageMs: number
  /** From the opening of a connection to its first whole message or ping. Default 30 s. */
  readonly firstMessageMs: number
  /** Without a byte in either direction. Default 15 min. */
  readonly idleMs: number
  /** For a connection of ours to open. Default 5 s. */
  readonly connectMs: number
  /** Bytes that wait for a peer that does not read. Default 1 MiB. */
  readonly queuedBytes: number
  /** Between our keep-alives (RFC 5626 section 4.4.1, WebSocket pings). Default 30 s. */
  readonly pingMs: number
  /** For the answer to one, from a peer that has answered before. Default 10 s. */
  readonly pongMs: number
}

/** RFC 3261 section 17.1.1.1 base timers in ms; the others (A to K) are derived from them. */
export interface SipTimers {
  /** Estimate of the round trip; 500 by default. */
  readonly t1: number
  /** Longest retransmission interval of non-INVITE requests and INVITE responses; 4000 by default. */
  readonly t2: number
  /** Longest time a message stays in the network; 5000 by default. */
  readonly t4: number
}

export interface SipEndpointOptions {
  /** Local address to bind. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Host written into Via, Contact and From; default: `host`. */
  readonly publicHost?: string
  /** User-Agent and Server header. */
  readonly userAgent: string
  readonly logger: SipLogger
  /**
   * A new call. 100 Trying has been sent. The owner must come to `answer` or `reject`; until then the
   * caller waits. What it throws or rejects with is logged and answered with 500.
   */
  readonly onInvite: (invite: IncomingInvite) => void | Promise<void>
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

/** Header fields of a received message; names without regard to case or compact form. */
export interface SipHeaders {
  /** First value, or undefined. */
  get(name: string): string | undefined
  getAll(name: string): readonly string[]
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

/** A call that arrived. Exactly one of `answer` and `reject` ends it, or the caller cancels. */
export interface IncomingInvite {
  readonly callId: string
  /** User part of P-Asserted-Identity, else of From: digits, with a leading + where given so; '' if withheld. */
  readonly fromNumber: string
  /** User part of the Request-URI, else of To, in the same form. */
  readonly toNumber: string
  readonly displayName: string | null
  readonly headers: SipHeaders
  /** Username of the phone of ours that calls, proved by its password; null for everybody else. */
  readonly user: string | null
  /** null: the caller offers nothing and expects the offer in our 200 (RFC 3264 delayed offer). */
  readonly sdpOffer: string | null
  readonly source: SipHop
  /** `answering`: 200 sent, ACK not yet received. */
  readonly state: 'pending' | 'answering' | 'answered' | 'rejected' | 'cancelled' | 'failed'
  /** 180, repeatable. Nothing happens once the call is decided. */
  ringing(): void
  /** 183 with an early SDP answer. */
  progress(sdp: string): void
  /**
   * 200 with our SDP, retransmitted until the ACK.
   * @throws SipCallError `cancelled` when the caller gave up first; `no_ack` when no ACK came within 64*T1
   *   (a BYE has then been sent); `state` when the call is already decided.
   */
  answer(sdp: string): Promise<Dialog>
  /**
   * 3xx-6xx final response. Nothing happens once the call is decided.
   * @param retryAfterSeconds when the caller may come again (section 20.33).
   */
  reject(code: number, reason?: string, retryAfterSeconds?: number): void
  /** Called once if the caller cancels before `answer` (487 is sent by the endpoint); at once if it already has. */
  onCancel(listener: () => void): void
}

export interface OutgoingInviteOptions {
  /** Where the INVITE goes: the gateway of the carrier, or the phone's address. */
  readonly target: SipHop
  /**
   * Request-URI, where it is not made of `calleeNumber` and `target`: the Contact that a phone registered. The whole
   * dialog then goes by `target`, which a phone behind a NAT is reached by.
   */
  readonly requestUri?: string
  readonly callerNumber: string
  readonly calleeNumber: string
  readonly callerDisplayName?: string
  /** For the challenges of the other side (401, 407); without them a challenge is a refusal. */
  readonly credentials?: SipCredentials
  /** Our offer. */
  readonly sdp: string
  /**
   * Without any answer for this long the call has failed by `timeout`, and whoever answers later is cancelled. For
   * where there is another way to the callee; default: 64*T1.
   */
  readonly firstResponseMs?: number
  /** `{prefix}-{8 hex}` becomes Call-ID, e.g. `outbound-ob-1a2b3c4d`; default `call`. */
  readonly callIdPrefix?: string
  /** `z9hG4bK-{prefix}-{8 hex}` becomes the branch; default `outbound`. */
  readonly branchPrefix?: string
  /** `{prefix}-{8 hex}` becomes the From tag; default `outb`. */
  readonly tagPrefix?: string
  /** Extra header fields, e.g. `X-Outbound-Call-ID`. Line breaks in values are refused. */
  readonly headers?: Readonly<Record<string, string>>
  readonly onTrying?: () => void
  /** First 180 (or 183 without SDP). */
  readonly onRinging?: () => void
  /** 183 (or 180) with early media. */
  readonly onProgress?: (sdp: string) => void
}

/** How a call that we placed was decided. */
export type CallOutcome =
  | { readonly kind: 'answered'; readonly dialog: Dialog }
  | {
      readonly kind: 'failed'
      /**
       * `response`: refused by the other side; `timeout`: no answer at all within 64*T1; `transport`: could not
       * be sent; `cancelled`: we cancelled (also where the 200 had crossed the CANCEL; BYE was then sent).
       */
      readonly cause: 'response' | 'timeout' | 'transport' | 'cancelled'
      /** SIP status; 408 for `timeout`, 503 for `transport`, 487 for `cancelled`. */
      readonly code: number
      readonly reason: string
      /** Seconds that the other side asked to be left alone for (Retry-After); absent where it did not. */
      readonly retryAfterSeconds?: number
    }

export interface OutgoingCall {
  readonly callId: string
  readonly state: 'calling' | 'trying' | 'ringing' | 'answered' | 'failed'
  /** Never rejects. A call that rings has no time limit of its own: `cancel` it when it has rung enough. */
  readonly outcome: Promise<CallOutcome>
  /** CANCEL (after the first provisional response). Nothing happens once the call is decided. */
  cancel(): void
}

/** Why a dialog is over. */
export interface DialogEnd {
  readonly by: 'remote' | 'local'
  /** `bye`; `no_ack`: our 200 was never acknowledged; `gone`: the other side answered 481/408 or not at all. */
  readonly cause: 'bye' | 'no_ack' | 'gone'
}

/** An answered call. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** Latest SDP of the other side. */
  readonly remoteSdp: string | null
  /** Latest SDP of ours. */
  readonly localSdp: string
  readonly remoteAddress: SipHop
  /** Resolves when the dialog is over, whoever ended it; never rejects. */
  readonly ended: Promise<DialogEnd>
  /** Sends BYE (once) and resolves when it is answered or given up. */
  bye(): Promise<void>
  /** Called when the other side says BYE; at once if it already has. */
  onBye(listener: () => void): void
  /**
   * Answers re-INVITE and UPDATE: gets the offer (null: we must offer), returns our SDP, or throws
   * SipCallError `not_acceptable` for 488. Default: the current local SDP.
   */
  onReinvite(handler: (offer: string | null) => string | Promise<string>): void
  /** In-dialog INFO (answered 200 once a listener is set, else 415). */
  onInfo(listener: (info: { readonly contentType: string; readonly body: string }) => void): void
  /** Sends a re-INVITE with a new offer; resolves with the answer. @throws SipCallError `refused` | `timeout` */
  reinvite(sdp: string): Promise<string>
}
