/**
 * The line from one speaker to one listener of a conversation: frames come by the speaker's packets and go by the
 * listener's beat. Pure: it knows no time, every `pull` is 20 ms.
 */
import { type Codec, FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { decodeG711 } from '../rtp/index.ts'

/** 20 ms of sound: 160 bytes of a codec. */
export interface Sound {
  readonly codec: Codec
  readonly frame: Uint8Array
}

/** Frames that wait before the first one is let through; two cover the phases of two clocks and a late packet. */
const LEAST_DEPTH = 2
const MOST_DEPTH = 8
/** Without running dry for this many pulls (10 s), one frame less is waited for. */
const CALM_PULLS = 500
/** How far back the least depth is looked at: what was never needed in 1 s is delay for nothing. */
const WINDOW_PULLS = 50
/** Beyond what is wanted by this much (200 ms) frames are left out although they are loud, one of four. */
const FAR_BEHIND = 10
/** More than this (1 s) is not listened to any more. */
const MAX_DEPTH = 50
/** -46 dBFS. */
const QUIET_AMPLITUDE = 164

export class FrameLine {
  #frames: Sound[] = []
  #wanted = LEAST_DEPTH
  #filling = true
  #calm = 0
  #pulls = 0
  #leastInWindow = Number.POSITIVE_INFINITY
  /** Frames that were not needed in the last window. */
  #excess = 0

  /** Frames that wait; each is 20 ms of delay. */
  get depth(): number {
    return this.#frames.length
  }

  push(sound: Sound): void {
    this.#frames.push(sound)
    if (this.#frames.length > MAX_DEPTH) this.#frames = this.#frames.slice(-this.#wanted)
    if (this.#frames.length >= this.#wanted) this.#filling = false
  }

  /** The next 20 ms; undefined where the speaker is silent or late. */
  pull(): Sound | undefined {
    if (this.#filling) return undefined
    this.#catchUp()
    const sound = this.#frames.shift()
    if (sound === undefined) {
      // It has run dry: the next sound waits for a little more company.
      this.#filling = true
      this.#calm = 0
      this.#wanted = Math.min(this.#wanted + 1, MOST_DEPTH)
    } else if (++this.#calm >= CALM_PULLS) {
      this.#calm = 0
      this.#wanted = Math.max(this.#wanted - 1, LEAST_DEPTH)
    }
    return sound
  }

  /** What came in a burst, or from a faster clock, is left out again, in pauses where that is possible. */
  #catchUp(): void {
    this.#leastInWindow = Math.min(this.#leastInWindow, this.#frames.length)
    if (++this.#pulls % WINDOW_PULLS === 0) {
      this.#excess = Math.max(0, this.#leastInWindow - this.#wanted)
      this.#leastInWindow = Number.POSITIVE_INFINITY
    }
    const behind = this.#frames.length - this.#wanted
    const [first] = this.#frames
    if (first === undefined || behind <= 0 || (behind < FAR_BEHIND && this.#excess === 0)) return
    if (!isQuiet(first) && (behind < FAR_BEHIND || this.#pulls % 4 !== 0)) return
    this.#excess = Math.max(0, this.#excess - 1)
    this.#frames.shift()
  }
}

function isQuiet({ codec, frame }: Sound): boolean {
  const pcm = decodeG711(codec, frame)
  for (let i = 0; i < FRAME_SAMPLES; i++) if (Math.abs(pcm[i] as number) >= QUIET_AMPLITUDE) return false
  return true
}
