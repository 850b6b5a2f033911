/** AES-256-GCM over every Temporal payload; the key's id lies in the payload's metadata so that keys can rotate. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Payload, PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'

const ENCODING = 'binary/encrypted'
const IV_BYTES = 12
const TAG_BYTES = 16
const PayloadMessage = proto.temporal.api.common.v1.Payload

/** A payload that was encrypted with a key this process does not have; retrying will not help. */
export class PayloadKeyError extends Error {
  readonly retryable = false
}

interface PayloadKey {
  readonly id: string
  readonly secret: Buffer
}

function payloadKey(dataKey: string): PayloadKey {
  const id = createHash('sha256').update(`daeri key id ${dataKey}`).digest('hex').slice(0, 8)
  const secret = Buffer.from(hkdfSync('sha256', Buffer.from(dataKey, 'hex'), '', 'daeri payloads', 32))
  return { id, secret }
}

/** Encrypts each payload whole, with its own metadata inside; reads unencrypted payloads as they are. */
export class EncryptionCodec implements PayloadCodec {
  readonly #current: PayloadKey
  readonly #keys: ReadonlyMap<string, PayloadKey>

  /** @param dataKeys 64 hexadecimal digits each: the first encrypts, all of them decrypt. */
  constructor(dataKeys: readonly [string, ...string[]]) {
    const keys = dataKeys.map(payloadKey)
    this.#current = payloadKey(dataKeys[0])
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#seal(payload))
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (encodingOf(payload) === ENCODING ? this.#open(payload) : payload))
  }

  #seal(payload: Payload): Payload {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#current.secret, iv)
    const plain = PayloadMessage.encode(payload).finish()
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(this.#current.id) },
      data: Buffer.concat([iv, cipher.getAuthTag(), sealed]),
    }
  }

  #open(payload: Payload): Payload {
    const keyId = text(payload.metadata?.['encryption-key-id'])
    const key = this.#keys.get(keyId)
    if (key === undefined) throw new PayloadKeyError(`the payload key "${keyId}" is not configured`)
    const sealed = Buffer.from(payload.data ?? [])
    const decipher = createDecipheriv('aes-256-gcm', key.secret, sealed.subarray(0, IV_BYTES))
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    return PayloadMessage.decode(plain)
  }
}

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8')
const encodingOf = (payload: Payload): string => text(payload.metadata?.encoding)
