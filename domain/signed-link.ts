/**
 * Links that customers get by text message: who holds one may do exactly what it is for. The signature covers
 * the purpose too. Uses node:crypto: not for workflow code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type OrderNo, parseOrderNo } from './ids.ts'

/** What a link is good for, and the first part of its path. */
export type LinkPurpose = 'pay' | 'photo'

/** 96 bits: beyond guessing, short enough for a text message. */
const SIGNATURE_BYTES = 12
const DAY_MS = 86_400_000

function signature(covered: string, secret: string): string {
  const digest = createHmac('sha256', secret).update(`daeri link ${covered}`).digest()
  return digest.subarray(0, SIGNATURE_BYTES).toString('base64url')
}

function isSignature(given: string, covered: string, secret: string): boolean {
  const expected = Buffer.from(signature(covered, secret))
  const actual = Buffer.from(given)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

function orderNoIn(text: string): OrderNo | null {
  try {
    return parseOrderNo(text)
  } catch {
    return null
  }
}

/** `<orderNo>.<signature>`. @param secret `settings.secret`. */
export function makeLinkToken(purpose: LinkPurpose, orderNo: OrderNo, secret: string): string {
  return `${orderNo}.${signature(`${purpose} ${orderNo}`, secret)}`
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
  const [text = '', given = ''] = token.split('.', 2)
  const orderNo = orderNoIn(text)
  return orderNo !== null && isSignature(given, `${purpose} ${orderNo}`, secret) ? orderNo : null
}

/** What the link to a customer's order page says of itself. */
export interface OrderLink {
  readonly orderNo: OrderNo
  /** `orders.link_version` when it was made; revoking the links of an order raises it. */
  readonly version: number
  /** Milliseconds since 1970; days are whole, so that a link made twice a day is the same text. */
  readonly expiresAt: number
}

/** `<orderNo>.<version>.<last day>.<signature>`, numbers in base 36. */
export function makeOrderLinkToken(link: OrderLink, secret: string): string {
  const day = Math.ceil(link.expiresAt / DAY_MS)
  const text = `${link.orderNo}.${link.version.toString(36)}.${day.toString(36)}`
  return `${text}.${signature(`order ${text}`, secret)}`
}

/** The whole address of an order page, e.g. `https://…/order/261121-7KQ2.0.g4z.…`. */
export const orderPageLink = (publicUrl: string, link: OrderLink, secret: string): string =>
  `${publicUrl.replace(/\/$/, '')}/order/${makeOrderLinkToken(link, secret)}`

/** What a token says; null when it was not made by us. Whether it still holds is asked beside this. */
export function readOrderLinkToken(token: string, secret: string): OrderLink | null {
  const [text = '', version = '', day = '', given = ''] = token.split('.', 4)
  const orderNo = orderNoIn(text)
  if (orderNo === null || !isSignature(given, `order ${text}.${version}.${day}`, secret)) return null
  return { orderNo, version: Number.parseInt(version, 36), expiresAt: Number.parseInt(day, 36) * DAY_MS }
}
