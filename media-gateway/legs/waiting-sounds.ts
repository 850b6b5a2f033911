/** The recorded sounds of what is said to who waits. */
import type { Codec } from '../../domain/media-socket.ts'
import type { TalkLanguage } from '../../domain/talk-language.ts'
import { WAITING_WORDS, waitingSound } from '../../domain/waiting-words.ts'
import { readAnnouncement } from './announcements.ts'
import type { WaitingSounds } from './waiting-words.ts'

/** All sounds of one codec, read before anybody waits. */
export class RecordedSounds implements WaitingSounds {
  readonly #folder: string
  readonly #sounds = new Map<string, Promise<Uint8Array | null>>()

  /** @param folder of the announcements; dialogue workers lay the sounds there. */
  constructor(folder: string) {
    this.#folder = folder
  }

  read(codec: Codec, language: TalkLanguage): Promise<readonly (Uint8Array | null)[]> {
    return Promise.all(
      WAITING_WORDS[language].map((_, index) => this.#read(codec, waitingSound(language, index))),
    )
  }

  #read(codec: Codec, file: string): Promise<Uint8Array | null> {
    const key = `${codec} ${file}`
    const known = this.#sounds.get(key)
    if (known !== undefined) return known
    const sound = readAnnouncement(this.#folder, file, codec).catch(() => {
      // A worker that starts in a moment records it.
      this.#sounds.delete(key)
      return null
    })
    this.#sounds.set(key, sound)
    return sound
  }
}
