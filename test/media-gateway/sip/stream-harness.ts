/** Peers that speak SIP over TCP, TLS and WebSockets by hand. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { WebSocket } from 'ws'
import { makeCertificate } from '../../support/certificate.ts'
import { closeLater, HOST, type RawMessage, type RawRequest, rawRequest, readRaw, until } from './harness.ts'

export const TLS = makeCertificate()

/** Connection limits that tests can wait for. */
export const QUICK_LIMITS = { messageMs: 400, firstMessageMs: 600, connectMs: 1_000 }

/** Cuts what is well-formed: the peers' own framing, simpler than ours. */
function cutMessages(text: string): { readonly messages: string[]; readonly rest: string } {
  const messages: string[] = []
  let rest = text.replace(/^(\r\n)+/, '')
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd === -1) return { messages, rest }
    const length = Number(/^Content-Length: (\d+)/im.exec(rest)?.[1] ?? 0)
    const end = headEnd + 4 + length
    if (rest.length < end) return { messages, rest }
    messages.push(rest.slice(0, end))
    rest = rest.slice(end).replace(/^(\r\n)+/, '')
  }
}

export interface ConnectedPeer {
  /** Ours, as the other side sees it. */
  readonly port: number
  readonly received: RawMessage[]
  readonly isClosed: boolean
  /** Line breaks received between messages. */
  readonly keepAlives: string
  send(text: string | Buffer): void
  next(what: string, n?: number): Promise<RawMessage>
  close(): void
}

abstract class BasePeer {
  readonly received: RawMessage[] = []
  isClosed = false
  keepAlives = ''

  async next(what: string, n = 1): Promise<RawMessage> {
    const matching = () => this.received.filter((message) => message.what === what)
    await until(() => matching().length >= n)
    return matching()[n - 1] as RawMessage
  }
}

export class StreamPeer extends BasePeer implements ConnectedPeer {
  readonly socket: Socket
  readonly port: number
  #rest = ''

  constructor(socket: Socket) {
    super()
    this.socket = socket
    this.port = socket.localPort ?? 0
    socket.on('data', (data) => this.#receive(data.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  #receive(text: string): void {
    if (/^(\r\n)+$/.test(text) && this.#rest === '') {
      this.keepAlives += text
      return
    }
    const { messages, rest } = cutMessages(this.#rest + text)
    this.#rest = rest
    const from = { host: HOST, port: this.socket.remotePort ?? 0 }
    this.received.push(...messages.map((message) => readRaw(Buffer.from(message, 'latin1'), from)))
  }

  send(text: string | Buffer): void {
    this.socket.write(text)
  }

  close(): void {
    this.socket.destroy()
  }
}

export async function connectTcp(port: number): Promise<StreamPeer> {
  const socket = connect({ host: HOST, port })
  await once(socket, 'connect')
  closeLater(async () => socket.destroy())
  return new StreamPeer(socket)
}

export async function connectByTls(port: number): Promise<StreamPeer> {
  const socket = connectTls({ host: HOST, port, ca: TLS.cert })
  await once(socket, 'secureConnect')
  closeLater(async () => socket.destroy())
  return new StreamPeer(socket)
}

/** A TCP server that keeps every connection made to it. */
export async function openTcpServer() {
  const peers: StreamPeer[] = []
  const server = createServer((socket) => peers.push(new StreamPeer(socket)))
  server.listen(0, HOST)
  await once(server, 'listening')
  closeLater(async () => {
    for (const peer of peers) peer.close()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const first = async () => {
    await until(() => peers.length > 0)
    return peers[0] as StreamPeer
  }
  return { port, peers, first }
}

export class WebSocketPeer extends BasePeer implements ConnectedPeer {
  readonly socket: WebSocket
  /** Browsers have none: what they write is of no use to anybody. */
  readonly port = 9

  constructor(socket: WebSocket) {
    super()
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      if (/^[\r\n]+$/.test(text)) this.keepAlives += text
      else this.received.push(readRaw(data, { host: HOST, port: 0 }))
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  send(text: string | Buffer): void {
    this.socket.send(text.toString())
  }

  close(): void {
    this.socket.terminate()
  }
}

export async function connectWebSocket(port: number, secure = false): Promise<WebSocketPeer> {
  const url = `${secure ? 'wss' : 'ws'}://${HOST}:${port}`
  const socket = new WebSocket(url, 'sip', secure ? { ca: TLS.cert } : {})
  await once(socket, 'open')
  closeLater(async () => socket.terminate())
  return new WebSocketPeer(socket)
}

/** As `rawRequest`, with the Via and Contact of that transport. */
export function streamRequest(
  peer: { readonly port: number },
  protocol: 'TCP' | 'TLS' | 'WS' | 'WSS',
  request: RawRequest,
): string {
  const isWebSocket = protocol === 'WS' || protocol === 'WSS'
  const host = isWebSocket ? 'df7jal23ls0d.invalid' : `${HOST}:${peer.port}`
  const branch = request.branch ?? `z9hG4bK-${request.method}-1`
  return rawRequest(peer, { via: `SIP/2.0/${protocol} ${host};branch=${branch}`, ...request }).replace(
    /^Contact: .*$/m,
    `Contact: <sip:01012345678@${host};transport=${isWebSocket ? 'ws' : protocol.toLowerCase()}>`,
  )
}
