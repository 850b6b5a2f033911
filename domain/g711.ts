/** ITU-T G.711: the two companding laws as tables between 8-bit codes and 16-bit linear samples. */
import type { Codec } from './media-socket.ts'

/** The code of silence: positive zero of each law. */
export const SILENCE: Readonly<Record<Codec, number>> = { PCMU: 0xff, PCMA: 0xd5 }

/** Static payload types of RFC 3551 table 4. */
export const PAYLOAD_TYPE: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 }

function decodeMulawCode(code: number): number {
  const inverted = ~code & 0xff
  const exponent = (inverted >> 4) & 7
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << exponent
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84
}

function decodeAlawCode(code: number): number {
  const toggled = code ^ 0x55
  const exponent = (toggled >> 4) & 7
  const mantissa = (toggled & 0x0f) << 4
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1)
  return toggled & 0x80 ? magnitude : -magnitude
}

/**
 * The inverse of a decoding table: for every 16-bit sample the code whose value is nearest, which is what
 * the standard's segment search gives too, without a second formula to keep in step.
 */
function invert(values: Int16Array): Uint8Array {
  const codes = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const table = new Uint8Array(65_536)
  let nearest = 0
  for (let sample = -32_768; sample <= 32_767; sample++) {
    const distance = (index: number) => Math.abs((values[codes[index] ?? 0] ?? 0) - sample)
    while (nearest + 1 < codes.length && distance(nearest + 1) <= distance(nearest)) nearest++
    table[sample & 0xffff] = codes[nearest] ?? 0
  }
  return table
}

const DECODE: Readonly<Record<Codec, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, code) => decodeMulawCode(code)),
  PCMA: Int16Array.from({ length: 256 }, (_, code) => decodeAlawCode(code)),
}
const ENCODE: Readonly<Record<Codec, Uint8Array>> = {
  PCMU: invert(DECODE.PCMU),
  PCMA: invert(DECODE.PCMA),
}
// Both zeros of mu-law decode to 0; the positive one is what silence is sent as.
ENCODE.PCMU[0] = SILENCE.PCMU

/** @returns one 16-bit sample for every byte. */
export function decodeG711(codec: Codec, codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length)
  decodeG711Into(codec, codes, samples)
  return samples
}

/** The same without a new array, for what is done 50 times a second a leg. @param samples as long as `codes`. */
export function decodeG711Into(codec: Codec, codes: Uint8Array, samples: Int16Array): void {
  const table = DECODE[codec]
  for (let i = 0; i < codes.length; i++) samples[i] = table[codes[i] as number] as number
}

/** @returns one byte for every sample. */
export function encodeG711(codec: Codec, samples: Int16Array): Uint8Array {
  const table = ENCODE[codec]
  const codes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) codes[i] = table[(samples[i] as number) & 0xffff] as number
  return codes
}

/** From one law to the other; used only where a peer sends what was not negotiated. */
export function transcodeG711(from: Codec, to: Codec, codes: Uint8Array): Uint8Array {
  return from === to ? codes : encodeG711(to, decodeG711(from, codes))
}

/** A new buffer of codec silence. */
export function silence(codec: Codec, samples: number): Uint8Array {
  return new Uint8Array(samples).fill(SILENCE[codec])
}
