/**
 * A byte stream to messages (RFC 3261 section 18.3): a head up to its empty line, then as many bytes as its Content-Length
 * says. Between messages, line breaks are keep-alives (RFC 5626 section 4.4.1): two are a ping, one is its answer.
 */

/** Room of a connection that says little; grows to what a message needs. */
const START_BYTES = 2_048
const CR = 13
const LF = 10
const HEAD_END = Buffer.from('\r\n\r\n')
const CONTENT_LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*(.*?)[ \t]*$/gim
const START_LINE = /^(?:SIP\/\d+\.\d+ |\S+ +\S.* SIP\/\d+\.\d+ *\r$)/i

export type StreamEvent =
  | { readonly kind: 'message'; readonly data: Buffer }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }

/** What follows in the stream can't be understood any more. */
export class FramingError extends Error {
  readonly retryable = false
  /** Status for the answer, where `head` allows one. */
  readonly code: 400 | 513
  /** The head of the message, perhaps cut off; null where it is not SIP at all. */
  readonly head: Buffer | null
  constructor(message: string, code: 400 | 513, head: Buffer | null) {
    super(message)
    this.name = 'FramingError'
    this.code = code
    this.head = head
  }
}

export class StreamFramer {
  readonly #maxBytes: number
  #buffer = Buffer.allocUnsafe(START_BYTES)
  #length = 0
  /** The empty line is not before this. */
  #searched = 0
  #startLineSeen = false
  /** Bytes of the message under way with its body, once its head is known. */
  #messageBytes: number | null = null
  /** One line break was taken for a pong; with another it is a ping. */
  #loneLineBreak = false

  /** @param maxBytes of one message. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether a message has begun that is not whole. */
  get isUnfinished(): boolean {
    return this.#length > 0
  }

  /** @throws FramingError after what came before the mistake. */
  *push(chunk: Buffer): Generator<StreamEvent, void, undefined> {
    this.#append(chunk)
    while (this.#length > 0) {
      const event = this.#takeLineBreaks() ?? this.#takeMessage()
      if (event === null) return
      yield event
    }
  }

  #append(chunk: Buffer): void {
    const needed = this.#length + chunk.length
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    chunk.copy(this.#buffer, this.#length)
    this.#length = needed
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#length)
    this.#length -= bytes
    this.#searched = 0
    this.#startLineSeen = false
    this.#messageBytes = null
    if (this.#length === 0 && this.#buffer.length > START_BYTES)
      this.#buffer = Buffer.allocUnsafe(START_BYTES)
  }

  /** null: a message begins, or half a line break is there. */
  #takeLineBreaks(): StreamEvent | null {
    if (this.#buffer[0] !== CR) {
      this.#loneLineBreak = false
      return null
    }
    if (this.#length === 1) return null
    if (this.#buffer[1] !== LF) throw new FramingError('a carriage return alone', 400, null)
    if (this.#loneLineBreak) {
      this.#loneLineBreak = false
      this.#drop(2)
      return { kind: 'ping' }
    }
    if (this.#length >= 4 && this.#buffer[2] === CR && this.#buffer[3] === LF) {
      this.#drop(4)
      return { kind: 'ping' }
    }
    this.#loneLineBreak = true
    this.#drop(2)
    return { kind: 'pong' }
  }

  #takeMessage(): StreamEvent | null {
    if (this.#buffer[0] === CR) return null
    this.#messageBytes ??= this.#readHead()
    if (this.#messageBytes === null || this.#length < this.#messageBytes) return null
    const data = Buffer.from(this.#buffer.subarray(0, this.#messageBytes))
    this.#drop(this.#messageBytes)
    return { kind: 'message', data }
  }

  /** Length of the message, or null where its head is not whole. */
  #readHead(): number | null {
    const received = this.#buffer.subarray(0, this.#length)
    this.#checkStartLine(received)
    const headEnd = received.indexOf(HEAD_END, this.#searched)
    if (headEnd === -1) {
      if (this.#length > this.#maxBytes)
        throw new FramingError('too large', 513, Buffer.from(received.subarray(0, this.#maxBytes)))
      this.#searched = Math.max(0, this.#length - HEAD_END.length + 1)
      return null
    }
    const head = received.subarray(0, headEnd + HEAD_END.length)
    const lengths = [...head.toString('latin1').matchAll(CONTENT_LENGTH)].map((match) => match[1] ?? '')
    const [length] = lengths
    if (length === undefined) throw new FramingError('no Content-Length', 400, Buffer.from(head))
    if (!/^\d{1,9}$/.test(length) || lengths.some((other) => other !== length))
      throw new FramingError('bad Content-Length', 400, Buffer.from(head))
    const bytes = head.length + Number(length)
    if (bytes > this.#maxBytes) throw new FramingError('too large', 513, Buffer.from(head))
    return bytes
  }

  /** What is not SIP (a web browser, a TLS greeting, noise) is known by its first line. */
  #checkStartLine(received: Buffer): void {
    if (this.#startLineSeen) return
    const first = received[0] ?? 0
    if (first <= 0x20 || first >= 0x7f) throw new FramingError('not SIP', 400, null)
    const end = received.indexOf(LF)
    if (end === -1) return
    if (!START_LINE.test(received.toString('latin1', 0, end))) throw new FramingError('not SIP', 400, null)
    this.#startLineSeen = true
  }
}
