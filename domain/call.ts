/** What a call is to workflows, gateway and dialogue worker: legs, their events and reports. */
import type { CallId, LegId } from './ids.ts'
import type { Codec } from './media-socket.ts'

/** How a leg ended; one reason, switched over exhaustively. */
export type LegOutcome =
  | 'completed_by_remote'
  | 'completed_by_us'
  | 'no_answer'
  | 'busy'
  | 'rejected'
  | 'cancelled'
  | 'no_media'
  | 'failed'

/** Input of the activity `holdLeg`, which lasts as long as the leg. */
export type HoldLegInput =
  | {
      readonly kind: 'answer'
      readonly legId: LegId
      readonly callId: CallId
      /** true: the leg goes on ringing until `answerLeg`, or until it is hung up. */
      readonly whenTold?: true
    }
  | {
      readonly kind: 'dial'
      readonly legId: LegId
      readonly callId: CallId
      readonly callerNumber: string
      readonly calleeNumber: string
      readonly ringTimeoutMs: number
      readonly headers?: Readonly<Record<string, string>>
      /** Shown to the callee where the network carries it. */
      readonly callerDisplayName?: string
      /** `{prefix}-{8 hex}` becomes the SIP Call-ID. */
      readonly sipCallIdPrefix?: string
      /** The workflow wants to hear of the INVITE itself: it may have waited long for a channel. */
      readonly tellsDialling?: boolean
      /** The callee is a phone of ours (an agent's softphone by its extension), never somebody at a carrier. */
      readonly via?: 'phones'
      /** false: this leg has no recording of its own. */
      readonly recorded?: false
    }

/** How a leg's sound came and went (RFC 3550). Reports of older gateways lack what may be undefined. */
export interface RtpQuality {
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly packetsSent: number
  readonly jitterMs: number
  /** Payload only. */
  readonly bytesReceived?: number
  readonly bytesSent?: number
  /** Packets that came after they had been given up; they count as lost to the ear. */
  readonly packetsLate?: number
  readonly packetsDuplicated?: number
  /** Datagrams that were not the peer's: of other senders or streams, not sealed by its key, or no RTP at all. */
  readonly packetsRefused?: number
  /** From us to the other side and back; null while it tells nothing (RTCP). */
  readonly roundTripMs?: number | null
  /** What the other side says of our stream: percent of all our packets, and its jitter. */
  readonly remoteLossPercent?: number | null
  readonly remoteJitterMs?: number | null
  /** Mean opinion score of what we heard, 1 to 4.5 (ITU-T G.107); null while nothing was heard. */
  readonly mos?: number | null
  /** How the sound was encrypted, e.g. AES_CM_128_HMAC_SHA1_80; null: in the clear. */
  readonly srtpSuite?: string | null
}

/** Result of `holdLeg`. Times are ISO 8601. */
export interface LegReport {
  readonly legId: LegId
  readonly outcome: LegOutcome
  /** Last SIP status that decided the outcome, e.g. 200, 486. */
  readonly sipCode: number | null
  readonly startedAt: string
  readonly answeredAt: string | null
  readonly endedAt: string
  readonly durationMs: number
  readonly codec: Codec | null
  readonly quality: RtpQuality | null
  /** Path of the recording within the data folder, stereo: left the caller, right ours. */
  readonly recordingKey: string | null
  /** What was left out of the recording, ms since the answer; older gateways don't tell. */
  readonly recordingPauses?: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Wire latencies of our answers, one a turn. */
  readonly latencies: readonly { readonly utteranceId: string; readonly ms: number }[]
}

/** Signal `legEvent` from the gateway to the call's workflow. */
export type LegEvent =
  /** The INVITE is out; only where `tellsDialling`. */
  | { readonly type: 'dialling'; readonly legId: LegId; readonly sipCallId: string; readonly at: string }
  | { readonly type: 'ringing'; readonly legId: LegId }
  | {
      readonly type: 'answered'
      readonly legId: LegId
      readonly mediaSocketUrl: string
      readonly at: string
      /** Where the recording grows: known even if the gateway does not live to report it. */
      readonly recordingKey?: string
      /** Name of the gateway host that holds the leg: who dialled did not choose it. */
      readonly gatewayHost?: string
    }
  | { readonly type: 'digit'; readonly legId: LegId; readonly digit: string }
  | { readonly type: 'ended'; readonly legId: LegId }
  | TransferWish

/** A telephone of ours asks to put somebody else in its place (REFER, RFC 3515). It is told what comes of it by `tellTransfer`. */
export interface TransferWish {
  readonly type: 'transfer'
  readonly legId: LegId
  /** Of this leg. */
  readonly transferId: string
  /** Whom it shall be, as it was dialled; with `consult` it says nothing more. */
  readonly number: string
  /** Another call that the same telephone makes: whom it talks with there takes its place (Replaces, RFC 3891). */
  readonly consult?: { readonly legId: LegId; readonly callId: CallId }
}

/** Start input of the workflow `inboundCall`, given by the gateway that received the INVITE. */
export interface InboundCallInput {
  readonly callId: CallId
  readonly legId: LegId
  /** Name of the gateway host; its queues are `gateway-<host>` and `gateway-<host>-legs`. */
  readonly gatewayHost: string
  /** Number of the caller, national digits; empty when withheld. A foreign number has its country code. */
  readonly fromNumber: string
  readonly toNumber: string
  /** Who was called first, where the call was diverted to us; national digits. Absent where it was not. */
  readonly divertedFrom?: string
  readonly sipCallId: string
  readonly receivedAt: string
}

/** Start input of the workflow `agentCall`: somebody of ours dials a number by their own telephone. */
export interface AgentCallInput {
  readonly callId: CallId
  /** Of the telephone of ours; it rings until the other side answers. */
  readonly legId: LegId
  readonly gatewayHost: string
  /** The number of the telephone that calls, proved by its password. */
  readonly extension: string
  /** As it was dialled: digits, perhaps with a leading +. */
  readonly dialled: string
  readonly sipCallId: string
  readonly receivedAt: string
}

/** Input of `hangUpLeg` on the gateway's own queue. */
export interface HangUpLegInput {
  readonly legId: LegId
  /** SIP status for a leg that came in and still rings: why it is not answered; default 480. */
  readonly refusal?: number
  /** Let the queued speech finish first, at most this long; 0 hangs up at once. */
  readonly afterPlayoutMs: number
  /** Nobody could say goodbye: the gateway plays its own announcement first. */
  readonly announce?: 'apology'
}

/** A call that could not be served because Temporal was out of reach; kept on the gateway's disk until it is delivered. */
export interface MissedCall {
  readonly callId: CallId
  readonly fromNumber: string
  readonly toNumber: string
  readonly receivedAt: string
}
