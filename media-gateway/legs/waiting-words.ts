/** What the gateway says by itself to who waits, as it is played on one leg. */

import type { Codec } from '../../domain/media-socket.ts'
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { encodeG711, SILENCE } from '../rtp/index.ts'
import { holdMusic } from './hold-music.ts'

/** Where the voice could not be recorded yet a little music says that the line is alive. */
const MUSIC_SAMPLES = 3 * 8_000
/** Before something else is said. */
const PAUSE_FRAMES = 10

/** Where the sounds come from. */
export interface WaitingSounds {
  /** In the order in which they are said. Null where there is none. */
  read(codec: Codec, language: TalkLanguage): Promise<readonly (Uint8Array | null)[]>
}

/** Says one after the other on a leg, each from its beginning. */
export class WaitingWords {
  readonly #codec: Codec
  readonly #sounds: WaitingSounds | undefined
  #read: readonly (Uint8Array | null)[] = []
  #language: TalkLanguage | undefined
  #next = 0
  #playing: Uint8Array | undefined
  #offset = 0
  #pause = 0

  constructor(codec: Codec, sounds: WaitingSounds | undefined) {
    this.#codec = codec
    this.#sounds = sounds
  }

  /** The language of the talk from now on. */
  prepare(language: TalkLanguage): void {
    const isComplete = this.#read.length > 0 && this.#read.every((sound) => sound !== null)
    if (this.#sounds === undefined || (language === this.#language && isComplete)) return
    this.#language = language
    void this.#sounds.read(this.#codec, language).then((read) => {
      if (language === this.#language) this.#read = read
    })
  }

  /** Nothing else may be said at this moment. */
  get isBusy(): boolean {
    return this.#playing !== undefined || this.#pause > 0
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined
  }

  begin(): void {
    const music = holdMusic()
    const sound = this.#read.length === 0 ? null : this.#read[this.#next++ % this.#read.length]
    this.#playing = sound ?? encodeG711(this.#codec, music.subarray(0, Math.min(music.length, MUSIC_SAMPLES)))
    this.#offset = 0
  }

  /** They speak: they are heard out. */
  stop(): void {
    this.#playing = undefined
  }

  /** 160 bytes of the leg's codec; undefined: nothing. Called once a beat. */
  nextFrame(): Uint8Array | undefined {
    if (this.#playing === undefined) {
      if (this.#pause > 0) this.#pause--
      return undefined
    }
    const frame = new Uint8Array(FRAME_SAMPLES).fill(SILENCE[this.#codec])
    frame.set(this.#playing.subarray(this.#offset, this.#offset + FRAME_SAMPLES))
    this.#offset += FRAME_SAMPLES
    if (this.#offset >= this.#playing.length) {
      this.#playing = undefined
      this.#pause = PAUSE_FRAMES
    }
    return frame
  }
}
