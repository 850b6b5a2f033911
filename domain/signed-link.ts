/**
 * Signed, expiring links that are texted to customers. The token is `<order no>.<expiry>.<signature>`,
 * 41 characters: short, because it goes into a text message.
 * Uses node:crypto, so workflows can't import it; activities and the API do.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type OrderNo, parseOrderNo } from './ids.ts'

/** 16 of the 32 bytes of HMAC-SHA256: RFC 2104 section 5 allows half of the output. */
const SIGNATURE_BYTES = 16
/** Keeps the key of payment links apart from every other use of the secret. */
const PURPOSE = 'payment-link'

/** What a token says when it is genuine. */
export type PaymentToken =
  | { readonly kind: 'valid'; readonly orderNo: OrderNo; readonly expires: Date }
  | { readonly kind: 'expired'; readonly orderNo: OrderNo; readonly expires: Date }
  | { readonly kind: 'forged' }

/** @param secret `settings.secret`. */
export function makePaymentToken(orderNo: OrderNo, expires: Date, secret: string): string {
  const claim = `${orderNo}.${Math.ceil(expires.getTime() / 1000).toString(36)}`
  return `${claim}.${sign(claim, secret).toString('base64url')}`
}

/** The whole address a customer opens. @param publicUrl `settings.publicUrl`. */
export function makePaymentLink(publicUrl: string, orderNo: OrderNo, expires: Date, secret: string): string {
  return `${publicUrl.replace(/\/$/, '')}/pay/${makePaymentToken(orderNo, expires, secret)}`
}

/** Checks the signature before anything the token says is looked at; compares in constant time. */
export function readPaymentToken(token: string, secret: string, now: Date): PaymentToken {
  const end = token.lastIndexOf('.')
  const claim = token.slice(0, Math.max(end, 0))
  const given = Buffer.from(token.slice(end + 1), 'base64url')
  const expected = sign(claim, secret)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { kind: 'forged' }
  const [orderNo, expiry] = claim.split('.')
  const seconds = Number.parseInt(expiry ?? '', 36)
  if (orderNo === undefined || Number.isNaN(seconds)) return { kind: 'forged' }
  const expires = new Date(seconds * 1000)
  return {
    kind: expires.getTime() > now.getTime() ? 'valid' : 'expired',
    orderNo: parseOrderNo(orderNo),
    expires,
  }
}

function sign(claim: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${PURPOSE}:${claim}`).digest().subarray(0, SIGNATURE_BYTES)
}
