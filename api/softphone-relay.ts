/** Carries SIP between a browser and the gateway, message by message: the page needs no other origin and no other certificate. */
import WebSocket, { type RawData } from 'ws'

/** SIP with a browser's session description and all its candidates stays well below. */
export const MAX_SIP_BYTES = 65_535
const MAX_BACKLOG_BYTES = 262_144
const CONNECT_MS = 5_000
/** Messages of a browser before there is a gateway: a REGISTER and its repetitions. */
const MAX_EARLY = 20
const CHECK_MS = 20_000
/** RFC 6455 section 7.4.1. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013

/**
 * Serves until one side closes; then the other is closed too.
 * @param ways ws://host:port of gateways; where one can't be reached, the next one is tried.
 * @param isStillSignedIn asked now and then: who has signed out is no telephone of ours any more.
 */
export function relaySip(
  browser: WebSocket,
  ways: Promise<readonly string[]>,
  isStillSignedIn: () => Promise<boolean>,
): void {
  let upstream: WebSocket | null = null
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
    if (upstream?.readyState === WebSocket.OPEN) pass(upstream, data)
    else if (upstream?.readyState !== WebSocket.CLOSED && early.length < MAX_EARLY)
      early.push(data.toString())
  })
  browser.on('error', () => {})
  browser.on('close', () => {
    clearInterval(check)
    upstream?.terminate()
  })

  const connect = ([way, ...others]: readonly string[]): void => {
    if (way === undefined || browser.readyState !== WebSocket.OPEN) {
      browser.close(TRY_AGAIN_LATER)
      return
    }
    const socket = new WebSocket(way, 'sip', {
      handshakeTimeout: CONNECT_MS,
      maxPayload: MAX_SIP_BYTES,
      perMessageDeflate: false,
    })
    let wasOpen = false
    upstream = socket
    socket.on('open', () => {
      wasOpen = true
      for (const message of early.splice(0)) socket.send(message)
    })
    socket.on('message', (data) => pass(browser, data))
    socket.on('error', () => {}) // `close` follows
    socket.on('close', () => (wasOpen ? browser.close(TRY_AGAIN_LATER) : connect(others)))
  }
  ways.then(connect, () => browser.close(TRY_AGAIN_LATER))
}
