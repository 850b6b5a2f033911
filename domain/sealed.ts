/** Files with personal data: AES-256-GCM under a key of their own, made of the data key (RFC 5869). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Version of the layout: mark, 12 bytes IV, 16 bytes tag, ciphertext. */
const MARK = Buffer.from('DS1\0')
const IV_BYTES = 12
const TAG_BYTES = 16

/** What can't be opened: another key, or damaged; retrying will not help. */
export class SealError extends Error {
  readonly retryable = false
}

/** What the file is; a file can't be taken for one of another kind or name. */
export type SealPurpose = 'signalling'

const keyFor = (dataKey: string, purpose: SealPurpose): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(dataKey, 'hex'), '', `daeri file ${purpose}`, 32))

/** @param dataKey 64 hexadecimal digits. @param name of the file, bound to its content. */
export function seal(dataKey: string, purpose: SealPurpose, name: string, content: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(dataKey, purpose), iv).setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([MARK, iv, cipher.getAuthTag(), text])
}

/** @throws SealError */
export function unseal(dataKey: string, purpose: SealPurpose, name: string, sealed: Buffer): Buffer {
  const head = MARK.length + IV_BYTES + TAG_BYTES
  if (sealed.length < head || !sealed.subarray(0, MARK.length).equals(MARK))
    throw new SealError('not a sealed file')
  const iv = sealed.subarray(MARK.length, MARK.length + IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', keyFor(dataKey, purpose), iv)
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(MARK.length + IV_BYTES, head))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()])
  } catch {
    throw new SealError('another key, or damaged')
  }
}
