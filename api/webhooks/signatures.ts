/** How webhooks prove where they come from. All comparisons take the same time whatever is given. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** True when both texts are equal; tells nothing by its time but a difference in length. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** Headers X-Erp-Signature of the vendor and X-Sms-Signature: `sha256=<hex HMAC-SHA256 of the raw body>`. */
export function isBodySignature(header: string | undefined, body: string, secret: string): boolean {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  return header !== undefined && equalInConstantTime(header, expected)
}

/** Header X-Solapi-Secret: `hex SHA-1 of the shared secret`, as Solapi defines it. */
export function isSolapiSecret(header: string | undefined, secret: string): boolean {
  const expected = createHash('sha1').update(secret).digest('hex')
  return header !== undefined && equalInConstantTime(header, expected)
}
