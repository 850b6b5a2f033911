/** What was said in a call, as it really went over the line. */
import type { Heard } from './ear.ts'
import type { Said } from './mouth.ts'

/**
 * `me`: who holds this phone. Times in ms since the call was answered; `end_ms` is null while the utterance
 * goes on and its text may still grow.
 */
export interface TranscriptEntry {
  readonly at_ms: number
  readonly end_ms: number | null
  readonly speaker: 'me' | 'them'
  readonly text: string
}

/** A pause of the other side that begins a new entry. */
const UTTERANCE_GAP_MS = 700

export class Transcript {
  readonly #entries: TranscriptEntry[] = []
  #mine: number | undefined
  /** The utterance of the other side that goes on, and the end of its last word. */
  #theirs: { readonly index: number; readonly endMs: number } | undefined

  get entries(): readonly TranscriptEntry[] {
    return this.#entries
  }

  startSaying(text: string, atMs: number): void {
    this.#mine = this.#entries.push({ at_ms: Math.round(atMs), end_ms: null, speaker: 'me', text }) - 1
  }

  endSaying({ text, toMs }: Said): void {
    if (this.#mine === undefined) return
    this.#change(this.#mine, { text, end_ms: Math.round(toMs) })
    this.#mine = undefined
  }

  hear({ text, fromMs, toMs }: Heard): void {
    this.settle(fromMs)
    if (this.#theirs === undefined) {
      const entry = {
        at_ms: Math.round(fromMs),
        end_ms: null,
        speaker: 'them',
        text: text.trimStart(),
      } as const
      this.#theirs = { index: this.#entries.push(entry) - 1, endMs: toMs }
      return
    }
    const { index } = this.#theirs
    this.#change(index, { text: (this.#entries[index]?.text ?? '') + text })
    this.#theirs = { index, endMs: toMs }
  }

  /**
   * Closes the utterance of the other side once they have been silent for a while; Infinity: in any case.
   * @returns whether anything changed.
   */
  settle(nowMs: number): boolean {
    if (this.#theirs === undefined || nowMs - this.#theirs.endMs < UTTERANCE_GAP_MS) return false
    this.#change(this.#theirs.index, { end_ms: Math.round(this.#theirs.endMs) })
    this.#theirs = undefined
    return true
  }

  #change(index: number, change: Partial<TranscriptEntry>): void {
    const entry = this.#entries[index]
    if (entry !== undefined) this.#entries[index] = { ...entry, ...change }
  }
}
