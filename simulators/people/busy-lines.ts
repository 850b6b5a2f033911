/** Who is on the phone, gathered from what happens in the world. */
import type { LiveEvents } from '../live-events.ts'

export class BusyLines {
  /** Numbers of both sides by call. */
  readonly #calls = new Map<string, readonly [from: string, to: string]>()
  readonly #waiting = new Set<() => void>()
  readonly #unsubscribe: () => void

  constructor(live: LiveEvents) {
    this.#unsubscribe = live.subscribe((event) => {
      if (event.type !== 'call') return
      const { id, from, to, state } = event.call
      if (state === 'ended') this.#calls.delete(id)
      else this.#calls.set(id, [from, to])
      for (const look of this.#waiting) look()
    })
  }

  /** Resolves when nobody on this phone is speaking any more. */
  over(number: string): Promise<void> {
    const isBusy = () => [...this.#calls.values()].some((numbers) => numbers.includes(number))
    if (!isBusy()) return Promise.resolve()
    return new Promise((resolve) => {
      const look = () => {
        if (isBusy()) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
    })
  }

  stop(): void {
    this.#unsubscribe()
  }
}
