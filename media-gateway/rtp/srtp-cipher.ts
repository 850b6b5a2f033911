/** The ciphers of SRTP: session keys (RFC 3711 section 4.3), AES counter mode (4.1.1), AES-GCM (RFC 7714). */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import type { CryptoSuite } from '../sip/sdp-crypto.ts'

const MASTER_KEY_BYTES = 16
const MASTER_SALT_BYTES = 14
const BLOCK_BYTES = 16
const GCM_TAG_BYTES = 16
const AUTH_KEY_BYTES = 20
/** Labels of RFC 3711 section 4.3.1. */
const LABELS = {
  rtp: { encryption: 0, authentication: 1, salt: 2 },
  rtcp: { encryption: 3, authentication: 4, salt: 5 },
}
/** The tag of RTCP has 80 bits in both suites (RFC 4568 section 6.2.2). */
const TAG_BYTES = {
  AES_CM_128_HMAC_SHA1_80: { rtp: 10, rtcp: 10 },
  AES_CM_128_HMAC_SHA1_32: { rtp: 4, rtcp: 10 },
}

/** Protects what follows a header in the clear. `index` is the packet's, 48 bits for RTP and 31 for RTCP. */
export interface PacketCipher {
  readonly tagBytes: number
  /**
   * Encrypts `packet` from `start` to its end in place.
   * @param trailer what is authenticated but not sent with the packet (ROC), or sent after the tag (SRTCP index).
   * @returns the tag.
   */
  seal(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer): Buffer
  /** Decrypts in place; false: the tag is wrong, and the packet is as it was or spoilt. */
  open(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer, tag: Buffer): boolean
}

/** @param key master key and master salt. */
export function makeCipher(suite: CryptoSuite, kind: 'rtp' | 'rtcp', key: Buffer): PacketCipher {
  const masterKey = key.subarray(0, MASTER_KEY_BYTES)
  const masterSalt = Buffer.alloc(MASTER_SALT_BYTES)
  key.copy(masterSalt, 0, MASTER_KEY_BYTES)
  const derive = (label: number, bytes: number) => deriveKey(masterKey, masterSalt, label, bytes)
  const labels = LABELS[kind]
  const encryptionKey = derive(labels.encryption, MASTER_KEY_BYTES)
  if (suite === 'AEAD_AES_128_GCM') return new GcmCipher(encryptionKey, derive(labels.salt, 12), kind)
  return new CounterCipher(
    encryptionKey,
    derive(labels.authentication, AUTH_KEY_BYTES),
    derive(labels.salt, MASTER_SALT_BYTES),
    TAG_BYTES[suite][kind],
  )
}

/** With a key derivation rate of zero: once for the whole session. */
export function deriveKey(masterKey: Buffer, masterSalt: Buffer, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(BLOCK_BYTES)
  masterSalt.copy(iv)
  iv.writeUInt8(iv.readUInt8(7) ^ label, 7)
  return createCipheriv('aes-128-ctr', masterKey, iv).update(Buffer.alloc(bytes))
}

class CounterCipher implements PacketCipher {
  readonly tagBytes: number
  /** One cipher object for all packets: making one costs as much as encrypting twenty packets. */
  readonly #blocks: Cipheriv
  readonly #authenticationKey: KeyObject
  readonly #salt: Buffer
  #counters: Buffer = Buffer.alloc(0)

  constructor(encryptionKey: Buffer, authenticationKey: Buffer, salt: Buffer, tagBytes: number) {
    this.#blocks = createCipheriv('aes-128-ecb', encryptionKey, null).setAutoPadding(false)
    this.#authenticationKey = createSecretKey(authenticationKey)
    this.#salt = salt
    this.tagBytes = tagBytes
  }

  seal(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer): Buffer {
    this.#xor(packet, start, ssrc, index)
    return this.#tag(packet, trailer)
  }

  open(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer, tag: Buffer): boolean {
    if (!timingSafeEqual(this.#tag(packet, trailer), tag)) return false
    this.#xor(packet, start, ssrc, index)
    return true
  }

  #tag(packet: Buffer, trailer: Buffer): Buffer {
    return createHmac('sha1', this.#authenticationKey)
      .update(packet)
      .update(trailer)
      .digest()
      .subarray(0, this.tagBytes)
  }

  /** The keystream is the encrypted counter: salt, SSRC and index, and the number of the block. */
  #xor(packet: Buffer, start: number, ssrc: number, index: number): void {
    const blocks = Math.ceil((packet.length - start) / BLOCK_BYTES)
    if (this.#counters.length < blocks * BLOCK_BYTES) this.#counters = this.#saltedBlocks(blocks)
    const counters = this.#counters
    const salt = this.#salt
    const ssrcWord = (salt.readUInt32BE(4) ^ ssrc) >>> 0
    const indexHigh = (salt.readUInt16BE(8) ^ Math.floor(index / 2 ** 32)) & 0xffff
    const indexLow = (salt.readUInt32BE(10) ^ (index % 2 ** 32)) >>> 0
    for (let at = 0; at < blocks * BLOCK_BYTES; at += BLOCK_BYTES) {
      counters.writeUInt32BE(ssrcWord, at + 4)
      counters.writeUInt16BE(indexHigh, at + 8)
      counters.writeUInt32BE(indexLow, at + 10)
    }
    const keystream = this.#blocks.update(counters.subarray(0, blocks * BLOCK_BYTES))
    for (let at = start; at < packet.length; at++)
      packet[at] = (packet[at] as number) ^ (keystream[at - start] as number)
  }

  #saltedBlocks(count: number): Buffer {
    const counters = Buffer.alloc(count * BLOCK_BYTES)
    for (let block = 0; block < count; block++) {
      this.#salt.copy(counters, block * BLOCK_BYTES)
      counters.writeUInt16BE(block, block * BLOCK_BYTES + 14)
    }
    return counters
  }
}

/** With the session's key and salt. */
export class GcmCipher implements PacketCipher {
  readonly tagBytes = GCM_TAG_BYTES
  readonly #key: KeyObject
  readonly #salt: Buffer
  readonly #kind: 'rtp' | 'rtcp'

  constructor(key: Buffer, salt: Buffer, kind: 'rtp' | 'rtcp') {
    this.#key = createSecretKey(key)
    this.#salt = salt
    this.#kind = kind
  }

  seal(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer): Buffer {
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#iv(ssrc, index))
    cipher.setAAD(this.#associated(packet, start, trailer))
    cipher.update(packet.subarray(start)).copy(packet, start)
    cipher.final()
    return cipher.getAuthTag()
  }

  open(packet: Buffer, start: number, ssrc: number, index: number, trailer: Buffer, tag: Buffer): boolean {
    const decipher = createDecipheriv('aes-128-gcm', this.#key, this.#iv(ssrc, index))
    decipher.setAAD(this.#associated(packet, start, trailer))
    decipher.setAuthTag(tag)
    const clear = decipher.update(packet.subarray(start))
    try {
      decipher.final()
    } catch {
      return false
    }
    clear.copy(packet, start)
    return true
  }

  /** RFC 7714 sections 8.2 and 9.2: the index of RTP is in the IV alone, that of RTCP is authenticated too. */
  #associated(packet: Buffer, start: number, trailer: Buffer): Buffer {
    const header = packet.subarray(0, start)
    return this.#kind === 'rtp' ? header : Buffer.concat([header, trailer])
  }

  /** RFC 7714 sections 8.1 and 9.1. */
  #iv(ssrc: number, index: number): Buffer {
    const iv = Buffer.alloc(12)
    iv.writeUInt32BE(ssrc, 2)
    iv.writeUIntBE(index, 6, 6)
    for (let at = 0; at < iv.length; at++) iv[at] = (iv[at] as number) ^ (this.#salt[at] as number)
    return iv
  }
}
