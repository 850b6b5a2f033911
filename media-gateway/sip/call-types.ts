/** Calls and dialogs as their owner sees them. */
import type { SipCredentials, SipHeaders, SipHop } from './types.ts'

/** A call that arrived. Exactly one of `answer` and `reject` ends it, or the caller cancels. */
export interface IncomingInvite {
  readonly callId: string
  /** User part of P-Asserted-Identity, else of From: digits, with a leading + where given so; '' if withheld. */
  readonly fromNumber: string
  /** User part of the Request-URI, else of To, in the same form. */
  readonly toNumber: string
  readonly displayName: string | null
  /** Who was called first, where the call was diverted to us (Diversion, History-Info); null where it was not. */
  readonly divertedFrom: string | null
  /** The call of ours whose place this one takes (RFC 3891): it is ended when this one is answered. */
  readonly replaces: Dialog | null
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
  /** 183 with an early SDP answer. Sent reliably where the caller requires that (RFC 3262). */
  progress(sdp: string): void
  /**
   * 200 with our SDP, retransmitted until the ACK.
   * @throws SipCallError `cancelled` when the caller gave up first; `no_ack` when no ACK came within 64*T1
   *   (a BYE has then been sent), or no PRACK of a provisional answer that had to be confirmed (504); `state` when
   *   the call is already decided.
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
  /**
   * `bye`; `no_ack`: our 200 was never acknowledged; `gone`: the other side answered 481/408 or not at all; `expired`:
   * the session timer ran out (RFC 4028).
   */
  readonly cause: 'bye' | 'no_ack' | 'gone' | 'expired'
}

/** The other side asks us to call somebody else (RFC 3515). */
export interface ReferRequest {
  /** URI to call, without its headers. */
  readonly target: string
  /** Digits of it; '' where it has none. */
  readonly targetNumber: string
  /** Value of the Replaces header that the new call has to carry, or null. */
  readonly replaces: string | null
  readonly referredBy: string | null
}

/** What comes of a REFER that we have accepted; the other side is told by NOTIFY. */
export interface ReferProgress {
  /** A status of the new call; 200 and above are the last. */
  notify(code: number): void
}

/** What became of a transfer that we asked for. */
export interface ReferOutcome {
  /** Status of the new call as the other side told it; null: it accepted, and then told nothing. */
  readonly code: number | null
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
  /**
   * Sends a re-INVITE with a new offer; resolves with the answer. Where both sides offer at once, it waits and comes
   * again (RFC 3261 section 14.1).
   * @throws SipCallError `refused` | `timeout` | `state`
   */
  reinvite(sdp: string): Promise<string>
  /**
   * Asks the other side to call somebody else (REFER, RFC 3515); resolves when it has told how that went.
   * @param replaces the call of ours with the target that the new call takes the place of (RFC 3891).
   * @throws SipCallError `refused` | `timeout` | `state`
   */
  refer(target: string, replaces?: Dialog): Promise<ReferOutcome>
  /** Decides about a REFER of the other side: a progress to be told of is returned by accepting. Default: 603. */
  onRefer(handler: (request: ReferRequest, accept: () => ReferProgress) => void): void
}
