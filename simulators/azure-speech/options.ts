/** How the speech stand-in behaves: its latencies are those of a good day of the real service. */
import type { FaultRegistry } from '../faults.ts'
import type { SpeechOptions } from './modem/encode.ts'

export interface AzureSpeechOptions {
  readonly faults: Pick<FaultRegistry, 'take'>
  /** Silence that ends a phrase where the client names none; default 650. */
  readonly segmentationSilenceMs?: number
  /** Silence reported as such where the client names none; default 5000 (single shot), 15000 (continuous). */
  readonly initialSilenceMs?: number
  /** From hearing to telling of a hypothesis; default 60. */
  readonly hypothesisDelayMs?: number
  /** From the end of a phrase to its final text; default 250. */
  readonly finalDelayMs?: number
  /** From the request to the first audio of the voice; default 60. */
  readonly firstByteMs?: number
  /** How many times faster than real time audio is sent; default 10. */
  readonly synthesisSpeed?: number
  readonly voice?: SpeechOptions
  /** Told of everything heard and said, e.g. for a log. Contains personal data. */
  readonly onTranscript?: (event: { readonly kind: 'heard' | 'said'; readonly text: string }) => void
}
