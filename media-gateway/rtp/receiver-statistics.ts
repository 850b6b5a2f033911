/** What a receiver knows of the stream's quality (RFC 3550 appendix A.3 and A.8). Pure; time in samples. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { type RtpPacket, sequenceDistance } from './packet.ts'

export class ReceiverStatistics {
  #received = 0
  /** Packets that streams before the current one should have brought. */
  #expectedBefore = 0
  #ssrc: number | undefined
  #first = 0
  #highest = 0
  #transit: number | undefined
  #jitter = 0

  push(packet: Pick<RtpPacket, 'sequence' | 'timestamp' | 'ssrc'>, now: number): void {
    this.#received++
    if (packet.ssrc !== this.#ssrc) {
      this.#expectedBefore += this.#ssrc === undefined ? 0 : this.#highest - this.#first + 1
      this.#ssrc = packet.ssrc
      this.#first = this.#highest = packet.sequence
      this.#transit = undefined
    } else {
      this.#highest += Math.max(0, sequenceDistance(packet.sequence, this.#highest & 0xffff))
    }
    const transit = now - packet.timestamp
    // A timestamp that wraps would look like an enormous jitter: such a step is left out.
    if (this.#transit !== undefined && Math.abs(transit - this.#transit) < 80_000)
      this.#jitter += (Math.abs(transit - this.#transit) - this.#jitter) / 16
    this.#transit = transit
  }

  get packetsReceived(): number {
    return this.#received
  }

  get packetsLost(): number {
    const expected = this.#ssrc === undefined ? 0 : this.#highest - this.#first + 1
    return Math.max(0, this.#expectedBefore + expected - this.#received)
  }

  get jitterMs(): number {
    return Math.round((this.#jitter / SAMPLES_PER_MS) * 10) / 10
  }
}
