/** Text messages, as the phone of each number shows them. */
import { clock, h, linked, phone, pictures } from './dom.js'
import { t } from './texts.js'
import { sendText, writingForm } from './writing.js'

const ALL = ''

const tabs = document.querySelector('#inboxes')
const view = document.querySelector('#messages')
const form = writingForm(document.querySelector('#write-text'), { send: sendText, onSent: choose })

const messages = new Map()
let shown = ALL
/** The company's side of a conversation: whoever is not a mobile phone. */
const isMobile = (number) => /^01/.test(number)

export function showMessages(all) {
  messages.clear()
  for (const message of all) messages.set(message.id, message)
  redrawMessages()
}

export function showMessage(message) {
  const isNew = !messages.has(message.id)
  messages.set(message.id, message)
  if (isNew && isMobile(message.to)) shown = message.to
  redrawMessages()
}

export function redrawMessages() {
  const all = [...messages.values()]
  const numbers = [...new Set(all.map((message) => (isMobile(message.to) ? message.to : message.from)))]
  const tab = (number, name) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        'aria-selected': String(shown === number),
        onclick: () => choose(number),
      },
      name,
    )
  tabs.replaceChildren(tab(ALL, t('sms.all')), ...numbers.map((number) => tab(number, phone(number))))
  const visible = all.filter((message) => shown === ALL || message.to === shown || message.from === shown)
  view.replaceChildren(
    ...(visible.length === 0 ? [h('p', { class: 'empty' }, t('sms.none'))] : visible.map(bubble)),
  )
  view.scrollTop = view.scrollHeight
  form.redraw()
}

function choose(number) {
  shown = number
  if (number !== ALL) form.choose(number)
  redrawMessages()
}

function bubble(message) {
  const { from, to, at, type, status } = message
  const isOwn = isMobile(from)
  const who = isOwn ? phone(from) : `→ ${phone(to)}`
  const note = `${clock(at)} · ${who} · ${t(`sms.type.${type}`)} · ${t(`sms.${status}`)}`
  const buttons = (message.buttons ?? []).map(({ name, link }) =>
    h('a', { class: 'button', href: link, target: '_blank', rel: 'noopener' }, name),
  )
  const look = isOwn ? 'me' : type === 'ATA' ? 'alimtalk' : ''
  return h(
    'div',
    { class: `bubble ${look}` },
    ...linked(message.text),
    ...pictures(message.pictures, t('write.picture')),
    ...buttons,
    h('time', {}, note),
  )
}
