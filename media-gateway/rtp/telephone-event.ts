/**
 * Digits as named events in RTP (RFC 4733).
 *
 * ```
 * |     event     |E|R| volume    |          duration             |
 * ```
 */
import { type RtpPacket, timestampDistance } from './packet.ts'

/** Event codes 0 to 15 of RFC 4733 section 3.2, in order. */
const DIGITS = '0123456789*#ABCD'
const VOLUME_DBM0 = 10
/** RFC 4733 section 2.5.1.4: the last packet of an event is sent three times. */
const END_PACKETS = 3
/** An event whose end packets were all lost counts as over once nothing came for this long. */
const LOST_END_MS = 200
/** No shorter one needs to be cut. */
const LONG_SEGMENT = 0xff00

export interface DigitEvent {
  readonly digit: string
  readonly durationMs: number
}

interface EventUnderWay {
  readonly ssrc: number
  readonly digit: string
  timestamp: number
  /** Samples of this segment, and of those before it. */
  duration: number
  before: number
  heardAtMs: number
}

/** RFC 4733 section 2.5.1.3: an event longer than 16 bits of samples goes on as the next segment, without marker. */
const isNextSegment = (current: EventUnderWay, packet: RtpPacket, digit: string): boolean =>
  !packet.marker &&
  current.digit === digit &&
  current.duration >= LONG_SEGMENT &&
  packet.timestamp === (current.timestamp + current.duration) >>> 0

/** Reports each digit once, although every event comes in many packets. Time is an argument. */
export class DigitReceiver {
  readonly #onDigit: (event: DigitEvent) => void
  /** The event under way; it is identified by its timestamp (RFC 4733 section 2.2.1). */
  #current: EventUnderWay | undefined
  #reported: { readonly timestamp: number; readonly ssrc: number } | undefined

  constructor(onDigit: (event: DigitEvent) => void) {
    this.#onDigit = onDigit
  }

  push(packet: RtpPacket, nowMs: number): void {
    const { payload } = packet
    if (payload.length < 4) return
    const digit = DIGITS[payload[0] as number]
    if (digit === undefined || this.#isOver(packet)) return
    let current = this.#current
    const duration = ((payload[2] as number) << 8) | (payload[3] as number)
    if (current !== undefined && (current.timestamp !== packet.timestamp || current.ssrc !== packet.ssrc)) {
      if (current.ssrc === packet.ssrc && timestampDistance(packet.timestamp, current.timestamp) < 0) {
        // All that is left of an earlier event was overtaken by the first packet of this one: it still comes first.
        this.#report({ ...newEvent(packet, digit, nowMs), duration })
        return
      }
      if (isNextSegment(current, packet, digit)) {
        current.timestamp = packet.timestamp
        current.before += current.duration
        current.duration = 0
      } else {
        this.#report(current)
        current = undefined
      }
    }
    current ??= newEvent(packet, digit, nowMs)
    current.duration = Math.max(duration, current.duration)
    current.heardAtMs = nowMs
    this.#current = current
    if (((payload[1] as number) & 0x80) !== 0) this.#report(current)
  }

  /** Call it regularly: ends an event whose end packets were lost. */
  tick(nowMs: number): void {
    const current = this.#current
    if (current !== undefined && nowMs - current.heardAtMs >= LOST_END_MS) this.#report(current)
  }

  /** A repeated or overtaken packet of an event that was reported. */
  #isOver({ timestamp, ssrc }: RtpPacket): boolean {
    const reported = this.#reported
    return reported?.ssrc === ssrc && timestampDistance(timestamp, reported.timestamp) <= 0
  }

  #report(event: EventUnderWay): void {
    if (event === this.#current) this.#current = undefined
    this.#reported = { timestamp: event.timestamp, ssrc: event.ssrc }
    this.#onDigit({ digit: event.digit, durationMs: Math.round((event.before + event.duration) / 8) })
  }
}

const newEvent = ({ timestamp, ssrc }: RtpPacket, digit: string, nowMs: number): EventUnderWay => ({
  timestamp,
  ssrc,
  digit,
  duration: 0,
  before: 0,
  heardAtMs: nowMs,
})

/** What one 20 ms step of sending digits puts on the wire. */
export interface DigitStep {
  readonly payload: Uint8Array
  /** First packet of the event. */
  readonly marker: boolean
  /** Samples since the event began: the packet carries the timestamp of the beginning. */
  readonly sinceStart: number
  /** How often the packet is sent: the last one three times. */
  readonly copies: number
}

interface QueuedDigit {
  readonly code: number
  readonly steps: number
  readonly gapSteps: number
  readonly done: () => void
}

/** Turns digits into steps of 20 ms; while it has one, no audio is sent. */
export class DigitSender {
  readonly #queue: QueuedDigit[] = []
  #step = 0

  /**
   * @param durationMs of each digit, a multiple of 20.
   * @param gapMs silence after each digit.
   * @throws DigitError for a character that is no digit of a telephone.
   */
  send(digits: string, durationMs: number, gapMs: number): Promise<void> {
    const codes = [...digits.toUpperCase()].map((digit) => {
      const code = DIGITS.indexOf(digit)
      if (code < 0) throw new DigitError(`"${digit}" is not on a telephone`)
      return code
    })
    const last = codes.length - 1
    return new Promise((resolve) => {
      if (last < 0) resolve()
      for (const [index, code] of codes.entries()) {
        this.#queue.push({
          code,
          steps: Math.max(2, Math.round(durationMs / 20)),
          gapSteps: Math.round(gapMs / 20),
          done: index === last ? resolve : () => {},
        })
      }
    })
  }

  /** The next step; `'gap'`: silence between digits; undefined: nothing to send. */
  next(): DigitStep | 'gap' | undefined {
    const current = this.#queue[0]
    if (current === undefined) return undefined
    const step = this.#step++
    if (step >= current.steps) {
      if (step + 1 >= current.steps + current.gapSteps) this.#finish(current)
      return 'gap'
    }
    const end = step === current.steps - 1
    const duration = (step + 1) * 160
    if (end && current.gapSteps === 0) this.#finish(current)
    return {
      payload: Uint8Array.of(current.code, (end ? 0x80 : 0) | VOLUME_DBM0, duration >> 8, duration & 0xff),
      marker: step === 0,
      sinceStart: step * 160,
      copies: end ? END_PACKETS : 1,
    }
  }

  #finish(digit: QueuedDigit): void {
    this.#queue.shift()
    this.#step = 0
    digit.done()
  }
}

/** A text with something else than digits, `*`, `#`, `A` to `D`. */
export class DigitError extends Error {
  readonly retryable = false
}
