/** Proof that who attaches to a leg is one of our own processes. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LegId } from './ids.ts'

/** The Bearer token for the media socket of one leg. @param secret DAERI_SECRET. */
export function mediaSocketToken(secret: string, legId: LegId): string {
  return createHmac('sha256', secret).update(`media-socket ${legId}`).digest('base64url')
}

/** Compares in constant time. @param authorization the header's value, e.g. "Bearer …". */
export function isMediaSocketAuthorized(
  authorization: string | undefined,
  secret: string,
  legId: LegId,
): boolean {
  const wanted = Buffer.from(`Bearer ${mediaSocketToken(secret, legId)}`)
  const given = Buffer.from(authorization ?? '')
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
