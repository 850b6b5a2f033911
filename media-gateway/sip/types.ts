/** Words that all of SIP here shares: addresses, transports, users, phones, carriers, times. */

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
  /** The same for those who come by a WebSocket; default: as all. */
  readonly browserAlgorithms?: readonly DigestAlgorithm[]
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
  /** Where to register, the best first; asked before each try, never none. The next one is asked where one does not help. */
  readonly registrars: () => readonly [SipHop, ...SipHop[]]
  /** Host of our address there: `sip:username@domain`. */
  readonly domain: string
  /** User part of our address there and of our Contact. */
  readonly username: string
  readonly credentials: SipCredentials
  /** Wished; the registrar decides. Default 600. */
  readonly expiresSeconds?: number
  /** Longest wait after the first failure; it doubles with each. Default 30 s (RFC 5626 section 4.5). */
  readonly firstRetryMs?: number
  /** A registrar that has not answered for so long is left for the next one; default 5 s. The last one has RFC 3261's time. */
  readonly answerMs?: number
  readonly onState?: (state: RegistrationState) => void
}

export interface Registration {
  readonly state: RegistrationState
  /** Who has registered us; null while nobody has. */
  readonly registrar: SipHop | null
  /** Where we are registered is not to be relied on any more: registers at once, where the best one is now. */
  renew(): void
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

/** RFC 4028: a call whose refreshes fail to come is over. */
export interface SessionTimerOptions {
  /** Of our calls; default 1800. */
  readonly seconds: number
  /** Shorter wishes of others are refused with 422; default 90. */
  readonly minSeconds: number
}

/** Header fields of a received message; names without regard to case or compact form. */
export interface SipHeaders {
  /** First value, or undefined. */
  get(name: string): string | undefined
  getAll(name: string): readonly string[]
}
