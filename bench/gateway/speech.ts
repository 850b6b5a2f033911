/** Sound that a voice detector takes for speech: a buzz of a voice's pitch in syllables, in mu-law frames of 20 ms. */
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'

const HARMONICS = 8

/** @param pauseMs of silence behind it. */
export function speechFrames(speechMs: number, pauseMs: number, pitchHz: number): Uint8Array[] {
  const samples = Int16Array.from({ length: (speechMs + pauseMs) * SAMPLES_PER_MS }, (_, at) => {
    if (at >= speechMs * SAMPLES_PER_MS) return 0
    const seconds = at / 8_000
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds))
    let sum = 0
    for (let n = 1; n <= HARMONICS; n++) sum += Math.sin(2 * Math.PI * pitchHz * n * seconds) / n
    return Math.round(6_000 * syllable * sum)
  })
  const bytes = encodeG711('PCMU', samples)
  return Array.from({ length: bytes.length / FRAME_SAMPLES }, (_, frame) =>
    bytes.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES),
  )
}
