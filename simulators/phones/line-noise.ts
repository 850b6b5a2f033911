/** Noise of a bad line over the sound of RTP packets: hiss, and the hum of the mains, 20 dB below a voice. */
import type { Codec } from '../../domain/media-socket.ts'
import { decodeG711, encodeG711 } from '../../media-gateway/rtp/index.ts'

/** Amplitudes of 16-bit samples; a voice has about 3,500. */
const HISS_RMS = 350
const HUM = 200
const HUM_HZ = 60
const SAMPLE_RATE = 8_000
/** RFC 3550, 5.1: the fixed header, and four bytes for each contributing source. */
const FIXED_HEADER_BYTES = 12
const CSRC_BYTES = 4
/** Uniform values that are summed to one of the bell curve, whose deviation is the root of a twelfth of their number. */
const SUMMED = 6
const DEVIATION = Math.sqrt(SUMMED / 12)
/** RFC 3551, table 4. */
const CODECS: Readonly<Record<number, Codec>> = { 0: 'PCMU', 8: 'PCMA' }

/** The noise of one direction. */
export class LineNoise {
  readonly #random: () => number
  #sample = 0

  /** @param random 0 to 1, again and again. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** @returns the packet with noise over its sound; keys and what is no G.711 stay as they are. */
  over(packet: Buffer): Buffer {
    const first = packet[0] ?? 0
    const codec = CODECS[(packet[1] ?? 0) & 0x7f]
    const header = FIXED_HEADER_BYTES + (first & 0x0f) * CSRC_BYTES
    const isPlain = first >> 6 === 2 && (first & 0x30) === 0
    if (codec === undefined || !isPlain || packet.length <= header) return packet
    const noisy = decodeG711(codec, packet.subarray(header)).map((value) => this.#heard(value))
    return Buffer.concat([packet.subarray(0, header), encodeG711(codec, noisy)])
  }

  #heard(value: number): number {
    const hum = HUM * Math.sin((2 * Math.PI * HUM_HZ * this.#sample) / SAMPLE_RATE)
    this.#sample = (this.#sample + 1) % SAMPLE_RATE
    let sum = -SUMMED / 2
    for (let i = 0; i < SUMMED; i++) sum += this.#random()
    return Math.max(-32_768, Math.min(32_767, Math.round(value + hum + (HISS_RMS * sum) / DEVIATION)))
  }
}
