/** Legs without SIP, media socket and Temporal, for benchmarks of their sound. */
import { join } from 'node:path'
import { makeLegId } from '../domain/ids.ts'
import { CallRecorder } from '../media-gateway/legs/call-recorder.ts'
import { LegMedia } from '../media-gateway/legs/leg-media.ts'
import type { VoiceDetectorFactory } from '../media-gateway/legs/voice-detector.ts'
import { RtpEndpoint } from '../media-gateway/rtp/index.ts'

const HOST = '127.0.0.1'
const NEVER_MS = 3_600_000

export interface BenchLeg {
  readonly media: LegMedia
  /** Where the caller's packets go; who sends there gets ours. */
  readonly rtpPort: number
}

export interface OpenLegsInput {
  readonly count: number
  /** For the recordings. */
  readonly folder: string
  readonly newVoiceDetector: VoiceDetectorFactory
  readonly tell: (text: string) => void
}

/** Answered legs with recording and one listener each. */
export function openLegs({
  count,
  folder,
  newVoiceDetector,
  tell,
}: OpenLegsInput): Promise<readonly BenchLeg[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const endpoint = await RtpEndpoint.open({ host: HOST })
      const legId = makeLegId(index.toString(16).padStart(12, '0'))
      const media = new LegMedia({
        legId,
        endpoint,
        // The callers are learned by what they send; nobody listens on the discard port until then.
        description: {
          codec: 'PCMU',
          telephoneEventType: 101,
          remote: { host: HOST, port: 9 },
          weSend: true,
          theySend: true,
        },
        voiceDetector: newVoiceDetector(),
        recorder: new CallRecorder(join(folder, `${legId}.rec`), 'PCMU', '00'.repeat(32), (error) =>
          tell(String(error)),
        ),
        noMedia: { atStartMs: NEVER_MS, laterMs: NEVER_MS },
        onNoMedia: () => tell('no media'),
        onDigit: () => {},
      })
      media.attach(undefined, { item: () => {}, ended: () => {} })
      return { media, rtpPort: endpoint.rtpPort }
    }),
  )
}
