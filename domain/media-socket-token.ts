/** Proof that who attaches to a leg is one of our own processes. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LegId } from './ids.ts'

/** The Bearer token for the media socket of one leg. @param secret DAERI_SECRET. */
export function mediaSocketToken(secret: string, legId: LegId): string {
  return createHmac('sha256', secret).update(`media-socket ${legId}`).digest('base64url')
}

/** The Bearer token for the state of a gateway. */
export function gatewayStateToken(secret: string): string {
  return createHmac('sha256', secret).update('gateway-state').digest('base64url')
}

/** Compares in constant time. @param authorization the header's value, e.g. "Bearer …". */
export const isMediaSocketAuthorized = (authorization: string | undefined, secret: string, legId: LegId) =>
  isBearer(authorization, mediaSocketToken(secret, legId))

export const isGatewayStateAuthorized = (authorization: string | undefined, secret: string) =>
  isBearer(authorization, gatewayStateToken(secret))

function isBearer(authorization: string | undefined, token: string): boolean {
  const wanted = Buffer.from(`Bearer ${token}`)
  const given = Buffer.from(authorization ?? '')
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
