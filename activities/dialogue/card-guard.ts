/**
 * Keeps card numbers out of the recording while a dialogue goes on: paused when one is asked for or may be on its way in what
 * the caller is saying, and again only after a turn of theirs that was about something else.
 */
import { mayTellCardNumber } from '../../domain/card-numbers.ts'

type RecordingWish = { readonly type: 'recording.pause' | 'recording.resume' }

export class CardGuard {
  readonly #send: (message: RecordingWish) => void
  #isPaused = false

  /** @param send to the gateway that records. */
  constructor(send: (message: RecordingWish) => void) {
    this.#send = send
  }

  /** @param words what we have said last, or what the caller is saying so far. */
  hears(words: string): void {
    if (this.#isPaused || !mayTellCardNumber(words)) return
    this.#isPaused = true
    this.#send({ type: 'recording.pause' })
  }

  /** A turn of the caller is over. A pause that somebody has made by hand is not ours to end. */
  turnOver(words: string): void {
    if (!this.#isPaused || words === '' || mayTellCardNumber(words)) return
    this.#isPaused = false
    this.#send({ type: 'recording.resume' })
  }
}
