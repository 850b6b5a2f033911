/** What legs need of the gateway they live on. */
import type { Logger } from 'pino'
import type { LegId } from '../../domain/ids.ts'
import type { Codec } from '../../domain/media-socket.ts'
import type { PortSource } from '../rtp/index.ts'
import type { SrtpPolicy } from '../sip/index.ts'
import type { OutboundRoute } from '../trunks/outbound-route.ts'
import type { CallNumbers } from '../trunks/trunks.ts'
import type { VoiceDetectorFactory } from './voice-detector.ts'
import type { WavRecorder } from './wav-recorder.ts'

export interface LegHost {
  /** Local address RTP is bound to. */
  readonly rtpHost: string
  /** Address written into SDP. */
  readonly publicHost: string
  readonly ports: PortSource
  /** Default: encrypted where the other side offers it. */
  readonly srtp?: SrtpPolicy
  readonly logger: Logger
  readonly noMedia: { readonly atStartMs: number; readonly laterMs: number }
  readonly newVoiceDetector: VoiceDetectorFactory
  readonly newRecorder: (legId: LegId, codec: Codec) => WavRecorder
  readonly recordingKey: (legId: LegId) => string
  /** The way out to a carrier or a phone. @throws UnresolvedTargetError, CallerNotAllowedError, TrunkBusyError */
  readonly route: (numbers: CallNumbers) => Promise<OutboundRoute>
}
