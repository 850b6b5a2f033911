/** What one leg hears beside our speech, and who hears that leg: conversations, hold, mute. */
import type { Codec } from '../../domain/media-socket.ts'
import type { Sound } from './frame-line.ts'
import { MusicPlayer } from './hold-music.ts'
import { digitFrames } from './inband-digits.ts'
import { mixFor } from './mixer.ts'

/** What a held party hears. */
export type HoldSound = 'music' | 'silence'

/** A conversation as one leg is connected to it. */
export interface Conversation {
  /** 20 ms of the others, called once a beat; `pcm` is what is no telephone's. */
  next(): { readonly sounds: readonly Sound[]; readonly pcm?: readonly Int16Array[] }
  /** 20 ms of this leg, beginning at the cursor. */
  voice(sound: Sound, cursor: number): void
  /** 20 ms that we say to this leg alone, for who listens in. */
  spoken?(sound: Sound): void
  digit(digit: string, durationMs: number): void
  /** Their phone holds us (or does not any more). */
  away(isAway: boolean): void
  /** The leg takes part in something else now. */
  dismissed(): void
}

export class LegOutput {
  readonly #codec: Codec
  readonly #newPlayer: () => MusicPlayer
  #conversation: Conversation | undefined
  #hold: HoldSound | null = null
  #player: MusicPlayer | undefined
  #muted = false
  #away = false
  #tones: Int16Array[] = []
  #isOver = false
  readonly #over = Promise.withResolvers<void>()

  constructor(codec: Codec, newPlayer: () => MusicPlayer = () => new MusicPlayer()) {
    this.#codec = codec
    this.#newPlayer = newPlayer
  }

  /** Resolves when the leg's sound is over, which is before its BYE was answered. */
  get ended(): Promise<void> {
    return this.#over.promise
  }

  get over(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
    this.#over.resolve()
  }

  get held(): boolean {
    return this.#hold !== null
  }

  /** Their phone holds us: it neither sends nor wants sound. */
  get away(): boolean {
    return this.#away
  }

  set away(isAway: boolean) {
    if (this.#away === isAway) return
    this.#away = isAway
    this.#conversation?.away(isAway)
  }

  /** The others do not hear this leg. */
  get muted(): boolean {
    return this.#muted
  }

  set muted(isMuted: boolean) {
    this.#muted = isMuted
  }

  /** null: back in the conversation; the music fades out under it. */
  hold(sound: HoldSound | null): void {
    if (this.#hold === sound) return
    this.#hold = sound
    if (sound === 'music') {
      this.#player ??= this.#newPlayer()
      this.#player.play()
    } else {
      this.#player?.stop()
    }
  }

  get conversation(): Conversation | undefined {
    return this.#conversation
  }

  /** @param conversation undefined: alone with us again. */
  join(conversation: Conversation | undefined): void {
    const before = this.#conversation
    this.#conversation = conversation
    if (conversation !== undefined && before !== conversation) before?.dismissed()
    if (this.#away) conversation?.away(true)
  }

  /** A digit as tones, over everything else. */
  playDigit(digit: string, durationMs: number): void {
    this.#tones.push(...digitFrames(digit, durationMs))
  }

  /**
   * The frame to send.
   * @param ours our own speech, which no other party hears, only who listens in; music makes room for it.
   */
  nextFrame(ours: Uint8Array | undefined): Uint8Array | undefined {
    const music = this.#music()
    // The others go on while this one is held or dialled for: their line is emptied all the same.
    const others = this.#conversation?.next()
    if (ours !== undefined) this.#conversation?.spoken?.({ codec: this.#codec, frame: ours })
    const tone = this.#tones.shift()
    if (tone !== undefined) return mixFor(this.#codec, [], [tone])
    if (others === undefined && music === undefined) return ours
    const sounds = this.#hold === null ? [...(others?.sounds ?? [])] : []
    const pcm = this.#hold === null ? [...(others?.pcm ?? [])] : []
    if (ours !== undefined) sounds.push({ codec: this.#codec, frame: ours })
    else if (music !== undefined) pcm.push(music)
    return mixFor(this.#codec, sounds, pcm)
  }

  heard(frame: Uint8Array, cursor: number): void {
    if (this.#conversation === undefined || this.#muted || this.held) return
    this.#conversation.voice({ codec: this.#codec, frame }, cursor)
  }

  heardDigit(digit: string, durationMs: number): void {
    if (!this.held) this.#conversation?.digit(digit, durationMs)
  }

  #music(): Int16Array | undefined {
    if (this.#player === undefined) return undefined
    const frame = this.#player.next()
    if (frame === undefined) this.#player = undefined
    return frame
  }
}
