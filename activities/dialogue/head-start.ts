/**
 * Thinking ahead: the model begins on words with which the caller may have finished, while we still listen whether they
 * go on. What it says is kept here and nowhere else: when they go on it is thrown away, so nothing of it is spoken and no
 * tool it asked for is ever seen.
 */
import type { DialogueModel, ModelEvent, ModelRequest } from '../claude/model.ts'

/** How often a turn may be thought about in vain; each costs tokens. */
export const MAX_HEAD_STARTS = 3

/** A stream of the model that is read ahead. */
class ReadAhead {
  readonly #abort = new AbortController()
  readonly #events: ModelEvent[] = []
  #over = false
  #failure: unknown = null
  #wake = () => {}

  constructor(model: DialogueModel, request: ModelRequest, signal: AbortSignal) {
    void this.#fill(model.stream(request, AbortSignal.any([signal, this.#abort.signal])))
  }

  stop(): void {
    this.#abort.abort()
  }

  /** What has come, then what comes. @throws what the stream failed with. */
  async *read(signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const onAbort = () => {
      this.stop()
      this.#wake()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      while (!signal.aborted) {
        const event = this.#events.shift()
        if (event !== undefined) yield event
        else if (this.#failure !== null) throw this.#failure
        else if (this.#over) return
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #fill(events: AsyncIterable<ModelEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#events.push(event)
        this.#wake()
      }
    } catch (error) {
      this.#failure = error
    }
    this.#over = true
    this.#wake()
  }
}

export interface HeadStartsInput {
  readonly model: DialogueModel
  readonly requestFor: (words: string) => ModelRequest
  /** Of the turn. */
  readonly signal: AbortSignal
}

/** Those of one turn; one at a time. */
export class HeadStarts {
  readonly #input: HeadStartsInput
  #current: { readonly words: string; readonly stream: ReadAhead } | null = null
  #begun = 0

  constructor(input: HeadStartsInput) {
    this.#input = input
  }

  /** @param words with which the caller may have finished; null: they have not. */
  consider(words: string | null): void {
    if (this.#current !== null && words !== null && isSame(this.#current.words, words)) return
    this.discard()
    if (words === null || this.#begun >= MAX_HEAD_STARTS || this.#input.signal.aborted) return
    this.#begun++
    const { model, requestFor, signal } = this.#input
    this.#current = { words, stream: new ReadAhead(model, requestFor(words), signal) }
  }

  /** The model for an answer to these words: its first stream is the one that was begun on them, if there is one. */
  modelFor(words: string): DialogueModel {
    const { model } = this.#input
    const begun = this.#current !== null && isSame(this.#current.words, words) ? this.#current.stream : null
    if (begun === null) {
      this.discard()
      return model
    }
    this.#current = null
    let next: ReadAhead | null = begun
    return {
      stream: (request, signal) => {
        const first = next
        next = null
        return first === null ? model.stream(request, signal) : first.read(signal)
      },
    }
  }

  discard(): void {
    this.#current?.stream.stop()
    this.#current = null
  }
}

/** A final text differs from the running one by its punctuation, which changes no answer. */
const isSame = (a: string, b: string): boolean => bare(a) === bare(b)
const bare = (words: string): string => words.replace(/[\s\p{P}]/gu, '')
