/** KakaoTalk: the chat of each person with the company's channel, as they see it. */
import { clock, h, linked, phone, pictures } from './dom.js'
import { t } from './texts.js'
import { sendKakao, writingForm } from './writing.js'

const tabs = document.querySelector('#chats')
const view = document.querySelector('#chat')
const form = writingForm(document.querySelector('#write-kakao'), { send: sendKakao, onSent: choose })

const messages = new Map()
/** Number of the person whose chat is shown. */
let shown

export function showKakao(all) {
  messages.clear()
  for (const message of all) messages.set(message.id, message)
  redrawKakao()
}

export function showKakaoMessage(message) {
  messages.set(message.id, message)
  shown = message.user
  redrawKakao()
}

export function redrawKakao() {
  const all = [...messages.values()]
  const users = [...new Set(all.map((message) => message.user))]
  shown ??= users.at(-1)
  tabs.replaceChildren(
    ...users.map((user) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          'aria-selected': String(user === shown),
          onclick: () => choose(user),
        },
        phone(user),
      ),
    ),
  )
  tabs.hidden = users.length === 0
  const visible = all.filter((message) => message.user === shown)
  view.replaceChildren(
    ...(visible.length === 0
      ? [h('p', { class: 'empty' }, t('kakao.none'))]
      : visible.map((message) => bubble(message, message === visible.at(-1)))),
  )
  view.scrollTop = view.scrollHeight
  form.redraw()
}

function choose(user) {
  shown = user
  form.choose(user)
  redrawKakao()
}

/** Quick replies can be pressed on the newest bubble only, as in KakaoTalk. */
function bubble(message, isNewest) {
  const { by, text, at, user, refused, waiting } = message
  const note = [
    clock(at),
    refused === undefined ? undefined : t(`kakao.${refused}`),
    waiting ? t('kakao.waiting') : undefined,
  ]
  const replies = isNewest ? (message.quick_replies ?? []) : []
  const shownImage =
    message.image_url === undefined
      ? undefined
      : h('img', { class: 'shown', src: message.image_url, alt: text })
  return h(
    'div',
    { class: `bubble ${by === 'person' ? 'me' : ''} ${refused === undefined ? '' : 'refused'}` },
    ...linked(text),
    ...pictures(message.pictures, t('write.picture')),
    shownImage,
    h('time', {}, note.filter((part) => part !== undefined).join(' · ')),
    replies.length === 0
      ? undefined
      : h(
          'div',
          { class: 'quick-replies' },
          ...replies.map((reply) =>
            h(
              'button',
              {
                type: 'button',
                onclick: () => sendKakao({ from: user, text: reply.text, goes_on: false }),
              },
              reply.label,
            ),
          ),
        ),
  )
}
