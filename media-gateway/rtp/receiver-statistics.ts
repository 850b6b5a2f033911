/** What a receiver knows of the stream's quality (RFC 3550 appendix A.3 and A.8). Pure; time in samples. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { type RtpPacket, sequenceDistance } from './packet.ts'

/** What a report block says of the stream now. */
export interface ReceptionReport {
  readonly ssrc: number
  /** Of 256, since the report before. */
  readonly fractionLost: number
  readonly cumulativeLost: number
  readonly extendedHighest: number
  /** Samples. */
  readonly jitter: number
}

export class ReceiverStatistics {
  #received = 0
  #bytes = 0
  /** Packets that streams before the current one should have brought. */
  #expectedBefore = 0
  #receivedBefore = 0
  #ssrc: number | undefined
  #first = 0
  #highest = 0
  #transit: number | undefined
  #jitter = 0
  /** Of the current stream, when the last report was made. */
  #reportedExpected = 0
  #reportedReceived = 0

  push(
    { sequence, timestamp, ssrc, payload }: Pick<RtpPacket, 'sequence' | 'timestamp' | 'ssrc' | 'payload'>,
    now: number,
  ): void {
    if (ssrc !== this.#ssrc) {
      this.#expectedBefore += this.#expected
      this.#receivedBefore = this.#received
      this.#ssrc = ssrc
      this.#first = this.#highest = sequence
      this.#transit = undefined
      this.#reportedExpected = this.#reportedReceived = 0
    } else {
      this.#highest += Math.max(0, sequenceDistance(sequence, this.#highest & 0xffff))
    }
    this.#received++
    this.#bytes += payload.length
    const transit = now - timestamp
    // A timestamp that wraps would look like an enormous jitter: such a step is left out.
    if (this.#transit !== undefined && Math.abs(transit - this.#transit) < 80_000)
      this.#jitter += (Math.abs(transit - this.#transit) - this.#jitter) / 16
    this.#transit = transit
  }

  get packetsReceived(): number {
    return this.#received
  }

  /** Payload only. */
  get bytesReceived(): number {
    return this.#bytes
  }

  get packetsExpected(): number {
    return this.#expectedBefore + this.#expected
  }

  get packetsLost(): number {
    return Math.max(0, this.packetsExpected - this.#received)
  }

  get jitterMs(): number {
    return Math.round((this.#jitter / SAMPLES_PER_MS) * 10) / 10
  }

  /** Closes the interval since the report before; undefined while nothing was received. */
  report(): ReceptionReport | undefined {
    if (this.#ssrc === undefined) return undefined
    const expected = this.#expected
    const received = this.#received - this.#receivedBefore
    const expectedSince = expected - this.#reportedExpected
    const lostSince = expectedSince - (received - this.#reportedReceived)
    this.#reportedExpected = expected
    this.#reportedReceived = received
    return {
      ssrc: this.#ssrc,
      fractionLost:
        expectedSince <= 0 || lostSince <= 0 ? 0 : Math.min(255, (lostSince * 256) / expectedSince) | 0,
      cumulativeLost: expected - received,
      extendedHighest: this.#highest,
      jitter: this.#jitter,
    }
  }

  get #expected(): number {
    return this.#ssrc === undefined ? 0 : this.#highest - this.#first + 1
  }
}
