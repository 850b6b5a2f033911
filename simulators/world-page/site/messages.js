/** Text messages, as the phone of each number shows them. */
import { post, put } from './api.js'
import { clock, h, linked, phone, pictures } from './dom.js'
import { PERSONAS, PHOTOS, WRITERS } from './personas.js'
import { t } from './texts.js'

const ALL = ''

const tabs = document.querySelector('#inboxes')
const view = document.querySelector('#messages')
const form = document.querySelector('#write')
const error = document.querySelector('#write-error')
const field = (name) => form.elements.namedItem(name)

const messages = new Map()
let shown = ALL
/** The company's side of a conversation: whoever is not a mobile phone. */
const isMobile = (number) => /^01/.test(number)

export function setUpMessages() {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.hidden = true
    try {
      await send()
      field('text').value = ''
      field('photo').value = ''
      field('persona').value = ''
    } catch (reason) {
      error.textContent = reason.message
      error.hidden = false
    }
  })
}

/** Somebody from the list writes in their own way and goes on by themselves; otherwise what is typed is sent. */
async function send() {
  const from = field('from').value.replaceAll(/\D/g, '')
  const persona = PERSONAS[field('persona').value]
  if (persona !== undefined) await put(`/people/${from}`, { persona })
  const text = field('text').value.trim() || undefined
  const photo = field('photo').value || undefined
  await post('/texts', { from, text, photo, goes_on: persona !== undefined })
  shown = from
  redrawMessages()
}

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
  fillChoices()
}

function fillChoices() {
  const options = { persona: ['', ...WRITERS], photo: ['', ...PHOTOS] }
  const names = {
    persona: (key) => t(key === '' ? 'sms.typed' : `persona.${key}`),
    photo: (key) => t(`photo.${key || 'none'}`),
  }
  for (const [name, keys] of Object.entries(options)) {
    const chosen = field(name).value
    field(name).replaceChildren(...keys.map((value) => h('option', { value }, names[name](value))))
    field(name).value = chosen
  }
}

function choose(number) {
  shown = number
  if (number !== ALL) field('from').value = phone(number)
  redrawMessages()
}

function bubble(message) {
  const isOwn = isMobile(message.from)
  const who = isOwn ? phone(message.from) : `→ ${phone(message.to)}`
  const note = `${clock(message.at)} · ${who} · ${message.type} · ${t(`sms.${message.status}`)}`
  return h(
    'div',
    { class: `bubble ${isOwn ? 'me' : ''}` },
    ...linked(message.text),
    ...pictures(message.pictures, t('sms.picture')),
    h('time', {}, note),
  )
}
