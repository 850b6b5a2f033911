/** Which packet indices were seen (RFC 3711 section 3.3.2): each is taken once, and none that is too old. Pure. */

/** Packets that may be overtaken; 64 is the least that is allowed. */
const WINDOW = 128

export class ReplayWindow {
  #highest = -1
  /** One bit for each index up to the highest, at its place modulo the window. */
  readonly #seen = new Uint8Array(WINDOW)

  /** Whether it was seen before or is older than the window. */
  isReplayed(index: number): boolean {
    if (index > this.#highest) return false
    return index <= this.#highest - WINDOW || this.#seen[index % WINDOW] === 1
  }

  /** Only for what was authenticated. */
  accept(index: number): void {
    if (index > this.#highest) {
      if (index - this.#highest >= WINDOW) this.#seen.fill(0)
      else for (let between = this.#highest + 1; between < index; between++) this.#seen[between % WINDOW] = 0
      this.#highest = index
    }
    this.#seen[index % WINDOW] = 1
  }
}
