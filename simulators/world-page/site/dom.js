/** Building elements; text is always text, never markup. */

/** @example h('p', { class: 'quiet' }, 'hello') */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child !== undefined && child !== null))
  return element
}

const LINK = /https?:\/\/[^\s<>"]+/g

/** Text with its addresses as links that open in another tab. */
export function linked(text) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(LINK)) {
    parts.push(
      text.slice(at, match.index),
      h('a', { href: match[0], target: '_blank', rel: 'noopener' }, match[0]),
    )
    at = match.index + match[0].length
  }
  return [...parts, text.slice(at)]
}

/** Pictures of a message, each a link to itself. */
export function pictures(all = [], alt) {
  return all.map(({ id }) =>
    h(
      'a',
      { class: 'picture', href: `/world/api/pictures/${id}`, target: '_blank', rel: 'noopener' },
      h('img', { src: `/world/api/pictures/${id}`, alt, loading: 'lazy' }),
    ),
  )
}

export function phone(digits) {
  const match = /^(02|0\d{2})(\d{3,4})(\d{4})$/.exec(digits) ?? /^()(1\d{3})(\d{4})$/.exec(digits)
  return match === null
    ? digits
    : match
        .slice(1)
        .filter((part) => part !== '')
        .join('-')
}

export const won = (amount) => `${amount.toLocaleString('ko-KR')}원`

export function clock(iso) {
  return new Date(iso).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}

/** Milliseconds of a call as mm:ss. */
export function offset(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
