/** Is this one single tone, of whatever frequency? Pure. */

export interface PureTone {
  readonly hz: number
  /** Share of the energy that is not the tone, 0 to 1. */
  readonly rest: number
}

/**
 * A sine obeys x[n] + x[n-2] = 2 cos(w) x[n-1] exactly. The factor that fits best tells the frequency, and what is left
 * over how far it is from a single tone: a few thousandths through G.711, more than a tenth for voices and chords.
 * Frequencies a quarter of the sample rate away from 0 and from half of it are told best.
 * @returns undefined for silence.
 */
export function pureTone(pcm: Int16Array, length: number, sampleRate = 8_000): PureTone | undefined {
  let product = 0
  let middle = 0
  let outer = 0
  for (let i = 2; i < length; i++) {
    const sides = (pcm[i] as number) + (pcm[i - 2] as number)
    const between = pcm[i - 1] as number
    product += sides * between
    middle += between * between
    outer += sides * sides
  }
  if (middle < length) return undefined
  const factor = product / middle
  if (Math.abs(factor) >= 2) return undefined
  // Measured against the tone's own energy: near 2 kHz both sides cancel each other, and their sum is small by itself.
  const rest = Math.max(0, outer - factor * product) / (4 * middle)
  return { hz: (Math.acos(factor / 2) * sampleRate) / (2 * Math.PI), rest }
}
