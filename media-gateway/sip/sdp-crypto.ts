/** Keys for SRTP in a session description (RFC 4568, "SDES"). Pure but for the random keys. */
import { randomBytes } from 'node:crypto'

/** The suites we know, in the order in which we offer them (RFC 4568 section 6.2, RFC 7714 section 14.2). */
export const CRYPTO_SUITES = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
] as const
export type CryptoSuite = (typeof CRYPTO_SUITES)[number]

/** Bytes of master key and master salt together. */
const KEY_BYTES: Readonly<Record<CryptoSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_128_GCM: 28,
}

/**
 * `off`: sound goes in the clear. `accept`: encrypted where the other side offers it, our offers are in the clear.
 * `require`: never in the clear, both ways.
 */
export type SrtpPolicy = 'off' | 'accept' | 'require'

/** Master key and salt of one end, one pair a suite: no key serves two ciphers. */
export type SrtpLocalKeys = Readonly<Record<CryptoSuite, Buffer>>

export function makeSrtpKeys(): SrtpLocalKeys {
  return {
    AES_CM_128_HMAC_SHA1_80: randomBytes(KEY_BYTES.AES_CM_128_HMAC_SHA1_80),
    AES_CM_128_HMAC_SHA1_32: randomBytes(KEY_BYTES.AES_CM_128_HMAC_SHA1_32),
    AEAD_AES_128_GCM: randomBytes(KEY_BYTES.AEAD_AES_128_GCM),
  }
}

/** What one end wants and has; the keys stay the same for a whole call. */
export interface SrtpEnd {
  readonly policy: SrtpPolicy
  readonly keys: SrtpLocalKeys
}

/** An `a=crypto` that we can follow. */
export interface CryptoAttribute {
  readonly tag: string
  readonly suite: CryptoSuite
  /** Master key and salt of who wrote it. */
  readonly key: Buffer
}

/** What both ends agreed on: each encrypts with its own key. */
export interface SrtpAgreement {
  readonly suite: CryptoSuite
  readonly localKey: Buffer
  readonly remoteKey: Buffer
}

/**
 * Reads `crypto:<tag> <suite> inline:<key>[|lifetime][|MKI:length]`.
 * @param value the attribute without `crypto:`.
 * @returns undefined for a suite, a key or a parameter that we can't follow; another line may do.
 */
export function parseCrypto(value: string): CryptoAttribute | undefined {
  const [tag = '', name = '', keys = '', ...parameters] = value.trim().split(/\s+/)
  const suite = CRYPTO_SUITES.find((known) => known === name)
  // Several keys go with MKI in each packet, as does a single one that has an MKI.
  const [, text, , mki] = /^inline:([A-Za-z0-9+/]+={0,2})(\|(?:2\^)?\d+)?(\|\d+:\d+)?$/.exec(keys) ?? []
  if (suite === undefined || text === undefined || mki !== undefined || !/^\d{1,9}$/.test(tag))
    return undefined
  // A hint for the replay window changes nothing; all others change what is on the wire.
  if (parameters.some((parameter) => !parameter.startsWith('WSH='))) return undefined
  const key = Buffer.from(text, 'base64')
  return key.length === KEY_BYTES[suite] ? { tag, suite, key } : undefined
}

/** An attribute without `a=`. */
export const cryptoAttribute = (tag: string, suite: CryptoSuite, key: Buffer): string =>
  `crypto:${tag} ${suite} inline:${key.toString('base64')}`

/** All our suites, for an offer. */
export const offeredCrypto = (keys: SrtpLocalKeys): readonly string[] =>
  CRYPTO_SUITES.map((suite, index) => cryptoAttribute(String(index + 1), suite, keys[suite]))

/**
 * Which of the other side's lines is used with a profile.
 * @returns null: none is needed; undefined: this section can't be taken.
 */
export function chooseCrypto(
  profile: string,
  offered: readonly CryptoAttribute[],
  policy: SrtpPolicy,
): CryptoAttribute | null | undefined {
  if (profile !== 'RTP/AVP' && profile !== 'RTP/SAVP') return undefined
  if (policy === 'off') return profile === 'RTP/AVP' ? null : undefined
  const [first] = offered
  // Keys beside RTP/AVP: who offers so encrypts if we do, too.
  if (first !== undefined) return first
  return profile === 'RTP/AVP' && policy === 'accept' ? null : undefined
}
