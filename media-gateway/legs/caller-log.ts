/**
 * The last 30 s of a leg: the caller's audio and everything that was reported meanwhile, in the order in
 * which it happened, so that a dialogue worker can take over where another one stopped.
 */
import {
  FRAME_SAMPLES,
  type GatewayMessage,
  RING_BUFFER_MS,
  SAMPLES_PER_MS,
} from '../../domain/media-socket.ts'

export type LoggedMessage = Exclude<
  GatewayMessage,
  | { readonly type: 'attached' }
  | { readonly type: 'error' }
  | { readonly type: 'ended' }
  | { readonly type: 'level' }
>

/** `at`: where the timeline ended when it happened; a frame's is its own end. */
export type LogItem =
  | { readonly kind: 'audio'; readonly at: number; readonly cursor: number; readonly frame: Uint8Array }
  | { readonly kind: 'message'; readonly at: number; readonly message: LoggedMessage }

export class CallerLog {
  readonly #keep: number
  #items: LogItem[] = []
  #edge = 0
  /** The speech under way where the kept part begins. */
  #speechBefore: LoggedMessage | undefined

  constructor(keepMs = RING_BUFFER_MS) {
    this.#keep = keepMs * SAMPLES_PER_MS
  }

  /** The live edge: samples of the caller so far. */
  get edge(): number {
    return this.#edge
  }

  /** The oldest cursor that can still be read from. */
  get oldest(): number {
    return Math.max(0, this.#edge - this.#keep)
  }

  audio(frame: Uint8Array, cursor: number): LogItem {
    this.#edge = cursor + FRAME_SAMPLES
    return this.#add({ kind: 'audio', at: this.#edge, cursor, frame })
  }

  message(message: LoggedMessage): LogItem {
    return this.#add({ kind: 'message', at: this.#edge, message })
  }

  /**
   * Everything from `cursor` on; what was reported exactly at it comes again, since the reader may have
   * missed it. Where the caller was speaking at `cursor`, their `speech.start` comes first.
   */
  since(cursor: number): readonly LogItem[] {
    const from = Math.max(cursor, this.oldest)
    let speech = this.#speechBefore
    const items: LogItem[] = []
    for (const item of this.#items) {
      if (item.kind === 'audio' ? item.at > from : item.at >= from) items.push(item)
      else speech = speechAfter(speech, item)
    }
    return speech === undefined ? items : [{ kind: 'message', at: from, message: speech }, ...items]
  }

  #add(item: LogItem): LogItem {
    this.#items.push(item)
    // Trimmed in blocks: taking one off the front of a long array every 20 ms would copy it each time.
    if (this.#items.length % 256 === 0) this.#trim()
    return item
  }

  #trim(): void {
    const { oldest } = this
    const first = this.#items.findIndex((item) => item.at > oldest)
    for (const item of this.#items.slice(0, Math.max(0, first)))
      this.#speechBefore = speechAfter(this.#speechBefore, item)
    if (first > 0) this.#items = this.#items.slice(first)
  }
}

function speechAfter(speech: LoggedMessage | undefined, item: LogItem): LoggedMessage | undefined {
  if (item.kind === 'audio') return speech
  if (item.message.type === 'speech.start') return item.message
  return item.message.type === 'speech.end' ? undefined : speech
}
