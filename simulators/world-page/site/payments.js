/** Payments and their checkout pages. */
import { post } from './api.js'
import { depositForm } from './bank.js'
import { clock, h, won } from './dom.js'
import { t } from './texts.js'

const list = document.querySelector('#payments')
const payments = new Map()
const CLASSES = {
  READY: 'busy',
  IN_PROGRESS: 'busy',
  WAITING_FOR_DEPOSIT: 'busy',
  DONE: 'good',
  ABORTED: 'bad',
  EXPIRED: 'bad',
}

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
  const link =
    isOpen && payment.checkout !== null
      ? h('a', { href: payment.checkout.url, target: '_blank', rel: 'noopener' }, t('payments.open'))
      : undefined
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
    link,
    payment.virtualAccount === null ? undefined : account(payment),
  )
}

/** The number to pay into, and a hand that pays or, at the bank, takes the deposit back. */
function account(payment) {
  const { accountNumber, bankCode, customerName, depositorName, dueDate } = payment.virtualAccount
  const lines = [
    h('span', {}, `${t('payments.account')} ${bankCode} · ${accountNumber} · ${customerName}`),
    h('span', { class: 'quiet' }, `${t('payments.due')} ${dueDate.slice(0, 10)} ${clock(dueDate)}`),
    depositorName === null ? undefined : h('span', {}, `${t('bank.depositor')} ${depositorName}`),
  ]
  if (payment.status === 'WAITING_FOR_DEPOSIT') {
    const to = { to: 'virtual_account', account: accountNumber }
    lines.push(depositForm(to, { amount: payment.totalAmount, depositor: customerName }))
  }
  if (payment.status === 'DONE') {
    const fallBack = () => post(`/payments/${payment.paymentKey}/fall-back`)
    lines.push(
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', class: 'danger', onclick: fallBack }, t('payments.fallBack')),
      ),
    )
  }
  return h('div', { class: 'list' }, ...lines)
}
