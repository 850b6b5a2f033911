/**
 * The media socket: how a dialogue worker listens to and speaks on one leg of a gateway.
 *
 * WebSocket `ws://<gateway>/legs/<legId>?cursor=<samples>` with `Authorization: Bearer <token>`
 * (`mediaSocketToken` of domain/media-socket-token.ts). `LegEvent.mediaSocketUrl` is the address without the query.
 * Text frames are the JSON messages below, binary frames are audio.
 *
 * Time on a leg is counted in samples at 8 kHz since the call was answered ("cursor"); the gateway
 * fills lost packets with silence, so a cursor is also the caller's clock. The gateway keeps the last
 * 30 s of the caller's audio: who attaches with a cursor gets everything since then, faster than real
 * time, with the voice-activity messages in between where they happened, and then the live stream.
 *
 * Audio is in the leg's own codec (`attached.codec`), 160 bytes = 20 ms, never transcoded.
 */
import type { LegId } from './ids.ts'
import type { TalkLanguage } from './talk-language.ts'

export const SAMPLES_PER_MS = 8
export const FRAME_SAMPLES = 160
export const FRAME_MS = 20
export const RING_BUFFER_MS = 30_000
/** Silence between two sentences of ours that follow each other at once: a breath. Whole frames. */
export const SENTENCE_PAUSE_MS = 240

export type Codec = 'PCMU' | 'PCMA'

/** State of one sentence in the playout queue. */
export interface SentenceState {
  readonly index: number
  readonly text: string
  /** `open`: audio is still being appended. */
  readonly state: 'open' | 'queued' | 'playing' | 'played' | 'interrupted'
  /** Audio received so far, ms. */
  readonly totalMs: number
  /** Audio sent to the caller so far, ms. */
  readonly playedMs: number
}

/** One answer of ours: all its sentences. `complete`: `utterance.end` was received. */
export interface UtteranceState {
  readonly utteranceId: string
  readonly complete: boolean
  readonly sentences: readonly SentenceState[]
}

/** What is heard on a line beside people. `beep`: an answering machine records now. */
export type LineTone =
  | 'beep'
  | 'dial'
  | 'ringback'
  | 'busy'
  | 'congestion'
  | 'special_information'
  | 'fax_calling'
  | 'fax_answer'

/** Gateway -> worker. */
export type GatewayMessage =
  | {
      readonly type: 'attached'
      readonly legId: LegId
      readonly codec: Codec
      /** Where replay begins: the wanted cursor, or the oldest one still kept. */
      readonly cursor: number
      /** The caller's live edge at this moment. */
      readonly liveCursor: number
      /** Utterances of the last two minutes: what a predecessor has already queued and said. */
      readonly utterances: readonly UtteranceState[]
    }
  /** The caller began to speak at `cursor` (already corrected for the detector's window). */
  | { readonly type: 'speech.start'; readonly cursor: number }
  /** The caller's voice was last heard at `cursor`. */
  | { readonly type: 'speech.end'; readonly cursor: number }
  | {
      readonly type: 'mark'
      readonly utteranceId: string
      readonly sentence: number
      readonly event: 'started' | 'finished' | 'interrupted'
      readonly playedMs: number
      readonly cursor: number
    }
  /** All sentences of a completed utterance were played or interrupted. */
  | {
      readonly type: 'utterance.done'
      readonly utteranceId: string
      readonly interrupted: boolean
      readonly cursor: number
    }
  /** The caller spoke over us and the gateway has stopped the playout by itself. */
  | {
      readonly type: 'bargein'
      readonly utteranceId: string
      readonly sentence: number
      /** How much of that sentence was heard, ms. */
      readonly playedMs: number
      readonly cursor: number
    }
  | { readonly type: 'digit'; readonly digit: string; readonly durationMs: number; readonly cursor: number }
  /** A machine or the network, told once while it goes on; `hz` is what was heard. */
  | {
      readonly type: 'tone'
      readonly tone: LineTone
      readonly hz: readonly number[]
      readonly cursor: number
    }
  /** First answer packet on the wire after the caller's last voice. */
  | {
      readonly type: 'latency'
      readonly utteranceId: string
      readonly lastVoiceCursor: number
      readonly firstPacketCursor: number
      readonly ms: number
    }
  /**
   * How loud both sides are, dBFS (-96: silence) over the time since the last one; only for who asked for it by `levels`.
   * It is not replayed.
   */
  | { readonly type: 'level'; readonly cursor: number; readonly theirs: number; readonly ours: number }
  /** The leg is over; the socket closes. */
  | { readonly type: 'ended'; readonly cursor: number }
  | { readonly type: 'error'; readonly code: MediaSocketErrorCode; readonly message: string }

export type MediaSocketErrorCode =
  | 'unauthorized'
  | 'unknown_leg'
  | 'leg_ended'
  | 'bad_message'
  | 'queue_full'
  /** Another worker has begun to speak on this leg: what this socket says is no longer followed. */
  | 'superseded'

/**
 * What goes over a socket opened with `?as=party`: a conference on another host takes part in the leg. Binary frames are 160
 * bytes in the leg's codec, both ways, without a header, as they are spoken.
 */
export type PartyMessage =
  /** First, from the leg's host. */
  | { readonly type: 'joined'; readonly legId: LegId; readonly codec: Codec }
  | { readonly type: 'digit'; readonly digit: string; readonly durationMs: number }
  /** From the leg's host: their phone holds us, or does not any more. */
  | { readonly type: 'away'; readonly isAway: boolean }
  /** To the leg's host: the conference ends for everybody. */
  | { readonly type: 'hang_up' }
  /** From the leg's host: the leg is over; the socket closes. */
  | { readonly type: 'ended' }

/** Close codes that follow an `error`; 1000 follows `ended`. */
export const MEDIA_SOCKET_CLOSE = {
  unknownLeg: 4404,
  legEnded: 4410,
  tooSlow: 4429,
  /** Of a party: the leg takes part in something else now. */
  dismissed: 4409,
} as const

/** Worker -> gateway. */
export type WorkerMessage =
  /**
   * Opens sentence `sentence` of an utterance; binary frames that follow are its audio until
   * `sentence.end`. A sentence that the gateway already has complete is ignored, audio included; one
   * that is still `open` (its worker was lost) goes on after the `totalMs` it has: nothing is dropped.
   */
  | {
      readonly type: 'sentence.start'
      readonly utteranceId: string
      readonly sentence: number
      readonly text: string
      /** The caller's voice does not stop the playout before this sentence was said (a disclosure). */
      readonly mustBeHeard?: boolean
    }
  | { readonly type: 'sentence.end'; readonly utteranceId: string; readonly sentence: number }
  | { readonly type: 'utterance.end'; readonly utteranceId: string }
  /**
   * This worker takes a turn, and has done so. Where nobody takes one for too long, or who has taken one is gone, the
   * gateway asks the caller by itself to wait, in this language.
   */
  | { readonly type: 'turn.start'; readonly language: TalkLanguage }
  | { readonly type: 'turn.end' }
  /**
   * How to listen from now on, whoever speaks: `bargeInMs` (100 to 2000) of the caller's voice stop the playout, and
   * what is quieter than `minVoiceDbfs` (-60 to -20) is no voice. What is left out becomes the default again.
   */
  | { readonly type: 'listen'; readonly bargeInMs?: number; readonly minVoiceDbfs?: number }
  /** Leave both sides out of the recording until `recording.resume` (a card number is told). */
  | { readonly type: 'recording.pause' }
  | { readonly type: 'recording.resume' }
  /** Stop playing and drop what is queued; of one utterance or of all. */
  | { readonly type: 'clear'; readonly utteranceId?: string }
  /** Nothing more is played until `resume`, a `clear` of everything, or the speaker's end; what is queued stays. */
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Tell `level` every so often, ms (100 to 10,000); 0: no more. Whoever listens may ask, also who does not speak. */
  | { readonly type: 'levels'; readonly everyMs: number }

/** Bytes before the audio of a binary frame from the gateway: cursor of its first sample, float64 big-endian. */
export const AUDIO_HEADER_BYTES = 8
