/**
 * Personal data at rest: AES-256-GCM text columns with the key's id beside the ciphertext, and a keyed
 * hash to find a phone number without decrypting. Columns marked (enc) in db/migrations hold `encryptText`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

import { dataKeyId } from '../domain/data-key-id.ts'

/**
 * 64 hexadecimal digits, or several of them while keys rotate: the first one encrypts and hashes, all of
 * them decrypt.
 */
export type DataKeys = string | readonly string[]

/** A column that can't be read: wrong key or damaged; retrying will not help. */
export class DecryptionError extends Error {
  readonly retryable = false
}

const PREFIX = 'enc1'
const IV_BYTES = 12
const TAG_BYTES = 16

interface DerivedKeys {
  readonly id: string
  /** As a key object: made of bytes for each column, a cipher takes six times as long. */
  readonly column: KeyObject
  readonly hash: Buffer
}

const derivedKeys = new Map<string, DerivedKeys>()

/** One secret per purpose (RFC 5869), so that no key serves two algorithms. */
function derive(dataKey: string): DerivedKeys {
  const known = derivedKeys.get(dataKey)
  if (known !== undefined) return known
  const root = Buffer.from(dataKey, 'hex')
  const subkey = (purpose: string) => Buffer.from(hkdfSync('sha256', root, '', `daeri ${purpose}`, 32))
  const keys = {
    id: dataKeyId(dataKey),
    column: createSecretKey(subkey('columns')),
    hash: subkey('phone hash'),
  }
  derivedKeys.set(dataKey, keys)
  return keys
}

const allKeys = (keys: DataKeys): readonly string[] => (typeof keys === 'string' ? [keys] : keys)

function currentKey(keys: DataKeys): DerivedKeys {
  const first = allKeys(keys)[0]
  if (first === undefined) throw new DecryptionError('no data key is configured')
  return derive(first)
}

/** @throws DecryptionError when the key is not among those given. */
function keyOfId(keys: DataKeys, keyId: string): DerivedKeys {
  for (const candidate of allKeys(keys)) {
    const key = derive(candidate)
    if (key.id === keyId) return key
  }
  throw new DecryptionError(`the data key ${keyId} is not configured`)
}

/**
 * Encrypts a text for storage: `enc1:<key id>:<base64url of iv, tag, ciphertext>`. Two calls never give the
 * same result.
 */
export function encryptText(text: string, keys: DataKeys): string {
  const key = currentKey(keys)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.column, iv)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const sealed = Buffer.concat([iv, cipher.getAuthTag(), ciphertext])
  return `${PREFIX}:${key.id}:${sealed.toString('base64url')}`
}

/**
 * Reads what `encryptText` wrote.
 * @throws DecryptionError when the key is not among those given or the text was changed.
 */
export function decryptText(stored: string, keys: DataKeys): string {
  const [prefix, keyId, body] = stored.split(':')
  if (prefix !== PREFIX || keyId === undefined || body === undefined) {
    throw new DecryptionError('the column does not hold an encrypted text')
  }
  const key = keyOfId(keys, keyId)
  const sealed = Buffer.from(body, 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.column, sealed.subarray(0, IV_BYTES))
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    return text.toString('utf8')
  } catch (error) {
    throw new DecryptionError('the encrypted text was damaged', { cause: error })
  }
}

const FILE_MARK = Buffer.from(`${PREFIX}:`)
const KEY_ID_LENGTH = 8

/** Encrypts a file for storage: `enc1:`, key id, iv, tag, ciphertext. */
export function encryptBytes(bytes: Uint8Array, keys: DataKeys): Buffer {
  const key = currentKey(keys)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.column, iv)
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([FILE_MARK, Buffer.from(key.id), iv, cipher.getAuthTag(), ciphertext])
}

/**
 * Reads what `encryptBytes` wrote.
 * @throws DecryptionError
 */
export function decryptBytes(stored: Uint8Array, keys: DataKeys): Buffer {
  const file = Buffer.from(stored)
  const body = FILE_MARK.length + KEY_ID_LENGTH
  if (!file.subarray(0, FILE_MARK.length).equals(FILE_MARK)) {
    throw new DecryptionError('the file is not encrypted')
  }
  const keyId = file.subarray(FILE_MARK.length, body).toString()
  const key = keyOfId(keys, keyId)
  try {
    const iv = file.subarray(body, body + IV_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key.column, iv)
    decipher.setAuthTag(file.subarray(body + IV_BYTES, body + IV_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(file.subarray(body + IV_BYTES + TAG_BYTES)), decipher.final()])
  } catch (error) {
    throw new DecryptionError('the encrypted file was damaged', { cause: error })
  }
}

/** `decryptText` for nullable columns. */
export function decryptNullable(stored: string | null, keys: DataKeys): string | null {
  return stored === null ? null : decryptText(stored, keys)
}

/** `encryptText` for nullable columns. */
export function encryptNullable(text: string | null, keys: DataKeys): string | null {
  return text === null ? null : encryptText(text, keys)
}

/**
 * Keyed hash by which a customer is found.
 * @param digits national digits as `normalizePhone` of domain/phone-number.ts gives them.
 */
export function phoneHash(digits: string, keys: DataKeys): string {
  return createHmac('sha256', currentKey(keys).hash).update(digits).digest('hex')
}

/**
 * Keyed hash of whatever names somebody elsewhere, e.g. a user at a chat channel.
 * @param purpose keeps equal texts of different kinds apart.
 */
export function keyedHash(purpose: string, text: string, keys: DataKeys): string {
  return createHmac('sha256', currentKey(keys).hash).update(`${purpose}\n${text}`).digest('hex')
}
