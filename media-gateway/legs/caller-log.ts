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

/** Longer than anybody holds on to a frame that they were told. */
const SLACK_MS = 2_000
/** Messages are thinned out whenever so many have come. */
const TRIM_EVERY = 64

type MessageItem = Extract<LogItem, { readonly kind: 'message' }>

export class CallerLog {
  readonly #keep: number
  /**
   * The caller's codes, round and round. Packets as they come are objects that live for 30 s each, 10,000 new ones a
   * second on a full host: what the garbage collector then has to carry about stops everybody's sound for 10 ms.
   */
  #codes: Uint8Array
  #messages: MessageItem[] = []
  #edge = 0
  /** The speech under way where the kept messages begin. */
  #speechBefore: LoggedMessage | undefined

  constructor(keepMs = RING_BUFFER_MS) {
    this.#keep = keepMs * SAMPLES_PER_MS
    this.#codes = new Uint8Array((keepMs + SLACK_MS) * SAMPLES_PER_MS)
  }

  /** The live edge: samples of the caller so far. */
  get edge(): number {
    return this.#edge
  }

  /** The oldest cursor that can still be read from. */
  get oldest(): number {
    return Math.max(0, this.#edge - this.#keep)
  }

  /**
   * @param frame 160 samples that follow those before; it is copied.
   * @returns what is told of it; its frame is overwritten after half a minute.
   */
  audio(frame: Uint8Array): Extract<LogItem, { readonly kind: 'audio' }> {
    const cursor = this.#edge
    this.#edge = cursor + FRAME_SAMPLES
    if (this.#forgotten) return { kind: 'audio', at: this.#edge, cursor, frame }
    this.#codes.set(frame, cursor % this.#codes.length)
    return this.#audioAt(cursor)
  }

  /** The call is over and nobody reads any more: what refers to the leg for another while does not keep its sound. */
  forget(): void {
    this.#codes = new Uint8Array(0)
    this.#messages = []
  }

  message(message: LoggedMessage): LogItem {
    const item = { kind: 'message', at: this.#edge, message } as const
    this.#messages.push(item)
    if (this.#messages.length % TRIM_EVERY === 0) this.#trim()
    return item
  }

  /**
   * Everything from `cursor` on; what was reported exactly at it comes again, since the reader may have
   * missed it. Where the caller was speaking at `cursor`, their `speech.start` comes first.
   */
  since(cursor: number): readonly LogItem[] {
    if (this.#forgotten) return []
    const from = Math.max(cursor, this.oldest)
    let speech = this.#speechBefore
    const items: LogItem[] = []
    let next = Math.floor(from / FRAME_SAMPLES) * FRAME_SAMPLES
    for (const item of this.#messages) {
      if (item.at < from) {
        speech = speechAfter(speech, item)
        continue
      }
      for (; next + FRAME_SAMPLES <= item.at; next += FRAME_SAMPLES) items.push(this.#audioAt(next))
      items.push(item)
    }
    for (; next < this.#edge; next += FRAME_SAMPLES) items.push(this.#audioAt(next))
    return speech === undefined ? items : [{ kind: 'message', at: from, message: speech }, ...items]
  }

  get #forgotten(): boolean {
    return this.#codes.length === 0
  }

  #audioAt(cursor: number): Extract<LogItem, { readonly kind: 'audio' }> {
    const start = cursor % this.#codes.length
    const frame = this.#codes.subarray(start, start + FRAME_SAMPLES)
    return { kind: 'audio', at: cursor + FRAME_SAMPLES, cursor, frame }
  }

  #trim(): void {
    const { oldest } = this
    const kept = this.#messages.findIndex((item) => item.at >= oldest)
    const old = this.#messages.splice(0, kept === -1 ? this.#messages.length : kept)
    for (const item of old) this.#speechBefore = speechAfter(this.#speechBefore, item)
  }
}

function speechAfter(speech: LoggedMessage | undefined, item: MessageItem): LoggedMessage | undefined {
  if (item.message.type === 'speech.start') return item.message
  return item.message.type === 'speech.end' ? undefined : speech
}
