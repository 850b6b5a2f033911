/** How long a socket lives and what it gets when its browser does not keep up. */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { LiveEventListener, LiveEvents, SessionNews } from '../../api/events/live-events.ts'
import { CLOSE_SIGNED_OUT, type SocketLimits, serveSocket } from '../../api/events/socket.ts'
import type { LiveEvent } from '../../api/schemas/live-events.ts'
import { MessageLog, ofType } from './message-log.ts'

class Events implements LiveEvents {
  readonly listeners = new Set<LiveEventListener>()
  subscribe(listener: LiveEventListener) {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  readonly watchers = new Set<(news: SessionNews) => void>()
  watchSessions(listener: (news: SessionNews) => void) {
    this.watchers.add(listener)
    return () => this.watchers.delete(listener)
  }
  send(message: string) {
    for (const listener of this.listeners) listener(message, 'money_changed')
  }
  async stop() {}
}

let server: WebSocketServer
let events: Events
beforeEach(async () => {
  events = new Events()
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
})
afterEach(async () => {
  for (const socket of server.clients) socket.terminate()
  server.close()
})

/** A browser's socket that is served within the limits, and the server's end of it. */
async function connect(limits: SocketLimits, isSignedIn: () => Promise<boolean>, options = {}) {
  const served = once(server, 'connection')
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options)
  const log = new MessageLog(socket)
  const [end]: WebSocket[] = await served
  if (end === undefined) throw new Error('no connection')
  serveSocket(end, events, isSignedIn, limits)
  await log.find(ofType('resync'))
  return { log, socket, end }
}

/** Who does not answer within it is given up, so a busy machine must have time for the answer. */
const PING_MS = 1_500

const isClosed = async (socket: WebSocket) => {
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close')
}

test('a socket is closed once its person has signed out', async () => {
  let signedIn = true
  const { socket, end } = await connect({ pingMs: PING_MS, maxBacklogBytes: 1_000_000 }, async () => signedIn)
  await once(socket, 'ping')
  const closed = Promise.all([once(socket, 'close'), once(end, 'close')])
  signedIn = false
  expect((await closed)[0][0]).toBe(CLOSE_SIGNED_OUT)
  expect([events.listeners.size, events.watchers.size]).toEqual([0, 0])
})

test('a socket is closed without waiting for the next ping when it hears that its session ended', async () => {
  let signedIn = true
  const { socket } = await connect({ pingMs: 3_600_000, maxBacklogBytes: 1_000_000 }, async () => signedIn)
  const closed = once(socket, 'close')
  for (const tell of events.watchers) tell('changed')
  signedIn = false
  for (const tell of events.watchers) tell('changed')
  expect((await closed)[0]).toBe(CLOSE_SIGNED_OUT)
})

test('a failing look at the session does not close the socket', async () => {
  const { socket } = await connect({ pingMs: PING_MS, maxBacklogBytes: 1_000_000 }, () =>
    Promise.reject(new Error('away')),
  )
  await once(socket, 'ping')
  await once(socket, 'ping')
  expect(socket.readyState).toBe(WebSocket.OPEN)
})

test('a socket whose browser has vanished is given up', async () => {
  const { end } = await connect({ pingMs: 10, maxBacklogBytes: 1_000_000 }, async () => true, {
    autoPong: false,
  })
  await isClosed(end)
  expect(events.listeners.size).toBe(0)
})

test('a browser that does not keep up misses events and is told to read again', async () => {
  const limit = 100_000
  const { log, socket, end } = await connect({ pingMs: 60_000, maxBacklogBytes: limit }, async () => true)
  const tcp = (socket as unknown as { _socket: Socket })._socket
  tcp.pause()
  const line = JSON.stringify({
    type: 'transcript_line',
    call_id: 'call-0123456789ab',
    order_no: null,
    line: {
      utterance_id: 'u',
      timestamp: 0,
      end: null,
      speaker: 'ai',
      text: '가'.repeat(20_000),
      confidence: null,
      interrupted: false,
      latency_ms: null,
    },
  } satisfies LiveEvent)
  const sent = 400
  for (let i = 0; i < sent; i++) {
    events.send(line)
    // Never more than one message beyond the limit waits here.
    expect(end.bufferedAmount).toBeLessThan(limit + 2 * Buffer.byteLength(line))
  }
  tcp.resume()
  await log.find(ofType('resync'), 1)
  expect(log.events.length).toBeLessThan(sent)
  const from = log.events.length
  events.send(line)
  await log.find(ofType('transcript_line'), from)
})
