/** A person and the company writing each other: what comes is read a moment later, together with what came meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Persona } from './persona.ts'
import { Writer } from './writer.ts'

export interface CorrespondenceInput {
  readonly persona: Persona
  /** Digits of their own phone. */
  readonly ownNumber: string
  /** The other side can't see the number. */
  readonly numberHidden?: boolean
  readonly send: (text: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Aborted when the world ends. */
  readonly signal: AbortSignal
}

export class Correspondence {
  readonly #input: CorrespondenceInput
  readonly #writer: Writer
  #unread: string[] = []
  #newest = 0

  constructor(input: CorrespondenceInput) {
    this.#input = input
    this.#writer = new Writer(input)
  }

  /** First words in the person's own way, or the given ones. @returns what to send. */
  open({ text, withNotice }: { readonly text: string | undefined; readonly withNotice: boolean }): string {
    return text === undefined ? this.#writer.open(withNotice) : this.#writer.said(text)
  }

  /** The company wrote. Resolves when it was read: answered, or left. */
  async received(text: string): Promise<void> {
    this.#unread.push(text)
    this.#newest += 1
    const mine = this.#newest
    await sleep(this.#input.persona.writes.answer_after_ms, undefined, { signal: this.#input.signal })
    // Something newer has come: that one's turn reads both.
    if (mine !== this.#newest) return
    const texts = this.#unread
    this.#unread = []
    const answer = this.#writer.answer(texts)
    if (answer !== undefined) this.#input.send(answer)
  }
}
