/** The forms in which somebody writes to the company, by text or in KakaoTalk. */
import { post, put } from './api.js'
import { h, phone } from './dom.js'
import { PERSONAS, PHOTOS, WRITERS } from './personas.js'
import { t } from './texts.js'

const OPTIONS = { persona: ['', ...WRITERS], photo: ['', ...PHOTOS] }
const NAMES = {
  persona: (key) => t(key === '' ? 'write.typed' : `persona.${key}`),
  photo: (key) => t(`photo.${key || 'none'}`),
}

/**
 * Somebody from the list writes in their own way and goes on by themselves; otherwise what is typed is sent.
 * `send({ from, text, photo, goes_on })` is the channel's way, `onSent(number)` is told after it.
 */
export function writingForm(form, { send, onSent }) {
  const field = (name) => form.elements.namedItem(name)
  const error = form.querySelector('.error')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.hidden = true
    try {
      const from = field('from').value.replaceAll(/\D/g, '')
      const persona = PERSONAS[field('persona').value]
      if (persona !== undefined) await put(`/people/${from}`, { persona })
      const text = field('text').value.trim() || undefined
      const photo = field('photo').value || undefined
      await send({ from, text, photo, goes_on: persona !== undefined })
      for (const name of ['text', 'photo', 'persona']) field(name).value = ''
      onSent(from)
    } catch (reason) {
      error.textContent = reason.message
      error.hidden = false
    }
  })
  return {
    /** The choices anew, e.g. after the language changed. */
    redraw() {
      field('text').placeholder = t('write.words')
      for (const [name, keys] of Object.entries(OPTIONS)) {
        const chosen = field(name).value
        field(name).replaceChildren(...keys.map((value) => h('option', { value }, NAMES[name](value))))
        field(name).value = chosen
      }
    },
    choose(number) {
      field('from').value = phone(number)
    },
  }
}

/** By text. */
export const sendText = (message) => post('/texts', message)
/** In KakaoTalk. */
export const sendKakao = ({ from, ...message }) => post('/kakao', { user: from, ...message })
