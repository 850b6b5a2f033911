/** Carries SIP between a browser and the gateway, message by message: the page needs no other origin and no other certificate. */
import WebSocket, { type RawData } from 'ws'

/** SIP with a browser's session description and all its candidates stays well below. */
export const MAX_SIP_BYTES = 65_535
const MAX_BACKLOG_BYTES = 262_144
const CONNECT_MS = 5_000
const CHECK_MS = 20_000
/** RFC 6455 section 7.4.1. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013

/**
 * Serves until one side closes; then the other is closed too.
 * @param gateway ws://host:port.
 * @param isStillSignedIn asked now and then: who has signed out is no telephone of ours any more.
 */
export function relaySip(browser: WebSocket, gateway: string, isStillSignedIn: () => Promise<boolean>): void {
  const upstream = new WebSocket(gateway, 'sip', {
    handshakeTimeout: CONNECT_MS,
    maxPayload: MAX_SIP_BYTES,
    perMessageDeflate: false,
  })
  const early: string[] = []
  const pass = (to: WebSocket, data: RawData) => {
    if (to.readyState !== WebSocket.OPEN) return
    if (to.bufferedAmount > MAX_BACKLOG_BYTES) to.terminate()
    else to.send(data.toString())
  }
  let alive = true
  const check = setInterval(() => {
    if (!alive) return browser.terminate()
    alive = false
    browser.ping()
    isStillSignedIn().then(
      (signedIn) => {
        if (!signedIn) browser.close(GOING_AWAY, 'signed out')
      },
      () => {}, // the database is away: asked again
    )
  }, CHECK_MS)
  browser.on('pong', () => {
    alive = true
  })
  browser.on('message', (data) => {
    if (upstream.readyState === WebSocket.CONNECTING) early.push(data.toString())
    else pass(upstream, data)
  })
  upstream.on('open', () => {
    for (const message of early.splice(0)) upstream.send(message)
  })
  upstream.on('message', (data) => pass(browser, data))
  upstream.on('error', () => {}) // `close` follows
  browser.on('error', () => {})
  upstream.on('close', () => browser.close(TRY_AGAIN_LATER))
  browser.on('close', () => {
    clearInterval(check)
    upstream.terminate()
  })
}
