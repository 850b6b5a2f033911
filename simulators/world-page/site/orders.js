/** Orders at the vendor: their progress, and a hand on it. */
import { post } from './api.js'
import { h } from './dom.js'
import { t } from './texts.js'

const STEPS = ['접수', '제작중', '배송중', '완료']
const list = document.querySelector('#orders')
const layout = document.querySelector('#erp-layout')
const orders = new Map()

export function showOrders(all) {
  orders.clear()
  for (const order of all) orders.set(order.order_id, order)
  redrawOrders()
}

export function showOrder(order) {
  orders.set(order.order_id, order)
  redrawOrders()
}

export function setUpOrders() {
  layout.addEventListener('change', () => post('/vendor-erp/layout', { changed: layout.checked }))
}

export function showLayout({ layout_changed: changed }) {
  layout.checked = changed
}

export function redrawOrders() {
  const items = [...orders.values()].reverse().map(item)
  list.replaceChildren(...(items.length === 0 ? [h('p', { class: 'empty' }, t('orders.none'))] : items))
}

function item(order) {
  const reached = STEPS.indexOf(order.status)
  const isOver = order.status === '취소' || order.status === '완료'
  const act =
    (action, body = {}) =>
    () =>
      post(`/vendor-orders/${order.order_id}/${action}`, body)
  const actions = h(
    'div',
    { class: 'actions' },
    h('button', { type: 'button', onclick: act('advance') }, t('orders.advance')),
    h(
      'button',
      { type: 'button', 'aria-pressed': String(order.held), onclick: act('hold', { held: !order.held }) },
      t('orders.hold'),
    ),
    h('button', { type: 'button', class: 'danger', onclick: act('refuse') }, t('orders.refuse')),
  )
  const steps = h(
    'ol',
    { class: 'steps' },
    ...STEPS.map((step, index) => h('li', { class: index <= reached ? 'past' : '' }, t(`order.${step}`))),
  )
  return h(
    'article',
    { class: 'item' },
    h(
      'header',
      {},
      h('strong', {}, order.order_id),
      h(
        'span',
        { class: `pill ${order.status === '취소' ? 'bad' : order.status === '완료' ? 'good' : 'busy'}` },
        t(`order.${order.status}`),
      ),
    ),
    h('span', {}, `${order.hall} ${order.room} · ${order.recipient}`),
    h('span', { class: 'quiet' }, `“${order.ribbon_text}” · ${order.sender} · ${order.reference}`),
    order.status === '취소' ? undefined : steps,
    order.photo_url === null
      ? undefined
      : h('img', {
          src: `/vendor-erp/photos/${order.order_id}.png`,
          alt: t('orders.photo'),
          loading: 'lazy',
        }),
    isOver ? undefined : actions,
  )
}
