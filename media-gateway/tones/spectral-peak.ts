/** The strongest frequency of a piece of sound below 1.9 kHz, to a few Hz. Pure. */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'

/** Two frames at half the rate, filled up to a power of two. */
const WINDOW = FRAME_SAMPLES
const SIZE = 256
const RATE = 4_000
/** Below it there is hum, above it the filter of the half rate. */
const FIRST_BIN = Math.ceil((150 * SIZE) / RATE)
const LAST_BIN = Math.floor((1_900 * SIZE) / RATE)

const HANN = Float64Array.from(
  { length: WINDOW },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW),
)
const COSINES = Float64Array.from({ length: SIZE / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / SIZE))
const SINES = Float64Array.from({ length: SIZE / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / SIZE))
const REVERSED = Uint8Array.from({ length: SIZE }, (_, i) =>
  Number.parseInt(i.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
)
// Shared by all callers: one thread, one look at a time.
const real = new Float64Array(SIZE)
const imaginary = new Float64Array(SIZE)

export interface SpectralPeak {
  /** 0 for silence. */
  hz: number
  /** How far it stands out: its power in shares of the average. Noise stays below 12, tones and vowels reach 20 to 40. */
  prominence: number
}

/** @param pcm 320 samples at 8 kHz. @param peak gets what was found: nothing is allocated. */
export function findPeak(pcm: Int16Array, peak: SpectralPeak): void {
  real.fill(0)
  imaginary.fill(0)
  for (let i = 0; i < WINDOW; i++)
    real[REVERSED[i] as number] = ((pcm[2 * i] as number) + (pcm[2 * i + 1] as number)) * (HANN[i] as number)
  transform()
  let best = 0
  let bestPower = 0
  let sum = 0
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
    const power = powerAt(bin)
    sum += power
    if (power <= bestPower) continue
    best = bin
    bestPower = power
  }
  peak.hz = 0
  peak.prominence = 0
  if (best === 0) return
  // The top of a parabola through the logarithms of three bins: exact to 1 Hz for a single tone.
  const below = Math.log(powerAt(best - 1) + 1)
  const top = Math.log(bestPower + 1)
  const above = Math.log(powerAt(best + 1) + 1)
  const bend = below - 2 * top + above
  peak.hz = ((best + (bend === 0 ? 0 : (below - above) / (2 * bend))) * RATE) / SIZE
  peak.prominence = (bestPower / sum) * (LAST_BIN - FIRST_BIN + 1)
}

const powerAt = (bin: number): number => (real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2

/** Radix 2, in place, input in bit-reversed order. */
function transform(): void {
  for (let length = 2; length <= SIZE; length *= 2) {
    const half = length / 2
    const step = SIZE / length
    for (let start = 0; start < SIZE; start += length)
      for (let k = 0; k < half; k++) {
        const a = start + k
        const b = a + half
        const cosine = COSINES[k * step] as number
        const sine = SINES[k * step] as number
        const re = (real[b] as number) * cosine - (imaginary[b] as number) * sine
        const im = (real[b] as number) * sine + (imaginary[b] as number) * cosine
        real[b] = (real[a] as number) - re
        imaginary[b] = (imaginary[a] as number) - im
        real[a] = (real[a] as number) + re
        imaginary[a] = (imaginary[a] as number) + im
      }
  }
}
