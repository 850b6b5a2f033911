/**
 * Tones of the network and of machines, by frequency and cadence (ITU-T E.180, E.182 and its list of national tones,
 * T.30 for fax). Pure; each thing is told once while it goes on.
 */
import { FRAME_MS, type LineTone } from '../../domain/media-socket.ts'
import { FrameListener, type FrameSound } from './frame-sound.ts'

export interface DetectedTone {
  readonly tone: LineTone
  /** What was heard, rounded. */
  readonly hz: readonly number[]
}

interface Burst {
  hz: readonly number[]
  onMs: number
  /** Silence after it so far. */
  offMs: number
}

/** Two frequencies are the same tone. */
const SAME_SHARE = 0.025
/** A tone that is over: shorter holes are the line's. */
const GAP_MS = 60
/** Something else for this long is no edge of a tone: whatever was going on is over. */
const FOREIGN_MS = 80
/** More than any cadence has. */
const LONGEST_PAUSE_MS = 7_000
const KEPT_BURSTS = 4

const between = (value: number, min: number, max: number) => value >= min && value <= max
const near = (hz: number | undefined, wanted: number, share: number) =>
  hz !== undefined && Math.abs(hz - wanted) <= wanted * share
const isPair = ({ hz }: Burst, low: number, high: number) => hz[0] === low && hz[1] === high
const single = ({ hz }: Burst): number | undefined => (hz.length === 1 ? hz[0] : undefined)
/** The one low tone that most of the world uses for everything. */
const isPlain = (burst: Burst) => between(single(burst) ?? 0, 380, 500)

export class ToneDetector {
  readonly #onTone: (tone: DetectedTone) => void
  readonly #listener = new FrameListener()
  #bursts: Burst[] = []
  #current: Burst | undefined
  /** Frames that were no tone, while it is unclear whether they are a hole in one. */
  #holeMs = 0
  #otherMs = 0
  #told: LineTone | undefined
  #steadyMs = 0

  constructor(onTone: (tone: DetectedTone) => void) {
    this.#onTone = onTone
  }

  /** For how long the same tone has been on; 0: no tone, or not steady. */
  get steadyMs(): number {
    return this.#steadyMs
  }

  /** @param frame 160 samples. */
  push(frame: Int16Array): void {
    const sound = this.#listener.push(frame)
    this.#follow(sound)
    const current = this.#current
    this.#steadyMs = sound.kind === 'tone' && current !== undefined ? current.onMs : 0
    const tone =
      current === undefined || this.#holeMs > 0
        ? this.#inSilence(sound)
        : whileOn(current, this.#bursts.at(-1))
    if (tone !== undefined) this.#tell(tone)
  }

  #follow(sound: FrameSound): void {
    const current = this.#current
    if (sound.kind === 'tone') {
      if (current !== undefined && isSame(current.hz, sound.hz)) {
        // The first frames still have the end of what was before in them.
        if (current.onMs <= 2 * FRAME_MS) current.hz = sound.hz
        current.onMs += this.#holeMs + FRAME_MS
      } else {
        if (current !== undefined) this.#end(current)
        this.#current = { hz: sound.hz, onMs: FRAME_MS, offMs: 0 }
      }
      this.#holeMs = 0
      return
    }
    if (current === undefined) {
      this.#pass(sound, FRAME_MS)
      return
    }
    this.#holeMs += FRAME_MS
    if (this.#holeMs < GAP_MS) return
    this.#end(current)
    this.#current = undefined
    this.#pass(sound, this.#holeMs)
    this.#holeMs = 0
  }

  #end(burst: Burst): void {
    // Where one tone becomes another, both look like one in between for a moment.
    if (burst.onMs > 2 * FRAME_MS) this.#bursts = [...this.#bursts.slice(1 - KEPT_BURSTS), burst]
  }

  /** Time without a tone. */
  #pass(sound: FrameSound, ms: number): void {
    this.#otherMs = sound.kind === 'other' ? this.#otherMs + FRAME_MS : 0
    const last = this.#bursts.at(-1)
    if (last !== undefined) last.offMs += ms
    if (this.#otherMs > FOREIGN_MS || (last?.offMs ?? 0) > LONGEST_PAUSE_MS) this.#forget()
  }

  #forget(): void {
    this.#bursts = []
    this.#told = undefined
  }

  /** What the bursts so far mean, now that the last one is over. */
  #inSilence(sound: FrameSound): DetectedTone | undefined {
    const last = this.#bursts.at(-1)
    if (last === undefined || this.#current !== undefined) return undefined
    const before = this.#bursts.at(-2)
    return (
      specialInformation(this.#bursts) ??
      (before === undefined ? undefined : busy(before, last)) ??
      (sound.kind === 'silence' ? machine(last) : undefined)
    )
  }

  #tell(tone: DetectedTone): void {
    if (this.#told === tone.tone) return
    this.#told = tone.tone
    this.#onTone({ tone: tone.tone, hz: tone.hz.map(Math.round) })
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((hz, at) => near(b[at], hz, SAME_SHARE))
}

/** Tones that are known while they last. */
function whileOn(burst: Burst, before: Burst | undefined): DetectedTone | undefined {
  const { hz, onMs } = burst
  if (isPair(burst, 440, 480) && onMs >= 700) return { tone: 'ringback', hz }
  if (isPair(burst, 400, 450) && onMs >= 340) return { tone: 'ringback', hz }
  if (isPair(burst, 350, 440) && onMs >= 1_500) return { tone: 'dial', hz }
  if (isPlain(burst) && onMs >= 3_000) return { tone: 'dial', hz }
  if (near(single(burst), 2_100, 0.012) && onMs >= 800) return { tone: 'fax_answer', hz }
  // A tone that repeats with pauses of a second or more.
  if (before !== undefined && isPlain(burst) && isSame(before.hz, hz) && isRinging(before))
    return { tone: 'ringback', hz }
  return undefined
}

const isRinging = ({ onMs, offMs }: Burst) => between(onMs, 300, 2_300) && offMs >= 1_400

/** Two bursts alike with a pause like them. */
function busy(before: Burst, last: Burst): DetectedTone | undefined {
  if (!isPair(last, 480, 620) && !isPlain(last)) return undefined
  const pauseMs = before.offMs
  const isCadence =
    isSame(before.hz, last.hz) &&
    between(last.onMs, 120, 900) &&
    between(before.onMs / last.onMs, 0.7, 1.4) &&
    between(pauseMs / last.onMs, 0.45, 1.6)
  if (!isCadence) return undefined
  return { tone: before.onMs + pauseMs < 700 ? 'congestion' : 'busy', hz: last.hz }
}

/** ITU-T E.180 section 7.3: 950, 1400 and 1800 Hz, each 330 ms; North America has variants of each. */
function specialInformation(bursts: readonly Burst[]): DetectedTone | undefined {
  const [first, second, third] = bursts.slice(-3)
  if (first === undefined || second === undefined || third === undefined) return undefined
  const rising =
    near(single(first), 950, 0.06) && near(single(second), 1_400, 0.04) && near(single(third), 1_790, 0.03)
  const hasShape =
    [first, second, third].every(({ onMs }) => between(onMs, 120, 500)) &&
    first.offMs <= 140 &&
    second.offMs <= 140
  return rising && hasShape
    ? { tone: 'special_information', hz: [first, second, third].flatMap(({ hz }) => hz) }
    : undefined
}

/** Single bursts that are over: the calling tone of a fax (T.30: 1100 Hz, 0.5 s), or a beep. */
function machine(burst: Burst): DetectedTone | undefined {
  const hz = single(burst)
  if (hz === undefined || burst.offMs < 100 || near(hz, 2_100, 0.012)) return undefined
  if (near(hz, 1_100, 0.035) && between(burst.onMs, 400, 640)) return { tone: 'fax_calling', hz: [hz] }
  return between(hz, 500, 2_700) && between(burst.onMs, 100, 2_500) ? { tone: 'beep', hz: [hz] } : undefined
}
