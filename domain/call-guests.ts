/** People of ours who join a live call from its page: a supervisor who listens in or whispers, an agent who takes it over. */
import type { CallId, LegId } from './ids.ts'

/**
 * - `listen` hears caller and AI, and is heard by nobody;
 * - `whisper` hears all and is heard by the person who talks with the caller;
 * - `talk` has taken the call over: the AI is silent from then on.
 */
export const GUEST_MODES = ['listen', 'whisper', 'talk'] as const
export type GuestMode = (typeof GUEST_MODES)[number]

/** Somebody at a telephone of ours. */
export interface Guest {
  /** null: a telephone of nobody in particular, or somebody outside to whom the call was transferred. */
  readonly personId: string | null
  /** As the others see them; of somebody outside the masked number. */
  readonly personName: string
  readonly mode: GuestMode
}

/** Update `joinCall`: their telephone rings, and who answers it is in the call. */
export interface JoinCallInput extends Guest {
  readonly personId: string
  /** The number of their softphone … */
  readonly extension: string
  /** … and the gateway at which it is registered. */
  readonly gatewayHost: string
}

/** Update `setCallRecording`. */
export interface SetCallRecordingInput {
  readonly paused: boolean
  readonly personName: string
}

/** Why a wish is refused; the page says it in the reader's language. */
export type CallRefusalCode =
  | 'not_live'
  /** Their telephone rings or is in the call already. */
  | 'already_there'
  | 'not_there'
  /** Another person has taken it over. */
  | 'somebody_talks'
  /** Nobody to whisper to. */
  | 'nobody_talks'

/** A guest as the record keeps them: who was in a call, when, and how. */
export interface GuestRecord extends Guest {
  readonly callId: CallId
  readonly legId: LegId
  /** ISO 8601; null: not, or not yet. */
  readonly askedAt: string
  readonly joinedAt: string | null
  readonly leftAt: string | null
}
