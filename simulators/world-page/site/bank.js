/** The company's own bank account, and money that people send. */
import { post } from './api.js'
import { clock, h, won } from './dom.js'
import { t } from './texts.js'

const list = document.querySelector('#bank')
const transactions = new Map()

export function showBank({ transactions: all }) {
  transactions.clear()
  for (const transaction of all) transactions.set(transaction.id, transaction)
  redrawBank()
}

export function showTransaction(transaction) {
  transactions.set(transaction.id, transaction)
  redrawBank()
}

export function redrawBank() {
  const items = [...transactions.values()]
    .reverse()
    .map((transaction) =>
      h(
        'article',
        { class: 'item' },
        h('header', {}, h('strong', {}, won(transaction.amount)), h('span', {}, transaction.depositor)),
        h(
          'span',
          { class: 'quiet' },
          `${transaction.at.slice(0, 10)} ${clock(transaction.at)} · ${transaction.memo || transaction.id}`,
        ),
      ),
    )
  list.replaceChildren(
    depositForm({ to: 'company_account' }, {}),
    ...(items.length === 0 ? [h('p', { class: 'empty' }, t('bank.none'))] : items),
  )
}

/** A form that sends money; what the bank refuses is told below it. */
export function depositForm(to, { amount = '', depositor = '' }) {
  const value = (name) => form.elements.namedItem(name).value.trim()
  const field = (name, properties) => {
    const label = t(`bank.${name}`)
    return h(
      'label',
      {},
      h('span', {}, label),
      h('input', { name, required: true, autocomplete: 'off', ...properties }),
    )
  }
  const error = h('p', { class: 'error', role: 'alert', hidden: true })
  const form = h(
    'form',
    { class: 'row deposit' },
    field('amount', { type: 'number', min: '1', value: String(amount) }),
    field('depositor', { value: depositor }),
    h('button', {}, t('bank.send')),
    error,
  )
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.hidden = true
    try {
      await post('/deposits', { ...to, amount: Number(value('amount')), depositor: value('depositor') })
      form.reset()
    } catch (reason) {
      error.textContent = reason.message
      error.hidden = false
    }
  })
  return form
}
