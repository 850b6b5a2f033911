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
  /** Of who wrote it; several differ by their identifiers. At least one. */
  readonly keys: readonly SrtpMasterKey[]
}

/** One master key as its owner describes it (RFC 4568 section 6.1). */
export interface SrtpMasterKey {
  /** Key and salt. */
  readonly key: Buffer
  /** Packets that it may seal. */
  readonly lifetime: number
  /** Stands in each packet that it has sealed; null: no packet names its key. */
  readonly mki: Buffer | null
}

/** RFC 3711 section 9.2. */
export const LONGEST_LIFETIME = 2 ** 48
const LONGEST_MKI_BYTES = 128
const MOST_KEYS = 8

/** What both ends agreed on: each encrypts with its own key. */
export interface SrtpAgreement {
  readonly suite: CryptoSuite
  readonly localKey: Buffer
  readonly remoteKeys: readonly SrtpMasterKey[]
}

/**
 * Reads `crypto:<tag> <suite> inline:<key>[|lifetime][|MKI:length][;inline:…]`.
 * @param value the attribute without `crypto:`.
 * @returns undefined for a suite, a key or a parameter that we can't follow; another line may do.
 */
export function parseCrypto(value: string): CryptoAttribute | undefined {
  const [tag = '', name = '', keys = '', ...parameters] = value.trim().split(/\s+/)
  const suite = CRYPTO_SUITES.find((known) => known === name)
  if (suite === undefined || !/^\d{1,9}$/.test(tag)) return undefined
  // A hint for the replay window changes nothing; all others change what is on the wire.
  if (parameters.some((parameter) => !parameter.startsWith('WSH='))) return undefined
  const read = keys.split(';', MOST_KEYS + 1).map((text) => parseMasterKey(text, KEY_BYTES[suite]))
  const known = read.filter((key) => key !== undefined)
  const isWhole = known.length === read.length && known.length <= MOST_KEYS && canBeToldApart(known)
  return isWhole ? { tag, suite, keys: known } : undefined
}

function parseMasterKey(text: string, bytes: number): SrtpMasterKey | undefined {
  const [, base64 = '', lifetimeText, mkiText] =
    /^inline:([A-Za-z0-9+/]+={0,2})(?:\|((?:2\^)?\d{1,15}))?(?:\|(\d{1,40}:\d{1,3}))?$/.exec(text) ?? []
  const key = Buffer.from(base64, 'base64')
  const lifetime = lifetimeText === undefined ? LONGEST_LIFETIME : readLifetime(lifetimeText)
  const mki = mkiText === undefined ? null : readMki(mkiText)
  if (key.length !== bytes || mki === undefined || lifetime < 1 || lifetime > LONGEST_LIFETIME)
    return undefined
  return { key, lifetime, mki }
}

const readLifetime = (text: string): number =>
  text.startsWith('2^') ? 2 ** Number(text.slice(2)) : Number(text)

/** `value:length`: big-endian in so many bytes. */
function readMki(text: string): Buffer | undefined {
  const [value = '', length = ''] = text.split(':')
  const bytes = Number(length)
  if (bytes < 1 || bytes > LONGEST_MKI_BYTES) return undefined
  const hex = BigInt(value).toString(16)
  return hex.length > 2 * bytes ? undefined : Buffer.from(hex.padStart(2 * bytes, '0'), 'hex')
}

/** Several keys need identifiers, all different and of one length. */
function canBeToldApart(keys: readonly SrtpMasterKey[]): boolean {
  if (keys.length === 1) return true
  const names = new Set(keys.map(({ mki }) => mki?.toString('hex') ?? ''))
  const lengths = new Set(keys.map(({ mki }) => mki?.length ?? 0))
  return names.size === keys.length && lengths.size === 1 && !lengths.has(0)
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
