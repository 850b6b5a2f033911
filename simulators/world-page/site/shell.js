/** The frame of the page: header and panels, whose texts `fillTexts` puts in. Built when first imported. */
import { h } from './dom.js'

const text = (key, tag = 'span', properties = {}) => h(tag, { ...properties, 'data-text': key })

/** A label around its control. */
const field = (key, control, properties = {}) => h('label', properties, text(key), control)
const hiddenField = (key, control, className) =>
  h('label', { class: className }, text(key, 'span', { class: 'visually-hidden' }), control)

function panel(key, title, ...content) {
  const id = `${key}-title`
  return h('section', { class: 'panel', 'aria-labelledby': id }, h('h2', { id }, ...title), ...content)
}

const language = (code, name) => h('button', { type: 'button', 'data-language': code }, name)

const header = h(
  'header',
  { class: 'top' },
  h('img', { src: '/site/icon.svg', alt: '', width: '28', height: '28' }),
  h('div', {}, text('title', 'h1'), text('subtitle', 'p', { class: 'quiet' })),
  h('span', { id: 'connection', class: 'pill', role: 'status' }),
  h(
    'div',
    { class: 'switch', role: 'group', 'aria-label': 'Language' },
    language('ko', '한국어'),
    language('en', 'English'),
  ),
)

const number = h('input', {
  name: 'from',
  inputmode: 'tel',
  autocomplete: 'off',
  pattern: '[+0-9][0-9\\- ]{7,16}',
  value: '010-1234-5678',
  required: true,
})
const calls = panel(
  'calls',
  [text('calls.title')],
  h(
    'form',
    { id: 'dial', class: 'row' },
    field('calls.from', number),
    field('calls.persona', h('select', { name: 'persona', id: 'persona' })),
    text('calls.dial', 'button', { class: 'primary' }),
  ),
  h(
    'details',
    { id: 'persona-details' },
    text('calls.personaEdit', 'summary'),
    hiddenField(
      'calls.personaEdit',
      h('textarea', { id: 'persona-json', rows: '12', spellcheck: 'false' }),
      'block',
    ),
  ),
  h('p', { id: 'dial-error', class: 'error', role: 'alert', hidden: true }),
  h('div', { id: 'calls', class: 'cards' }),
)
calls.classList.add('wide')

/** Somebody writes to the company: by text or in KakaoTalk. */
function writingForm(id) {
  const from = h('input', {
    name: 'from',
    inputmode: 'tel',
    autocomplete: 'off',
    pattern: '[0-9][0-9\\- ]{7,14}',
    value: '010-1234-5678',
    required: true,
  })
  const words = h('input', { name: 'text', autocomplete: 'off' })
  return h(
    'form',
    { id },
    h(
      'div',
      { class: 'row' },
      field('write.from', from),
      field('write.persona', h('select', { name: 'persona' })),
      field('write.photo', h('select', { name: 'photo' })),
    ),
    h(
      'div',
      { class: 'row' },
      hiddenField('write.words', words, 'grow'),
      text('write.send', 'button', { class: 'primary' }),
    ),
    h('p', { class: 'error', role: 'alert', hidden: true }),
  )
}

const messages = panel(
  'sms',
  [text('sms.title')],
  h('div', { id: 'inboxes', class: 'tabs', role: 'tablist' }),
  h('div', { id: 'messages', class: 'messages' }),
  writingForm('write-text'),
)

const kakao = panel(
  'kakao',
  [text('kakao.title')],
  h('div', { id: 'chats', class: 'tabs', role: 'tablist' }),
  h('div', { id: 'chat', class: 'messages' }),
  writingForm('write-kakao'),
)

const payments = panel('payments', [text('payments.title')], h('div', { id: 'payments', class: 'list' }))

const bank = panel('bank', [text('bank.title')], h('div', { id: 'bank', class: 'list' }))

const erpLink = text('orders.open', 'a', {
  class: 'small',
  href: '/vendor-erp/orders',
  target: '_blank',
  rel: 'noopener',
})
const layoutSwitch = h(
  'label',
  { class: 'check' },
  h('input', { type: 'checkbox', id: 'erp-layout' }),
  text('orders.layout'),
)
const orders = panel(
  'orders',
  [text('orders.title'), erpLink],
  layoutSwitch,
  h('div', { id: 'orders', class: 'list' }),
)

const count = (name, min, placeholder) => h('input', { name, type: 'number', min, placeholder })
const faults = panel(
  'faults',
  [text('faults.title')],
  text('faults.hint', 'p', { class: 'quiet' }),
  h(
    'form',
    { id: 'fault', class: 'row' },
    field('faults.service', h('select', { name: 'service' })),
    field('faults.operation', h('select', { name: 'operation' })),
    field('faults.kind', h('select', { name: 'kind' })),
    field('faults.times', count('times', '1', '∞'), { class: 'number' }),
    field('faults.delay', count('delay', '0', '15000'), { class: 'number', 'data-for': 'slow' }),
    field('faults.status', count('status', '300', ''), { class: 'number', 'data-for': 'refuse' }),
    text('faults.add', 'button'),
  ),
  h('div', { id: 'faults', class: 'chips' }),
)

document.body.append(header, h('main', {}, calls, faults, messages, kakao, payments, bank, orders))
