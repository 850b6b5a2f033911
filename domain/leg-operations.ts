/** Short operations on legs, as activities on the queue of the gateway that holds them (`gatewayQueue`). */
import type { LegId } from './ids.ts'

/**
 * How one takes part in a conversation:
 * - `party` hears and is heard by all;
 * - `coach` hears all parties and is heard only by those in `coaches` (a supervisor who whispers);
 * - `listener` hears all parties and is heard by nobody.
 */
type ConferenceRole = 'party' | 'coach' | 'listener'

export interface ConferenceMember {
  readonly legId: LegId
  readonly role: ConferenceRole
  /** Who hears a coach; for other roles it means nothing. */
  readonly coaches?: readonly LegId[]
  /** Where the leg is found when another gateway holds it (`LegEvent.mediaSocketUrl`). Absent: it is on this one. */
  readonly mediaSocketUrl?: string
}

/**
 * Input of `setConference`: who talks with whom from now on. It names everybody, so that doing it twice is harmless; who
 * is not named any more is free. Two parties are a bridge, three the talk of a warm transfer.
 */
export interface SetConferenceInput {
  /** e.g. the id of the call. A leg is in one conference: being named in another takes it there. */
  readonly conferenceId: string
  /** Grows with each change; what is older than the last one is ignored (a late attempt). */
  readonly revision: number
  /** None: the conference is over. */
  readonly members: readonly ConferenceMember[]
  /** What becomes of the others when a party's leg ends: they are hung up too, or they stay, for what comes next. */
  readonly whenPartyEnds: 'hang_up_others' | 'free_others'
}

/** Result of `setConference`. */
export interface ConferenceState {
  readonly conferenceId: string
  readonly revision: number
  /** Members that are there now. */
  readonly members: readonly LegId[]
}

/** Input of `setLegAudio`; what is absent stays as it is. */
export interface SetLegAudioInput {
  readonly legId: LegId
  /** What they hear while they are held; null: not held. A held leg is not heard by the others either. */
  readonly hold?: 'music' | 'silence' | null
  /** The others in the conference do not hear this leg; the recording and the dialogue still do. */
  readonly muted?: boolean
  /** A person talks instead of us, for good: what we say is dropped, also what is still to come. */
  readonly silencesUs?: true
}

/** Input of `setRecording`: whether both sides are recorded from now on, e.g. not while a card number is told. */
export interface SetRecordingInput {
  readonly legId: LegId
  readonly paused: boolean
}

/** A time that is left out of a recording, ms since the answer; `toMs` is null while it lasts. */
export interface RecordingPause {
  readonly fromMs: number
  readonly toMs: number | null
}

/** Result of `setRecording`. */
export interface RecordingState {
  /** All pauses of this recording so far, in their order. */
  readonly pauses: readonly RecordingPause[]
}

/** Input of `playAudio`: a file of the gateway's folder of announcements. */
export interface PlayAudioInput {
  readonly legId: LegId
  /** Known to the leg: playing it again under the same id plays nothing. */
  readonly utteranceId: string
  /** Name without a path: `.wav` (16-bit, 8 kHz, mono) or `.mulaw`. */
  readonly file: string
  /** Nobody may cut it short by speaking. */
  readonly mustBeHeard?: boolean
}

export interface PlayAudioResult {
  /** `leg_ended`: the leg was over before. */
  readonly outcome: 'played' | 'interrupted' | 'leg_ended'
}

/** Input of `gatherDigits`. */
export interface GatherDigitsInput {
  readonly legId: LegId
  /** The same for all attempts: a later one goes on with what the first has gathered. */
  readonly gatherId: string
  /** Done at so many; 1 to 32. */
  readonly maxDigits: number
  /** Keys that end it and are no digit of it, e.g. `#`; default none. */
  readonly terminators?: string
  /** Until the first digit; default 10,000 ms. */
  readonly firstDigitMs?: number
  /** From one digit to the next; default 4,000 ms. */
  readonly interDigitMs?: number
  /** The first digit stops what we are saying; default true. */
  readonly interrupts?: boolean
}

export interface GatherDigitsResult {
  readonly digits: string
  /** `first_digit_timeout`: nothing was dialled. */
  readonly reason: 'max_digits' | 'terminator' | 'first_digit_timeout' | 'inter_digit_timeout' | 'leg_ended'
  readonly terminator?: string
}

/** Input of `sendLegDigits`: what we dial on the line, e.g. through a menu. */
export interface SendLegDigitsInput {
  readonly legId: LegId
  readonly digits: string
}

/** Input of `tellTransfer`: what comes of a transfer that the telephone on that leg has asked for. */
export interface TellTransferInput {
  readonly legId: LegId
  readonly transferId: string
  /** SIP status of the new call; 200 and above are the last. */
  readonly sipCode: number
}

/** Input of `attachBot`: a bot that speaks Twilio Media Streams talks with the leg; see docs/media-streams.md. */
export interface AttachBotInput {
  readonly legId: LegId
  /** The same for all attempts: a later one joins the stream of the first. */
  readonly streamId: string
  /** `wss://…`, or `ws://…` within one machine or a private network. */
  readonly url: string
  /** What the bot finds in `start`. */
  readonly customParameters?: Readonly<Record<string, string>>
}

/** Result of `attachBot`, when they have parted. */
export interface AttachBotResult {
  /** `detached`: by cancellation, or because the leg was taken into a conference. */
  readonly outcome: 'bot_left' | 'leg_ended' | 'detached'
  readonly durationMs: number
}
