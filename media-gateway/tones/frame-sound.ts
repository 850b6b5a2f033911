/** What 40 ms of a line are: silence, a tone of the network, or something else (mostly people). Pure. */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { energyOf, Goertzel } from './goertzel.ts'
import { pureTone } from './pure-tone.ts'

export type FrameSound =
  | { readonly kind: 'silence' }
  /** One frequency, or two from the list of the network's pairs. */
  | { readonly kind: 'tone'; readonly hz: readonly [number] | readonly [number, number] }
  | { readonly kind: 'other' }

const WINDOW = 2 * FRAME_SAMPLES
/** -46 dBFS: tones of a network are louder than -30 dBm0. */
const SILENT_ENERGY = 160 ** 2 * WINDOW
/** Share of the energy; neighbours 40 Hz apart add to each other's by up to a fifth. */
const MIN_PAIR_SHARE = 0.75
const MIN_PART_SHARE = 0.15
/** Line noise 20 dB below a tone leaves a hundredth. */
const MAX_REST = 0.02

/** Dial tone; ringing in Korea and North America; in Britain; busy and congestion in Korea and North America. */
const PAIRS: readonly (readonly [number, number])[] = [
  [350, 440],
  [440, 480],
  [400, 450],
  [480, 620],
]
const PROBES = new Map([...new Set(PAIRS.flat())].map((hz) => [hz, new Goertzel(hz)]))
const SAMPLE_RATE = 8_000
const SLOWER = 4
/** Below half of the slow rate by a good deal. */
const SLOW_LIMIT_HZ = 850

/** All pairs lie below this: only then are they looked for. */
const PAIR_LIMIT_HZ = 700

/** A tone is forgotten in some seconds. */
const FADING = 0.995

const SILENCE: FrameSound = { kind: 'silence' }
const OTHER: FrameSound = { kind: 'other' }

export class FrameListener {
  readonly #pcm = new Int16Array(WINDOW)
  /** Of the last tone: noise 13 dB below it is its pause. */
  #toneEnergy = 0

  /** @param frame 160 samples; what is told is of it and the one before. */
  push(frame: Int16Array): FrameSound {
    const pcm = this.#pcm
    pcm.copyWithin(0, FRAME_SAMPLES)
    pcm.set(frame, FRAME_SAMPLES)
    const total = energyOf(pcm, 0, WINDOW)
    this.#toneEnergy *= FADING
    if (total < Math.max(SILENT_ENERGY, this.#toneEnergy / 20)) return SILENCE
    const hz = tonesIn(pcm, total)
    if (hz === undefined) return OTHER
    this.#toneEnergy = total
    return { kind: 'tone', hz }
  }
}

function tonesIn(pcm: Int16Array, total: number): readonly [number] | readonly [number, number] | undefined {
  const rough = pureTone(pcm, WINDOW)
  if (rough === undefined) return undefined
  // Noise pulls the estimate towards 2 kHz, the more the further away it is: low tones are looked at more slowly.
  const single = rough.hz < SLOW_LIMIT_HZ ? slowTone(pcm) : rough
  if (single === undefined) return undefined
  if (single.rest < MAX_REST && !isBeating(pcm, single.hz)) return [single.hz]
  return single.hz < PAIR_LIMIT_HZ ? pairIn(pcm, total) : undefined
}

const slow = new Int16Array(WINDOW / SLOWER)

/** The same at a quarter of the rate. */
function slowTone(pcm: Int16Array) {
  for (let i = 0; i < slow.length; i++) {
    const at = i * SLOWER
    slow[i] = ((pcm[at] ?? 0) + (pcm[at + 1] ?? 0) + (pcm[at + 2] ?? 0) + (pcm[at + 3] ?? 0)) / SLOWER
  }
  return pureTone(slow, slow.length, SAMPLE_RATE / SLOWER)
}

/** Two low tones close together look like one whose loudness changes. */
function isBeating(pcm: Int16Array, hz: number): boolean {
  if (hz >= PAIR_LIMIT_HZ) return false
  const total = energyOf(pcm, 0, WINDOW)
  return new Goertzel(hz).energy(pcm, 0, WINDOW) < 0.9 * total
}

function pairIn(pcm: Int16Array, total: number): readonly [number, number] | undefined {
  let best: readonly [number, number] | undefined
  let bestEnergy = MIN_PAIR_SHARE * total
  const energies = new Map<number, number>()
  for (const [hz, probe] of PROBES) energies.set(hz, probe.energy(pcm, 0, WINDOW))
  for (const pair of PAIRS) {
    const [low, high] = pair.map((hz) => energies.get(hz) ?? 0) as [number, number]
    if (Math.min(low, high) < MIN_PART_SHARE * total || low + high <= bestEnergy) continue
    best = pair
    bestEnergy = low + high
  }
  return best
}
