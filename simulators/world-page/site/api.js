/** The world's HTTP API and its live socket. */
import { t } from './texts.js'

async function request(method, path, body) {
  const response = await fetch(`/world/api${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer = text === '' ? undefined : parse(text)
  if (response.ok) return answer
  throw new Error(answer?.error?.message ?? `${t('error.request')} (${response.status})`)
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const get = (path) => request('GET', path)
export const post = (path, body) => request('POST', path, body)
export const put = (path, body) => request('PUT', path, body)
export const remove = (path) => request('DELETE', path)

const RECONNECT_MS = 1500

/** Calls `onOpen` at each (re)connection: what happened in between must be read anew. */
export function listen({ onEvent, onOpen, onClose }) {
  const socket = new WebSocket(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/world/api/live`,
  )
  socket.addEventListener('open', onOpen)
  socket.addEventListener('message', (message) => onEvent(JSON.parse(message.data)))
  socket.addEventListener('close', () => {
    onClose()
    setTimeout(() => listen({ onEvent, onOpen, onClose }), RECONNECT_MS)
  })
}
