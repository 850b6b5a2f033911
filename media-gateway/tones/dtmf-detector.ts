/**
 * Digits in the sound (ITU-T Q.23, received as Q.24 asks): for phones that negotiate no telephone-events. Pure.
 *
 * A block is a digit when two tones, one of each group, are nearly all that there is. Speech has harmonics in between,
 * so it is not taken for a key ("talk-off").
 */
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { energyOf, Goertzel } from './goertzel.ts'

const LOW_HZ = [697, 770, 852, 941]
const HIGH_HZ = [1_209, 1_336, 1_477, 1_633]
const KEYS = ['123A', '456B', '789C', '*0#D']

/** 20 ms, every 10: a digit of 40 ms, the shortest that counts, fills two blocks wherever it begins. */
const BLOCK = FRAME_SAMPLES
const HOP = BLOCK / 2
const MIN_BLOCKS = 2
/** Fewer unclear blocks belong to the digit: an interruption of 10 ms spoils two. */
const END_BLOCKS = 3
/** Of a tone: about -35 dBm0. */
const MIN_TONE_ENERGY = (400 ** 2 / 2) * BLOCK
/** Share of the energy that the two tones, at their true frequencies, must have; 15 dB of noise leave 0.97. */
const MIN_SHARE = 0.82
/** At the nominal frequencies it is less: a tone may be 1.5 % off. */
const MIN_NOMINAL_SHARE = 0.3
/** Beyond 3.5 % it must be refused. */
const MAX_OFFSET = 0.025
/**
 * The high group weaker, and the low group weaker, as power: 9 dB and 6 dB. A decibel more than what must be heard, for
 * a tone beside its frequency is measured a little too weak: a block here and there would be refused in mid-digit.
 */
const MAX_TWIST = 8
const MAX_REVERSE_TWIST = 4
/** Half a block's resolution: where the tone is looked for beside its nominal frequency. */
const BESIDE_HZ = 20

export interface DetectedDigit {
  readonly digit: string
  readonly durationMs: number
}

interface ToneProbe {
  readonly nominal: Goertzel
  readonly below: Goertzel
  readonly above: Goertzel
}

const probe = (hz: number): ToneProbe => ({
  nominal: new Goertzel(hz),
  below: new Goertzel(hz - BESIDE_HZ),
  above: new Goertzel(hz + BESIDE_HZ),
})
const LOW = LOW_HZ.map(probe)
const HIGH = HIGH_HZ.map(probe)

/** Reports each digit once, after its end. */
export class DtmfDetector {
  readonly #onDigit: (digit: DetectedDigit) => void
  /** The second half of the frame before, and the frame. */
  readonly #pcm = new Int16Array(HOP + FRAME_SAMPLES)
  #digit = ''
  #blocks = 0
  #others = 0

  constructor(onDigit: (digit: DetectedDigit) => void) {
    this.#onDigit = onDigit
  }

  /** A key is down now, as far as one can know. */
  get isKeyDown(): boolean {
    return this.#blocks >= MIN_BLOCKS
  }

  /** @param frame 160 samples. */
  push(frame: Int16Array): void {
    const pcm = this.#pcm
    pcm.copyWithin(0, FRAME_SAMPLES)
    pcm.set(frame, HOP)
    this.#block(keyIn(pcm, 0))
    this.#block(keyIn(pcm, HOP))
  }

  #block(digit: string): void {
    if (digit !== '' && digit === this.#digit) {
      this.#blocks += this.#others + 1
      this.#others = 0
      return
    }
    this.#others++
    // A single clear block of another key may be the seam between two digits dialled without a pause.
    if (this.#others < END_BLOCKS && this.#blocks >= MIN_BLOCKS) return
    if (this.#blocks >= MIN_BLOCKS)
      this.#onDigit({ digit: this.#digit, durationMs: ((this.#blocks + 1) * HOP) / SAMPLES_PER_MS })
    this.#digit = digit
    this.#blocks = digit === '' ? 0 : 1
    this.#others = 0
  }
}

/** The key that a block is, or ''. */
function keyIn(pcm: Int16Array, start: number): string {
  const total = energyOf(pcm, start, BLOCK)
  if (total < 2 * MIN_TONE_ENERGY) return ''
  const low = strongest(LOW, pcm, start)
  const high = strongest(HIGH, pcm, start)
  if (low.energy + high.energy < MIN_NOMINAL_SHARE * total) return ''
  const lowTone = trueTone(LOW[low.index] as ToneProbe, pcm, start, low.energy)
  const highTone = trueTone(HIGH[high.index] as ToneProbe, pcm, start, high.energy)
  if (Math.min(lowTone.energy, highTone.energy) < MIN_TONE_ENERGY) return ''
  if (lowTone.energy > MAX_TWIST * highTone.energy || highTone.energy > MAX_REVERSE_TWIST * lowTone.energy)
    return ''
  if (lowTone.energy + highTone.energy < MIN_SHARE * total) return ''
  if (lowTone.offset > MAX_OFFSET || highTone.offset > MAX_OFFSET) return ''
  return KEYS[low.index]?.[high.index] ?? ''
}

function strongest(probes: readonly ToneProbe[], pcm: Int16Array, start: number) {
  let best = { index: 0, energy: -1 }
  for (const [index, { nominal }] of probes.entries()) {
    const energy = nominal.energy(pcm, start, BLOCK)
    if (energy > best.energy) best = { index, energy }
  }
  return best
}

/** Where the tone really is: the top of the parabola through three looks at it. */
function trueTone(tone: ToneProbe, pcm: Int16Array, start: number, atNominal: number) {
  const below = Math.sqrt(tone.below.energy(pcm, start, BLOCK))
  const above = Math.sqrt(tone.above.energy(pcm, start, BLOCK))
  const middle = Math.sqrt(atNominal)
  const bend = below - 2 * middle + above
  const shift =
    bend >= 0 ? Math.sign(above - below) : Math.max(-1.5, Math.min(1.5, (below - above) / (2 * bend)))
  const top = middle - ((below - above) * shift) / 4
  const energy = bend >= 0 ? Math.max(below, above) ** 2 : top * top
  return { energy, offset: Math.abs(shift * BESIDE_HZ) / tone.nominal.hz }
}
