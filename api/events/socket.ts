/** The WebSocket of a browser, or of a program with its key: liveness by ping, a bounded backlog, and the session checked as long as it lasts. */
import type { WebSocket } from 'ws'
import type { LiveEvent } from '../schemas/live-events.ts'
import type { LiveEvents } from './live-events.ts'

/** Events that somebody gets; null: all of them. */
export type EventChoice = ((type: LiveEvent['type']) => boolean) | null

/** Close codes of RFC 6455 section 7.4 (4000-4999 are for applications). */
export const CLOSE_SIGNED_OUT = 4401
const CLOSE_GOING_AWAY = 1001

export interface SocketLimits {
  /** How often the other side must show that it lives; the session is checked as often at least. */
  readonly pingMs: number
  /** Beyond this the socket gets no more events until it has drained; then it is told to read again. */
  readonly maxBacklogBytes: number
}

export const SOCKET_LIMITS: SocketLimits = { pingMs: 20_000, maxBacklogBytes: 1_000_000 }

const RESYNC = JSON.stringify({ type: 'resync' } satisfies LiveEvent)
const DRAIN_CHECK_MS = 250

/**
 * Sends events until the socket closes. The first message is `resync`: what changed between the page's own
 * reading and the subscription would be missed otherwise.
 * @param isStillSignedIn asked with every ping, and when some session or key ended.
 */
export function serveSocket(
  socket: WebSocket,
  events: LiveEvents,
  isStillSignedIn: () => Promise<boolean>,
  limits: SocketLimits = SOCKET_LIMITS,
  wants: EventChoice = null,
): void {
  let alive = true
  let draining: NodeJS.Timeout | undefined

  const waitForDrain = () => {
    draining ??= setInterval(() => {
      if (socket.bufferedAmount > 0) return
      clearInterval(draining)
      draining = undefined
      socket.send(RESYNC)
    }, DRAIN_CHECK_MS)
  }
  const unsubscribe = events.subscribe((message, type) => {
    if (wants !== null && !wants(type)) return
    if (socket.readyState !== socket.OPEN || draining !== undefined) return
    if (socket.bufferedAmount > limits.maxBacklogBytes) waitForDrain()
    else socket.send(message)
  })
  const checkSession = () => {
    isStillSignedIn().then(
      (signedIn) => {
        if (!signedIn) socket.close(CLOSE_SIGNED_OUT, 'signed out')
      },
      () => {}, // the database is away: the next ping asks again
    )
  }
  const stopWatching = events.watchSessions((news) => {
    if (news === 'changed') checkSession()
  })
  const ping = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
    checkSession()
  }, limits.pingMs)

  socket.on('pong', () => {
    alive = true
  })
  // Browsers have nothing to say here; whatever comes only shows that they live.
  socket.on('message', () => {
    alive = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    unsubscribe()
    stopWatching()
    clearInterval(ping)
    clearInterval(draining)
  })
  socket.send(RESYNC)
}

/** Tells every open socket that this copy of the API goes; browsers connect again elsewhere. */
export function closeSockets(sockets: Iterable<WebSocket>): void {
  for (const socket of sockets) socket.close(CLOSE_GOING_AWAY, 'restarting')
}
