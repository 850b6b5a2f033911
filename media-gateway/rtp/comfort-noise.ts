/** Comfort noise (RFC 3389): what a phone that sends nothing in silence says of its room. */

import { encodeG711 } from '../../domain/g711.ts'
import type { Codec } from '../../domain/media-socket.ts'

/** The static payload type for 8 kHz (RFC 3551). */
export const COMFORT_NOISE_TYPE = 13
/** Nobody's room is louder: -30 dBov. More would be taken for voice. */
const LOUDEST_DBOV = -30
const TABLE_SAMPLES = 8_192

/** Level of a payload in dBov (0 is overload); undefined for an empty one. The spectrum is not followed. */
export function comfortNoiseLevel(payload: Uint8Array): number | undefined {
  const level = payload[0]
  return level === undefined ? undefined : Math.min(LOUDEST_DBOV, -(level & 0x7f))
}

/** White noise of one loudness, from a table whose reading begins elsewhere each time. */
export class ComfortNoise {
  readonly #table: Uint8Array
  #at = 0

  constructor(codec: Codec, dbov: number) {
    const rms = 32_768 * 10 ** (dbov / 20)
    // Even over +-sqrt(3) times the wanted level.
    const pcm = Int16Array.from({ length: TABLE_SAMPLES }, () => rms * Math.sqrt(3) * (2 * Math.random() - 1))
    this.#table = encodeG711(codec, pcm)
  }

  fill(audio: Uint8Array): void {
    for (let i = 0; i < audio.length; i++) audio[i] = this.#table[this.#at++ & (TABLE_SAMPLES - 1)] as number
    // An odd step keeps the ear from hearing the table again.
    this.#at += 1_237
  }
}
