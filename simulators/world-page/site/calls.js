/** The telephone: dial, listen, speak, press keys, hang up. */
import { post } from './api.js'
import { h, offset, phone } from './dom.js'
import { PERSONAS } from './personas.js'
import { t } from './texts.js'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']
const STATE_CLASSES = { dialing: 'busy', ringing: 'busy', live: 'good', ended: '' }

const list = document.querySelector('#calls')
const dial = document.querySelector('#dial')
const choice = document.querySelector('#persona')
const details = document.querySelector('#persona-details')
const json = document.querySelector('#persona-json')
const error = document.querySelector('#dial-error')

const calls = new Map()
/** Id of the call just made by hand: its line to type into gets the focus once it is answered. */
let mine = null
const cards = new Map()

export function setUpCalls() {
  choice.addEventListener('change', showPersona)
  dial.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.hidden = true
    try {
      const from = dial.elements.namedItem('from').value
      const isTyped = choice.value === ''
      const { id } = await post('/calls', isTyped ? { from } : { from, persona: JSON.parse(json.value) })
      if (isTyped) mine = id
      if (calls.has(id)) showCall(calls.get(id))
    } catch (reason) {
      error.textContent = reason.message
      error.hidden = false
    }
  })
}

function showPersona() {
  details.hidden = choice.value === ''
  json.value = choice.value === '' ? '' : JSON.stringify(PERSONAS[choice.value], null, 2)
}

export function showCalls(all) {
  calls.clear()
  for (const call of all) calls.set(call.id, call)
  redrawCalls()
}

/** Everything anew, e.g. after the language changed. */
export function redrawCalls() {
  const chosen = choice.value
  choice.replaceChildren(
    h('option', { value: '' }, t('calls.typed')),
    ...Object.keys(PERSONAS).map((key) => h('option', { value: key }, t(`persona.${key}`))),
  )
  choice.value = chosen
  details.hidden = chosen === ''
  cards.clear()
  list.replaceChildren()
  if (calls.size === 0) list.append(h('p', { class: 'empty' }, t('calls.none')))
  for (const call of calls.values()) showCall(call)
}

/** One call, new or changed; what is being typed stays. */
export function showCall(call) {
  if (calls.size === 0) list.replaceChildren()
  calls.set(call.id, call)
  let card = cards.get(call.id)
  if (card === undefined) {
    card = createCard(call)
    cards.set(call.id, card)
    list.prepend(card.element)
  }
  card.update(call)
}

function createCard(call) {
  const state = h('span', { class: 'pill' })
  const transcript = h('div', {
    class: 'transcript',
    'aria-live': 'polite',
    tabindex: '0',
    'aria-label': phone(call.from),
  })
  const hangUp = h(
    'button',
    { type: 'button', class: 'danger', onclick: () => act('hangup') },
    t('calls.hangUp'),
  )
  const answer = h(
    'button',
    { type: 'button', class: 'primary', onclick: () => act('answer') },
    t('calls.answer'),
  )
  const words = h('input', { placeholder: t('calls.say'), 'aria-label': t('calls.say'), autocomplete: 'off' })
  const keys = h(
    'div',
    { class: 'keys', role: 'group', 'aria-label': t('calls.digits') },
    ...KEYS.map((key) => h('button', { type: 'button', onclick: () => act('digits', { digits: key }) }, key)),
  )
  const form = h('form', {}, words, h('button', { class: 'primary' }, t('calls.sayButton')), keys)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const text = words.value.trim()
    if (text === '') return
    words.value = ''
    await act('say', { text })
  })
  const numbers = h('strong', {}, `${phone(call.from)} → ${phone(call.to)}`)
  const element = h(
    'article',
    { class: 'call' },
    h('header', {}, numbers, state, answer, hangUp),
    transcript,
    form,
  )

  async function act(action, body = {}) {
    try {
      await post(`/calls/${call.id}/${action}`, body)
    } catch (reason) {
      error.textContent = reason.message
      error.hidden = false
    }
  }

  function update(current) {
    const { state: name, ended_by: endedBy, sip_code: code } = current
    const ending = name === 'ended' && endedBy !== null ? ` · ${t(`call.endedBy.${endedBy}`)}` : ''
    const failure = name === 'ended' && code !== null && code >= 300 ? ` · SIP ${code}` : ''
    state.textContent = t(`call.${name}`) + ending + failure
    state.className = `pill ${failure === '' ? STATE_CLASSES[name] : 'bad'}`
    hangUp.hidden = name === 'ended'
    answer.hidden = !(name === 'ringing' && current.direction === 'in')
    form.hidden = name !== 'live'
    if (name === 'live' && mine === current.id) {
      mine = null
      words.focus()
    }
    drawTranscript(transcript, current.transcript)
  }

  return { element, update }
}

function drawTranscript(transcript, entries) {
  const isAtEnd = transcript.scrollTop + transcript.clientHeight >= transcript.scrollHeight - 40
  const bubbles = entries.map((entry) =>
    h('div', { class: `bubble ${entry.speaker}` }, entry.text, h('time', {}, offset(entry.at_ms))),
  )
  transcript.replaceChildren(
    ...(bubbles.length === 0 ? [h('p', { class: 'empty' }, t('calls.silence'))] : bubbles),
  )
  if (isAtEnd) transcript.scrollTop = transcript.scrollHeight
}
