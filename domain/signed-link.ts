/**
 * Links that customers get by text message: who holds one may do exactly what it is for. Tokens are
 * `<orderNo>.<signature>`; the signature covers the purpose too. Uses node:crypto: not for workflow code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type OrderNo, parseOrderNo } from './ids.ts'

/** What a link is good for, and the first part of its path. */
export type LinkPurpose = 'pay' | 'photo'

/** 96 bits: beyond guessing, short enough for a text message. */
const SIGNATURE_BYTES = 12

function sign(purpose: LinkPurpose, orderNo: OrderNo, secret: string): string {
  const digest = createHmac('sha256', secret).update(`daeri link ${purpose} ${orderNo}`).digest()
  return digest.subarray(0, SIGNATURE_BYTES).toString('base64url')
}

/** @param secret `settings.secret`. */
export function makeLinkToken(purpose: LinkPurpose, orderNo: OrderNo, secret: string): string {
  return `${orderNo}.${sign(purpose, orderNo, secret)}`
}

/** The whole address, e.g. `https://…/pay/261121-7KQ2.…`. */
export function signedLink(
  publicUrl: string,
  purpose: LinkPurpose,
  orderNo: OrderNo,
  secret: string,
): string {
  return `${publicUrl.replace(/\/$/, '')}/${purpose}/${makeLinkToken(purpose, orderNo, secret)}`
}

/** The order a token is for; null when it was not made by us for this purpose. */
export function readLinkToken(purpose: LinkPurpose, token: string, secret: string): OrderNo | null {
  const [text = '', signature = ''] = token.split('.', 2)
  let orderNo: OrderNo
  try {
    orderNo = parseOrderNo(text)
  } catch {
    return null
  }
  const expected = Buffer.from(sign(purpose, orderNo, secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected) ? orderNo : null
}
