/** ITU-T G.711 by its formulas: the service's own, so that it is an independent check of the gateway's. */

export type Law = 'mulaw' | 'alaw'

const MULAW_BIAS = 0x84
const MULAW_CLIP = 32_635

/** @returns one byte for each sample. */
export function compress(law: Law, pcm: Int16Array): Uint8Array {
  const one = law === 'mulaw' ? toMulaw : toAlaw
  return Uint8Array.from(pcm, one)
}

/** @returns one sample for each byte. */
export function expand(law: Law, codes: Uint8Array): Int16Array {
  const one = law === 'mulaw' ? fromMulaw : fromAlaw
  return Int16Array.from(codes, one)
}

function toMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), MULAW_CLIP) + MULAW_BIAS
  const segment = 31 - Math.clz32(magnitude) - 7
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff
}

function fromMulaw(code: number): number {
  const bits = ~code & 0xff
  const segment = (bits >> 4) & 7
  const magnitude = ((((bits & 0x0f) << 3) + MULAW_BIAS) << segment) - MULAW_BIAS
  return bits & 0x80 ? -magnitude : magnitude
}

function toAlaw(sample: number): number {
  const positive = sample >= 0
  const magnitude = Math.min(positive ? sample : -sample - 1, 32_767)
  const segment = magnitude < 256 ? 0 : 31 - Math.clz32(magnitude) - 7
  const mantissa = (magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f
  return ((positive ? 0x80 : 0) | (segment << 4) | mantissa) ^ 0x55
}

function fromAlaw(code: number): number {
  const bits = code ^ 0x55
  const segment = (bits >> 4) & 7
  const mantissa = ((bits & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? mantissa : (mantissa + 0x100) << (segment - 1)
  return bits & 0x80 ? magnitude : -magnitude
}
