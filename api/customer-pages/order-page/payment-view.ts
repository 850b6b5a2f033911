/** The parts of the order page that speak of money: card, transfer, where a refund goes. */
import type { Language } from '../../../domain/money.ts'
import { type Html, html } from '../../html.ts'
import type { CustomerOrder } from './order.ts'
import { ORDER_PAGE_TEXTS } from './texts.ts'

/** Ways to pay while payment is awaited. */
export function paymentSections(order: CustomerOrder, path: string, language: Language): Html | null {
  if (order.stage !== 'pay') return null
  const text = ORDER_PAGE_TEXTS[language]
  return html`<section><a class="button" href="${path}/pay">${text.payByCard}</a></section>`
}

/** Asked for when money has to go back that did not come by card. */
export function refundAccountSection(_order: CustomerOrder, _path: string, _language: Language): Html | null {
  return null
}
