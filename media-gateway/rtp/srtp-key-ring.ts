/**
 * Opens what was sealed with one of several keys (RFC 3711 section 3.1): each packet names its key by an identifier (MKI),
 * which stands before the tag, or with GCM after everything else (RFC 7714 sections 8.2 and 9.2).
 */
import type { CryptoSuite, SrtpMasterKey } from '../sip/sdp-crypto.ts'
import { SrtpReceiver, SrtpStreams } from './srtp.ts'

export class SrtpKeyRing {
  /** By identifier, in hexadecimal; '' is the only key of a peer that names none. */
  readonly #receivers: ReadonlyMap<string, SrtpReceiver>
  readonly #mkiBytes: number

  /** @param keys at least one; several differ by an identifier of the same length. */
  constructor(suite: CryptoSuite, keys: readonly SrtpMasterKey[]) {
    // The roll-over counter goes on when the key changes.
    const streams = new SrtpStreams()
    this.#mkiBytes = keys[0]?.mki?.length ?? 0
    this.#receivers = new Map(
      keys.map(({ key, lifetime, mki }) => [
        mki?.toString('hex') ?? '',
        new SrtpReceiver(suite, key, { lifetime, streams }),
      ]),
    )
  }

  /** As `SrtpReceiver.unprotectRtp`. */
  unprotectRtp(datagram: Buffer): Buffer | undefined {
    const named = this.#find(datagram, (receiver) => receiver.rtpTrailerBytes)
    return named?.receiver.unprotectRtp(named.datagram)
  }

  /** As `SrtpReceiver.unprotectRtcp`. */
  unprotectRtcp(datagram: Buffer): Buffer | undefined {
    const named = this.#find(datagram, (receiver) => receiver.rtcpTrailerBytes)
    return named?.receiver.unprotectRtcp(named.datagram)
  }

  /** @param trailer bytes that follow the identifier. */
  #find(datagram: Buffer, trailer: (receiver: SrtpReceiver) => number) {
    const [first] = this.#receivers.values()
    if (first === undefined) return undefined
    if (this.#mkiBytes === 0) return { receiver: first, datagram }
    const end = datagram.length - trailer(first)
    const start = end - this.#mkiBytes
    if (start < 0) return undefined
    const receiver = this.#receivers.get(datagram.toString('hex', start, end))
    if (receiver === undefined) return undefined
    return { receiver, datagram: Buffer.concat([datagram.subarray(0, start), datagram.subarray(end)]) }
  }
}
