/** Payments and their checkout pages. */
import { h, won } from './dom.js'
import { t } from './texts.js'

const list = document.querySelector('#payments')
const payments = new Map()
const CLASSES = { READY: 'busy', IN_PROGRESS: 'busy', DONE: 'good', ABORTED: 'bad', EXPIRED: 'bad' }

export function showPayments(all) {
  payments.clear()
  for (const payment of all) payments.set(payment.paymentKey, payment)
  redrawPayments()
}

export function showPayment(payment) {
  payments.set(payment.paymentKey, payment)
  redrawPayments()
}

export function redrawPayments() {
  const items = [...payments.values()].reverse().map(item)
  list.replaceChildren(...(items.length === 0 ? [h('p', { class: 'empty' }, t('payments.none'))] : items))
}

function item(payment) {
  const isOpen = payment.status === 'READY' || payment.status === 'IN_PROGRESS'
  const link = h('a', { href: payment.checkout.url, target: '_blank', rel: 'noopener' }, t('payments.open'))
  const left = payment.balanceAmount === payment.totalAmount ? '' : ` (${won(payment.balanceAmount)})`
  return h(
    'article',
    { class: 'item' },
    h(
      'header',
      {},
      h('strong', {}, `${won(payment.totalAmount)}${left}`),
      h('span', { class: `pill ${CLASSES[payment.status] ?? ''}` }, t(`payment.${payment.status}`)),
    ),
    h('span', { class: 'quiet' }, `${payment.orderName} · ${payment.orderId}`),
    isOpen ? link : undefined,
  )
}
