/** What was said in a call, as it really went over the line. */
import type { Heard } from './ear.ts'
import type { Said } from './mouth.ts'

/** `me`: who holds this phone. Times in ms since the call was answered; `end_ms` null while it goes on. */
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
  #theirs: number | undefined

  get entries(): readonly TranscriptEntry[] {
    return this.#entries
  }

  startSaying(text: string, atMs: number): void {
    this.#mine = this.#entries.push({ at_ms: Math.round(atMs), end_ms: null, speaker: 'me', text }) - 1
  }

  endSaying({ text, toMs }: Said): void {
    const entry = this.#mine === undefined ? undefined : this.#entries[this.#mine]
    if (this.#mine === undefined || entry === undefined) return
    this.#entries[this.#mine] = { ...entry, text, end_ms: Math.round(toMs) }
    this.#mine = undefined
  }

  hear({ text, fromMs, toMs }: Heard): void {
    const open = this.#theirs === undefined ? undefined : this.#entries[this.#theirs]
    if (this.#theirs !== undefined && open !== undefined && fromMs - (open.end_ms ?? 0) < UTTERANCE_GAP_MS) {
      this.#entries[this.#theirs] = { ...open, text: open.text + text, end_ms: Math.round(toMs) }
      return
    }
    const entry = { at_ms: Math.round(fromMs), end_ms: Math.round(toMs), speaker: 'them', text } as const
    this.#theirs = this.#entries.push(entry) - 1
  }
}
