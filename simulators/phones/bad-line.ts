/** A telephone line that loses, repeats, swaps or delays packets, or hisses, both ways: a relay between two RTP ends. */
import { createSocket, type Socket } from 'node:dgram'
import type { RtpAddress } from '../../media-gateway/rtp/index.ts'
import { LineNoise } from './line-noise.ts'

/** What is wrong with the line. */
export type LineTrouble =
  | { readonly kind: 'drop' }
  | { readonly kind: 'double' }
  | { readonly kind: 'reorder' }
  /** Each packet comes up to `delayMs` late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Hiss and hum lie over every packet. */
  | { readonly kind: 'noise' }

/** Share of the packets that suffer: a bad mobile connection. */
const TROUBLED_SHARE = 0.05

/** `slow` is a matter of time alone. */
type PacketTroubleKind = Exclude<LineTrouble['kind'], 'slow'>

/** What becomes of packets that go one way, in order. */
export class PacketTrouble {
  readonly #kind: PacketTroubleKind
  readonly #noise: LineNoise
  readonly #random: () => number
  #held: Buffer | undefined

  /** @param random 0 to 1, again and again. */
  constructor(kind: PacketTroubleKind, random: () => number) {
    this.#kind = kind
    this.#noise = new LineNoise(random)
    this.#random = random
  }

  /** @returns the packets to pass on now. */
  pass(packet: Buffer): Buffer[] {
    if (this.#kind === 'noise') return [this.#noise.over(packet)]
    const held = this.#held
    if (held !== undefined) {
      this.#held = undefined
      return [packet, held]
    }
    if (this.#random() >= TROUBLED_SHARE) return [packet]
    switch (this.#kind) {
      case 'drop':
        return []
      case 'double':
        return [packet, packet]
      case 'reorder':
        this.#held = packet
        return []
    }
  }
}

export interface BadLineInput {
  readonly host: string
  readonly trouble: LineTrouble
  /** The phone's own RTP port. */
  readonly phone: RtpAddress
  readonly random: () => number
}

/** Stands between the phone and the other side: each takes it for the other. */
export class BadLine {
  readonly #socket: Socket
  readonly #input: BadLineInput
  readonly #timers = new Set<NodeJS.Timeout>()
  #remote: RtpAddress | undefined

  private constructor(socket: Socket, input: BadLineInput) {
    this.#socket = socket
    this.#input = input
    const { trouble, random } = input
    const makeTrouble = () => (trouble.kind === 'slow' ? undefined : new PacketTrouble(trouble.kind, random))
    const [up, down] = [makeTrouble(), makeTrouble()]
    socket.on('message', (packet, from) => {
      const fromPhone = from.port === input.phone.port
      if (!fromPhone) this.#remote = { host: from.address, port: from.port }
      const direction = fromPhone ? up : down
      for (const passed of direction?.pass(packet) ?? [packet]) this.#forward(passed, fromPhone)
    })
    socket.on('error', () => {})
  }

  static async open(input: BadLineInput): Promise<BadLine> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, input.host, resolve)
    })
    return new BadLine(socket, input)
  }

  /** Where both sides send to: goes into the phone's SDP. */
  get address(): RtpAddress {
    return { host: this.#input.host, port: this.#socket.address().port }
  }

  /** Tells where the other side receives, as its SDP says. */
  leadTo(remote: RtpAddress): void {
    this.#remote ??= remote
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket.close()
  }

  #forward(packet: Buffer, fromPhone: boolean): void {
    const { trouble, phone, random } = this.#input
    const send = () => {
      const to = fromPhone ? this.#remote : phone
      if (to !== undefined) this.#socket.send(packet, to.port, to.host)
    }
    if (trouble.kind !== 'slow') {
      send()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      send()
    }, random() * trouble.delayMs)
    this.#timers.add(timer)
  }
}
