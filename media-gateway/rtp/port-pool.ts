/** Pairs of UDP ports: an even one for RTP, the next for RTCP (RFC 3550 section 11). */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'

/** An ended call's stale peer may go on sending; nobody else gets the port for this long. */
const PORT_QUARANTINE_MS = 30_000

/** What a session needs of a socket: a UDP socket, or what looks like one (DTLS of a browser). */
export interface MediaSocket {
  on(event: 'message', listener: (datagram: Buffer, from: RemoteInfo) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  send(datagram: Buffer, port: number, host: string): void
}

/** Both sockets bound and without listeners. */
export interface PortPair {
  readonly rtpPort: number
  readonly rtp: MediaSocket
  readonly rtcp: MediaSocket
  /** Closes both; a pool keeps the numbers in quarantine. */
  release(): Promise<void>
}

/** Where a leg gets its ports from. */
export interface PortSource {
  /** @throws NoPortError when none is free. */
  acquire(host: string): Promise<PortPair>
}

/** All pairs are in use or in quarantine: the call is refused; a later one may find room. */
export class NoPortError extends Error {
  readonly retryable = true
}

/** numeric addresses only: without this every `send` takes the way through the resolver's thread pool. */
const numericLookup = (
  host: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void => callback(null, host, 4)

function bind(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', lookup: numericLookup as never })
    const fail = (error: Error) => {
      // Another program has the port; the socket stays open unless it is closed.
      socket.close()
      reject(error)
    }
    socket.once('error', fail)
    socket.bind(port, host, () => {
      socket.off('error', fail)
      resolve(socket)
    })
  })
}

const close = (socket: Socket) => new Promise<void>((resolve) => socket.close(() => resolve()))

async function bindPair(host: string, rtpPort: number): Promise<{ rtp: Socket; rtcp: Socket } | undefined> {
  let rtp: Socket
  try {
    rtp = await bind(host, rtpPort)
  } catch {
    return undefined
  }
  try {
    return { rtp, rtcp: await bind(host, rtpPort + 1) }
  } catch {
    await close(rtp)
    return undefined
  }
}

/** A fixed range of ports, handed out in turn. Time is an argument of the constructor for tests. */
export class PortPool implements PortSource {
  readonly #first: number
  readonly #pairs: number
  readonly #quarantineMs: number
  readonly #now: () => number
  readonly #inUse = new Set<number>()
  readonly #quarantinedUntil = new Map<number, number>()
  #next = 0

  /** @param range inclusive; an odd first port is skipped. */
  constructor(
    range: { readonly min: number; readonly max: number },
    options: { readonly quarantineMs?: number; readonly now?: () => number } = {},
  ) {
    this.#first = range.min + (range.min % 2)
    this.#pairs = Math.floor((range.max + 1 - this.#first) / 2)
    this.#quarantineMs = options.quarantineMs ?? PORT_QUARANTINE_MS
    this.#now = options.now ?? (() => performance.now())
  }

  /** Pairs in use now. */
  get inUse(): number {
    return this.#inUse.size
  }

  /** Pairs that could be handed out now, as far as the pool knows. */
  get free(): number {
    const now = this.#now()
    let quarantined = 0
    for (const until of this.#quarantinedUntil.values()) if (until > now) quarantined++
    return this.#pairs - this.#inUse.size - quarantined
  }

  async acquire(host: string): Promise<PortPair> {
    for (let attempt = 0; attempt < this.#pairs; attempt++) {
      const port = this.#first + 2 * this.#next
      this.#next = (this.#next + 1) % this.#pairs
      if (this.#inUse.has(port) || (this.#quarantinedUntil.get(port) ?? 0) > this.#now()) continue
      this.#quarantinedUntil.delete(port)
      this.#inUse.add(port)
      const sockets = await bindPair(host, port)
      if (sockets !== undefined) return this.#pair(port, sockets)
      this.#inUse.delete(port) // another program has it
    }
    throw new NoPortError(`none of ${this.#pairs} RTP port pairs is free`)
  }

  #pair(rtpPort: number, { rtp, rtcp }: { rtp: Socket; rtcp: Socket }): PortPair {
    let released: Promise<void> | undefined
    const release = async () => {
      await Promise.all([close(rtp), close(rtcp)])
      this.#inUse.delete(rtpPort)
      this.#quarantinedUntil.set(rtpPort, this.#now() + this.#quarantineMs)
    }
    return {
      rtpPort,
      rtp,
      rtcp,
      release: () => {
        released ??= release()
        return released
      },
    }
  }
}

/** Any free ports of the system; for simulated phones and tests. */
export const anyPorts: PortSource = {
  async acquire(host) {
    for (let attempt = 0; attempt < 50; attempt++) {
      const rtp = await bind(host, 0)
      const rtpPort = rtp.address().port
      if (rtpPort % 2 === 0) {
        try {
          const rtcp = await bind(host, rtpPort + 1)
          let released: Promise<void> | undefined
          return {
            rtpPort,
            rtp,
            rtcp,
            release: () => {
              released ??= Promise.all([close(rtp), close(rtcp)]).then(() => undefined)
              return released
            },
          }
        } catch {
          // the odd neighbour is taken: try another pair
        }
      }
      await close(rtp)
    }
    throw new NoPortError('the system has no free pair of ports')
  },
}
