/** What legs need of the gateway they live on. */
import type { Logger } from 'pino'
import type { CallId, LegId } from '../../domain/ids.ts'
import type { Codec } from '../../domain/media-socket.ts'
import type { SrtpPolicy } from '../sip/index.ts'
import type { OutboundRoute } from '../trunks/outbound-route.ts'
import type { CallNumbers } from '../trunks/trunks.ts'
import type { CallRecorder } from './call-recorder.ts'
import type { MediaSession } from './media-session.ts'
import type { VoiceDetectorFactory } from './voice-detector.ts'

export interface LegHost {
  /**
   * Ports for one leg: for plain RTP, or for a browser where the offer, or who is dialled, is one.
   * @param srtp of the carrier whose call it is; default: the host's.
   * @throws NoPortError
   */
  readonly openMedia: (offer: string | 'browser' | null, srtp?: SrtpPolicy) => Promise<MediaSession>
  readonly logger: Logger
  readonly noMedia: { readonly atStartMs: number; readonly laterMs: number }
  readonly newVoiceDetector: VoiceDetectorFactory
  readonly newRecorder: (legId: LegId, codec: Codec) => CallRecorder
  readonly recordingKey: (legId: LegId) => string
  /** The way out to a carrier or a phone. @throws UnresolvedTargetError, CallerNotAllowedError, TrunkBusyError */
  readonly route: (numbers: CallNumbers) => Promise<OutboundRoute>
  /** Keeps the SIP messages of each leg. */
  readonly messages?: {
    follow(leg: { readonly legId: LegId; readonly callId: CallId }, sipCallId: string): void
    ended(legId: LegId): void
  }
}
