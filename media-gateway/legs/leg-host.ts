/** What legs need of the gateway they live on. */
import type { Logger } from 'pino'
import type { CallId, LegId } from '../../domain/ids.ts'
import type { Codec } from '../../domain/media-socket.ts'
import type { SrtpPolicy } from '../sip/index.ts'
import type { OutboundRoute } from '../trunks/outbound-route.ts'
import type { CallNumbers } from '../trunks/trunks.ts'
import type { CallRecorder } from './call-recorder.ts'
import type { LegMedia } from './leg-media.ts'
import type { MediaSession } from './media-session.ts'
import type { PersonJudge } from './person/person-judge.ts'
import type { VoiceDetectorFactory } from './voice-detector.ts'
import type { WaitingSounds } from './waiting-words.ts'

export interface MediaPeer {
  readonly srtp?: SrtpPolicy | undefined
  /** Our address as they see it. */
  readonly publicHost?: string
}

/** What legs tell of themselves, so that their packets can be kept. */
export interface LegCaptures {
  began(leg: CapturedLeg, media: LegMedia): void
  /** Resolves when its file is whole. */
  ended(leg: CapturedLeg): Promise<void>
}

export interface CapturedLeg {
  readonly legId: LegId
  readonly callId: CallId
}

export interface LegHost {
  /**
   * Ports for one leg: for plain RTP, or for a browser where the offer, or who is dialled, is one.
   * @param peer what the carrier whose call it is wants, and how it sees us; default: as the host has it.
   * @throws NoPortError
   */
  readonly openMedia: (offer: string | 'browser' | null, peer?: MediaPeer) => Promise<MediaSession>
  readonly logger: Logger
  readonly noMedia: { readonly atStartMs: number; readonly laterMs: number }
  readonly newVoiceDetector: VoiceDetectorFactory
  /** Asked about who breaks in; undefined: nobody is. */
  readonly newPersonJudge?: (() => PersonJudge) | undefined
  readonly newRecorder: (legId: LegId, codec: Codec) => CallRecorder
  readonly recordingKey: (legId: LegId) => string
  /** The way out to a carrier or a phone. @throws UnresolvedTargetError, CallerNotAllowedError, TrunkBusyError */
  readonly route: (numbers: CallNumbers) => Promise<OutboundRoute>
  /** What is said to who waits for a dialogue worker. */
  readonly waitingSounds?: WaitingSounds
  /** Keeps the packets of calls for which somebody has asked for it. */
  readonly captures?: LegCaptures
  /** Keeps the SIP messages of each leg. */
  readonly messages?: {
    follow(leg: { readonly legId: LegId; readonly callId: CallId }, sipCallId: string): void
    ended(legId: LegId): void
  }
}
