/** Several voices into one: the sum of their samples, held within 16 bits. Pure. */
import { type Codec, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711, encodeG711, transcodeG711 } from '../rtp/index.ts'
import type { Sound } from './frame-line.ts'

const MAX_SAMPLE = 32_767
const MIN_SAMPLE = -32_768

/** Adds 160 samples to `sum`; what does not fit is cut at the limit, not wrapped round. */
export function addSaturating(sum: Int16Array, samples: Int16Array): void {
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const value = (sum[i] as number) + (samples[i] as number)
    sum[i] = value > MAX_SAMPLE ? MAX_SAMPLE : value < MIN_SAMPLE ? MIN_SAMPLE : value
  }
}

/**
 * One frame in the listener's codec. A single voice in that codec passes through untouched, in the other law it is
 * translated; only two or more are decoded, added and encoded.
 * @param pcm samples that are no telephone's (music, tones), 160 each.
 */
export function mixFor(
  codec: Codec,
  sounds: readonly Sound[],
  pcm: readonly Int16Array[] = [],
): Uint8Array | undefined {
  const [only] = sounds
  if (sounds.length + pcm.length === 0) return undefined
  if (only !== undefined && sounds.length + pcm.length === 1)
    return transcodeG711(only.codec, codec, only.frame)
  const sum = new Int16Array(FRAME_SAMPLES)
  for (const sound of sounds) addSaturating(sum, decodeG711(sound.codec, sound.frame))
  for (const samples of pcm) addSaturating(sum, samples)
  return encodeG711(codec, sum)
}
