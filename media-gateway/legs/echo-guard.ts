/**
 * Does what comes back sound like what we have said? Pure.
 *
 * An echo is our own sound, quieter, some time later, and always as much later. The delay is looked for only when
 * somebody seems to break in; once it has shown itself twice it is known for the rest of the call, and a look at that
 * one place tells echo from voice. Positions are counted in each stream, so jitter of the network does not matter.
 */
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'

/** Both streams are kept at 4 kHz. */
const HALF_FRAME = FRAME_SAMPLES / 2
/** 260 ms are compared; the search looks at 160 ms of it, at a quarter of the rate. */
const COMPARED = 13 * HALF_FRAME
const SEARCHED = 8 * HALF_FRAME
const COARSE = 2
/** No telephone network takes longer there and back: 600 ms. */
const MAX_LAG = 30 * HALF_FRAME
/** Room for the search, and for a second in which the caller's packets are held up. */
const KEPT = COMPARED + MAX_LAG + 50 * HALF_FRAME
/** The same delay: 2 ms. */
const SLACK = 8
/** The search may be a period of the voice beside the truth, 16 ms at the deepest: so far it is looked at again. */
const REACH = 64
/** Correlation at which it is our sound. Two voices over each other reach 0.67, and 0.5 once in twenty times. */
const ALIKE = 0.6
/** So much alike that it needs no second occasion. */
const CERTAIN = 0.85
/** An echo is quieter than what made it, 6 dB at least: two voices as loud as each other are never taken for one. */
const MAX_GAIN = 0.5
const EMPHASIS = 0.9

/** One stream: its last second and a half. */
class Stream {
  /** Twice the room, so that moving is rare. */
  readonly #samples = new Float32Array(2 * KEPT)
  #end = KEPT
  /** Samples so far. */
  position = 0

  /** The last `KEPT` samples. */
  get newest(): Float32Array {
    return this.#samples.subarray(this.#end - KEPT, this.#end)
  }

  push(pcm: Int16Array | undefined): void {
    const samples = this.#samples
    if (this.#end + HALF_FRAME > samples.length) {
      samples.copyWithin(0, this.#end - KEPT, this.#end)
      this.#end = KEPT
    }
    const start = this.#end
    if (pcm === undefined) samples.fill(0, start, start + HALF_FRAME)
    else
      for (let i = 0; i < HALF_FRAME; i++)
        samples[start + i] = ((pcm[2 * i] as number) + (pcm[2 * i + 1] as number)) / 2
    this.#end += HALF_FRAME
    this.position += HALF_FRAME
  }
}

const coarseHeard = new Float32Array(SEARCHED / COARSE)
const coarseSent = new Float32Array((SEARCHED + MAX_LAG) / COARSE)

export class EchoGuard {
  readonly #sent = new Stream()
  readonly #heard = new Stream()
  #soundUntil = Number.NEGATIVE_INFINITY
  /** Delay of the last thing that was alike. */
  #candidate: number | undefined
  #known: number | undefined

  /** What we send in one beat. @param pcm undefined: silence. */
  sent(pcm: Int16Array | undefined): void {
    this.#sent.push(pcm)
    if (pcm !== undefined) this.#soundUntil = this.#sent.position + MAX_LAG + COMPARED
  }

  /** The next frame of the caller. */
  heard(pcm: Int16Array): void {
    this.#heard.push(pcm)
  }

  /** Whether the caller's last quarter of a second is our sound at the delay that is known: a cheap look. */
  get isKnownEcho(): boolean {
    return this.#known !== undefined && this.#hasSound && this.#isAlike(this.#known)
  }

  /** Looks for a delay: half a millisecond of work, for moments that matter. @returns whether it is our sound. */
  search(): boolean {
    if (!this.#hasSound) return false
    if (this.isKnownEcho) return true
    const lag = this.#likeliestLag()
    const found = lag === undefined ? undefined : this.#closest(lag, REACH)
    if (found === undefined || found.likeness < ALIKE) {
      this.#candidate = undefined
      return false
    }
    const again = this.#candidate !== undefined && Math.abs(this.#candidate - found.lag) <= SLACK
    this.#candidate = found.lag
    if (!again && found.likeness < CERTAIN) return false
    this.#known = found.lag
    return true
  }

  get #hasSound(): boolean {
    return this.#sent.position <= this.#soundUntil
  }

  #isAlike(lag: number): boolean {
    return (this.#closest(lag, SLACK)?.likeness ?? 0) >= ALIKE
  }

  /** Place in the sent stream that belongs to the end of the heard one, without delay. */
  get #end(): number {
    return KEPT - (this.#sent.position - this.#heard.position)
  }

  /** The best match near a delay, with the bass taken back: all voices are alike there. */
  #closest(lag: number, reach: number): { readonly lag: number; readonly likeness: number } | undefined {
    const end = this.#end
    const heard = this.#heard.newest
    const sent = this.#sent.newest
    let best: { lag: number; likeness: number } | undefined
    for (let at = Math.max(0, lag - reach); at <= lag + reach; at++) {
      const shift = end - at - KEPT
      if (shift > 0 || KEPT + shift - COMPARED - 1 < 0) continue
      let product = 0
      let heardEnergy = 1
      let sentEnergy = 1
      for (let i = KEPT - COMPARED; i < KEPT; i++) {
        const h = (heard[i] as number) - EMPHASIS * (heard[i - 1] as number)
        const s = (sent[i + shift] as number) - EMPHASIS * (sent[i + shift - 1] as number)
        product += h * s
        heardEnergy += h * h
        sentEnergy += s * s
      }
      // How loud it came back; a voice of the same words at full strength is a person who repeats them.
      if (Math.abs(product) > MAX_GAIN * sentEnergy) continue
      const likeness = Math.abs(product) / Math.sqrt(heardEnergy * sentEnergy)
      if (best === undefined || likeness > best.likeness) best = { lag: at, likeness }
    }
    return best
  }

  #likeliestLag(): number | undefined {
    const end = this.#end
    const first = end - MAX_LAG - SEARCHED
    if (first < 0) return undefined
    thin(this.#heard.newest, KEPT - SEARCHED, coarseHeard)
    thin(this.#sent.newest, first, coarseSent)
    const length = coarseHeard.length
    let energy = 1
    for (let i = 0; i < length; i++) energy += (coarseSent[i] as number) ** 2
    let best: number | undefined
    let bestLikeness = 0
    const shifts = coarseSent.length - length
    for (let shift = 0; shift <= shifts; shift++) {
      let product = 0
      for (let i = 0; i < length; i++)
        product += (coarseHeard[i] as number) * (coarseSent[shift + i] as number)
      const likeness = (product * product) / energy
      if (likeness > bestLikeness) {
        bestLikeness = likeness
        best = (shifts - shift) * COARSE
      }
      energy += (coarseSent[shift + length] ?? 0) ** 2 - (coarseSent[shift] as number) ** 2
    }
    return best
  }
}

/** Every second sample, averaged with its neighbour. */
function thin(samples: Float32Array, start: number, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) {
    const at = start + i * COARSE
    into[i] = ((samples[at] ?? 0) + (samples[at + 1] ?? 0)) / 2
  }
}
