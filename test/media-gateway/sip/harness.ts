/** Endpoints with quick timers, raw UDP peers that speak by hand, and a network that loses datagrams. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import {
  buildOffer,
  createSipEndpoint,
  type IncomingInvite,
  negotiateAnswer,
  type SipAddress,
  type SipEndpoint,
  type SipEndpointOptions,
} from '../../../media-gateway/sip/index.ts'

export const HOST = '127.0.0.1'

/** 64*T1 is 1.9 s: long enough for a machine that is busy with other tests, short enough to wait for. */
export const QUICK = { t1: 30, t2: 120, t4: 150 }

/** RFC 3261's own values, for tests that must never see a repetition or a timeout. */
export const UNHURRIED = { t1: 500, t2: 4_000, t4: 5_000 }

const silent = { debug() {}, info() {}, warn() {}, error() {} }

export const offerOf = (rtpPort: number): string =>
  buildOffer({ id: 1_700_000_000, version: 1_700_000_000, ip: HOST, rtpPort, rtcpPort: rtpPort + 1 })

/** Answers whatever was offered; with our offer where nothing was. */
export function answerTo(invite: IncomingInvite, rtpPort = 30_000): string {
  if (invite.sdpOffer === null) return offerOf(rtpPort)
  const local = { id: 1, version: 1, ip: HOST, rtpPort, rtcpPort: rtpPort + 1 }
  return negotiateAnswer(invite.sdpOffer, local).sdp
}

/** Everything opened here is closed by `cleanUp`, to be called after each test. */
const opened: (() => Promise<unknown>)[] = []
export async function cleanUp(): Promise<void> {
  await Promise.all(opened.splice(0).map((close) => close()))
}
export const closeLater = (close: () => Promise<unknown>): void => void opened.push(close)

export async function openEndpoint(options: Partial<SipEndpointOptions> = {}): Promise<SipEndpoint> {
  const endpoint = await createSipEndpoint({
    host: HOST,
    port: 0,
    userAgent: 'test',
    logger: silent,
    onInvite: (invite) => invite.reject(486),
    timers: QUICK,
    ...options,
  })
  closeLater(() => endpoint.close({ graceMs: 200 }))
  return endpoint
}

/** A phone that answers and keeps its invites. */
export async function openAnsweringEndpoint(options: Partial<SipEndpointOptions> = {}) {
  const invites: IncomingInvite[] = []
  const endpoint = await openEndpoint({
    onInvite: (invite) => {
      invites.push(invite)
      invite.ringing()
      invite.answer(answerTo(invite)).catch(() => {})
    },
    ...options,
  })
  return { endpoint, invites }
}

/** Resolves as soon as the condition holds, looked at between events. */
export async function until(condition: () => boolean, limitMs = 120_000): Promise<void> {
  const start = performance.now()
  while (!condition()) {
    if (performance.now() - start > limitMs) throw new Error('the condition never came true')
    await pause(2)
  }
}

/** A message that a raw peer received. */
export interface RawMessage {
  readonly text: string
  readonly from: SipAddress
  /** `INVITE`, `200`, … */
  readonly what: string
  header(name: string): string | undefined
}

export function readRaw(data: Buffer, from: SipAddress): RawMessage {
  const text = data.toString()
  const [first = '', second = ''] = text.split(' ')
  return {
    text,
    from,
    what: first === 'SIP/2.0' ? second : first,
    header: (name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(text)?.[1]?.trim(),
  }
}

/** A peer without any SIP stack: tests write its messages themselves. */
export class RawPeer {
  readonly received: RawMessage[] = []
  readonly #socket: Socket
  readonly port: number

  constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('message', (data, from) => {
      this.received.push(readRaw(data, { host: from.address, port: from.port }))
    })
  }

  send(text: string | Buffer, to: { readonly port: number }): void {
    this.#socket.send(text, to.port, HOST)
  }

  /** The n-th message of that kind, waiting for it. */
  async next(what: string, n = 1): Promise<RawMessage> {
    const matching = () => this.received.filter((message) => message.what === what)
    await until(() => matching().length >= n)
    return matching()[n - 1] as RawMessage
  }

  /** The first request or answer with that CSeq: repetitions of earlier requests do not count. */
  async nextWithCseq(cseq: string): Promise<RawMessage> {
    const find = () => this.received.find((message) => message.header('CSeq') === cseq)
    await until(() => find() !== undefined)
    return find() as RawMessage
  }

  count(what: string): number {
    return this.received.filter((message) => message.what === what).length
  }
}

export async function openRawPeer(): Promise<RawPeer> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  closeLater(async () => socket.close())
  return new RawPeer(socket)
}

export interface RawRequest {
  readonly method: string
  readonly to: { readonly port: number }
  readonly branch?: string
  readonly callId?: string
  readonly cseq?: number
  readonly fromTag?: string
  readonly toTag?: string
  readonly uri?: string
  /** Extra header lines. */
  readonly lines?: readonly string[]
  readonly via?: string
  readonly body?: string
}

/** A well-formed request of a raw peer. */
export function rawRequest(peer: { readonly port: number }, request: RawRequest): string {
  const {
    method,
    to,
    branch = `z9hG4bK-${method}-1`,
    callId = 'raw-call',
    cseq = 1,
    fromTag = 'raw',
  } = request
  const body = request.body ?? ''
  return [
    `${method} ${request.uri ?? `sip:15880000@${HOST}:${to.port}`} SIP/2.0`,
    `Via: ${request.via ?? `SIP/2.0/UDP ${HOST}:${peer.port};branch=${branch}`}`,
    `From: <sip:01012345678@${HOST}>;tag=${fromTag}`,
    `To: <sip:15880000@${HOST}>${request.toTag ? `;tag=${request.toTag}` : ''}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:01012345678@${HOST}:${peer.port}>`,
    'Max-Forwards: 70',
    ...(request.lines ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** A response of a raw peer that echoes what must be echoed. */
export function rawResponse(
  peer: { readonly port: number },
  request: RawMessage,
  code: number,
  options: { readonly toTag?: string; readonly body?: string } = {},
): string {
  const body = options.body ?? ''
  return [
    `SIP/2.0 ${code} Because`,
    `Via: ${request.header('Via')}`,
    `From: ${request.header('From')}`,
    `To: ${request.header('To')}${code > 100 ? `;tag=${options.toTag ?? 'peer'}` : ''}`,
    `Call-ID: ${request.header('Call-ID')}`,
    `CSeq: ${request.header('CSeq')}`,
    `Contact: <sip:peer@${HOST}:${peer.port}>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

export const toTagOf = (message: RawMessage): string =>
  /;tag=(\S+)$/.exec(message.header('To') ?? '')?.[1] ?? ''

/**
 * A NAT-like network between two endpoints that loses datagrams: each sees the other at the proxy's port.
 * `lose` is asked for each datagram that would pass.
 */
export async function openLossyNetwork(lose: (text: string) => boolean) {
  const outside = createSocket('udp4')
  const inside = createSocket('udp4')
  for (const socket of [outside, inside]) {
    socket.bind(0, HOST)
    await once(socket, 'listening')
    closeLater(async () => socket.close())
  }
  const ports = { outside: outside.address().port, inside: inside.address().port }
  let peers = { caller: 0, callee: 0 }
  let lost = 0
  const pass = (
    data: Buffer,
    from: Socket,
    toPort: number,
    rewrite: readonly (readonly [number, number])[],
  ) => {
    if (lose(data.toString())) {
      lost += 1
      return
    }
    let text = data.toString()
    // Both ports have five digits, so Content-Length stays true.
    for (const [real, seen] of rewrite) text = text.replaceAll(`${HOST}:${real}`, `${HOST}:${seen}`)
    from.send(text, toPort, HOST)
  }
  outside.on('message', (data) =>
    pass(data, inside, peers.callee, [
      [peers.caller, ports.inside],
      [ports.outside, peers.callee],
    ]),
  )
  inside.on('message', (data) =>
    pass(data, outside, peers.caller, [
      [peers.callee, ports.outside],
      [ports.inside, peers.caller],
    ]),
  )
  return {
    /** The caller dials this address. */
    target: { host: HOST, port: ports.outside },
    connect: (caller: SipEndpoint, callee: SipEndpoint) => {
      peers = { caller: caller.port, callee: callee.port }
    },
    lost: () => lost,
  }
}
