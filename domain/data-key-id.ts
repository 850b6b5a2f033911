import { createHash } from 'node:crypto'

/** Names a data key without telling anything about it; stands beside every ciphertext. @param dataKey hexadecimal. */
export function dataKeyId(dataKey: string): string {
  return createHash('sha256').update(`daeri key id ${dataKey}`).digest('hex').slice(0, 8)
}
