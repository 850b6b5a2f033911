/** Sends frames after a delay each, in the order they were given. */
export class OrderedSender {
  readonly #write: (frame: string | Buffer) => void
  readonly #queue: { readonly frame: string | Buffer; readonly dueAt: number }[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(write: (frame: string | Buffer) => void) {
    this.#write = write
  }

  send(frame: string | Buffer, delayMs: number): void {
    const previous = this.#queue.at(-1)
    this.#queue.push({ frame, dueAt: Math.max(performance.now() + delayMs, previous?.dueAt ?? 0) })
    this.#flush()
  }

  /** Forgets what has not been sent. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#queue.length = 0
  }

  #flush(): void {
    if (this.#timer !== undefined) return
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const wait = first.dueAt - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined
          this.#flush()
        }, Math.ceil(wait))
        return
      }
      this.#queue.shift()
      this.#write(first.frame)
    }
  }
}
