/** Digits as tones in the audio (ITU-T Q.23), for phones that take no telephone-events. */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'

const SAMPLE_RATE = 8_000
const LOW_HZ = [697, 770, 852, 941]
const HIGH_HZ = [1_209, 1_336, 1_477, 1_633]
const KEYS = ['123A', '456B', '789C', '*0#D']
/** Of each tone: about -9 dBm0 together. */
const AMPLITUDE = 5_000

/**
 * @param durationMs of the tone, at least 60; 60 ms of silence follow it.
 * @returns whole frames; none for what is no key.
 */
export function digitFrames(digit: string, durationMs: number): Int16Array[] {
  const row = KEYS.findIndex((keys) => keys.includes(digit.toUpperCase()))
  const low = LOW_HZ[row]
  const high = HIGH_HZ[KEYS[row]?.indexOf(digit.toUpperCase()) ?? -1]
  if (low === undefined || high === undefined) return []
  const toneFrames = Math.max(3, Math.round(durationMs / 20))
  return Array.from({ length: toneFrames + 3 }, (_, frame) =>
    Int16Array.from({ length: FRAME_SAMPLES }, (_, i) => {
      if (frame >= toneFrames) return 0
      const seconds = (frame * FRAME_SAMPLES + i) / SAMPLE_RATE
      const wave = Math.sin(2 * Math.PI * low * seconds) + Math.sin(2 * Math.PI * high * seconds)
      return Math.round(AMPLITUDE * wave)
    }),
  )
}
