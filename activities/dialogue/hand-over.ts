/** When a worker that leaves gives up a turn, so that another one goes on with it and the caller notices nothing. */
import type { TurnOpening, TurnProgress } from '../../domain/dialogue.ts'

/** This process ends: another worker takes the turn from here. */
class WorkerLeaves extends Error {
  readonly retryable = true
  constructor() {
    super('the worker leaves')
    this.name = 'WorkerLeaves'
  }
}

/** Openings that wait for the other side before anything is said. */
const LISTENING: ReadonlySet<TurnOpening> = new Set<TurnOpening>(['listen', 'greet', 'message'])

/**
 * Listening is given up at once: the gateway keeps the caller's sound, and the next worker hears it from the same sample
 * on. An answer that is being found or spoken is finished here, which takes less time than beginning it anew.
 */
export class HandOver {
  readonly #leaving: AbortSignal | undefined
  readonly #opening: TurnOpening
  readonly #given = new AbortController()
  readonly #check = () => this.#giveUpIfIdle()
  #progress: TurnProgress

  constructor(leaving: AbortSignal | undefined, opening: TurnOpening, progress: TurnProgress) {
    this.#leaving = leaving
    this.#opening = opening
    this.#progress = progress
    leaving?.addEventListener('abort', this.#check)
    this.#giveUpIfIdle()
  }

  /** Aborts when the turn is given up. */
  get signal(): AbortSignal {
    return this.#given.signal
  }

  /** The turn has come so far. */
  reached(progress: TurnProgress): void {
    this.#progress = progress
    this.#giveUpIfIdle()
  }

  /** The turn is over. */
  close(): void {
    this.#leaving?.removeEventListener('abort', this.#check)
  }

  #giveUpIfIdle(): void {
    const { heardUntil, sentences, decided } = this.#progress
    const listens = LISTENING.has(this.#opening) && heardUntil === null && sentences.length === 0 && !decided
    if (this.#leaving?.aborted === true && listens) this.#given.abort(new WorkerLeaves())
  }
}
