/**
 * Sound in the place of lost packets, in the manner of ITU-T G.711 appendix I: the pitch period before the gap goes on,
 * and fades. Unlike there, what comes after the gap is known already, since a gap waits for overtaken packets: it is
 * continued backwards, and both meet in the middle. What was received stays as it is, byte for byte. Pure.
 */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'

/** Pitch from 200 down to 66 Hz. */
const MIN_LAG = 40
const MAX_LAG = 120
const COMPARED = 160
/** What the search looks at: 35 ms. */
export const CONCEALMENT_CONTEXT = MAX_LAG + COMPARED
/** Goes on in full for 10 ms, then loses a fifth each 10 ms; silence after 60. */
const FULL = 10 * SAMPLES_PER_MS
const SILENT = 60 * SAMPLES_PER_MS

/**
 * @param before up to `CONCEALMENT_CONTEXT` samples that came before the gap.
 * @param after the first samples after it; may be short or empty.
 */
export function conceal(before: Int16Array, after: Int16Array, samples: number): Int16Array {
  const forwards = continued(before, samples)
  const backwards = continued(after.toReversed(), samples).reverse()
  const hasAfter = after.length >= MIN_LAG
  for (let i = 0; i < samples; i++) {
    const share = hasAfter ? (i + 0.5) / samples : 0
    forwards[i] = Math.round((forwards[i] as number) * (1 - share) + (backwards[i] as number) * share)
  }
  return forwards
}

function continued(before: Int16Array, samples: number): Int16Array {
  const sound = new Int16Array(samples)
  if (before.length < MIN_LAG) return sound
  const lag = pitchLag(before)
  const start = before.length - lag
  for (let i = 0; i < Math.min(samples, SILENT); i++) {
    const gain = i < FULL ? 1 : 1 - (i - FULL) / (SILENT - FULL)
    sound[i] = Math.round((before[start + (i % lag)] as number) * gain)
  }
  return sound
}

/** The shift at which the end is most like what came before it. */
function pitchLag(sound: Int16Array): number {
  const compared = Math.min(COMPARED, sound.length - MAX_LAG)
  if (compared < MIN_LAG) return Math.min(sound.length, MIN_LAG * 2)
  const end = sound.length - compared
  let best = MAX_LAG
  let bestLikeness = Number.NEGATIVE_INFINITY
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    let product = 0
    let energy = 1
    for (let i = end; i < sound.length; i++) {
      const earlier = sound[i - lag] as number
      product += earlier * (sound[i] as number)
      energy += earlier * earlier
    }
    const likeness = product / Math.sqrt(energy)
    if (likeness <= bestLikeness) continue
    bestLikeness = likeness
    best = lag
  }
  return best
}
