/**
 * Whom a session listens to and where it sends. Pure; time in ms.
 *
 * Symmetric RTP (RFC 4961): what really comes from the peer's NAT counts, not what its SDP says. Once somebody is
 * heard, the source is locked: nobody else gets in while they are heard, but the address that the SDP names.
 */
import { type RtpPacket, sequenceDistance } from './packet.ts'
import type { RtpAddress } from './sdp.ts'

/** Packets of another source are taken for the peer's once it was silent for this long (a NAT that moved). */
const RELEARN_AFTER_MS = 2_000
/** A stranger must send two packets in sequence (RFC 3550 appendix A.1, MIN_SEQUENTIAL): one may be a stray. */
const MAX_STEP = 4

interface Candidate {
  readonly from: RtpAddress
  readonly ssrc: number
  readonly sequence: number
}

export class SourceLock {
  #signalled: RtpAddress
  #locked: RtpAddress | undefined
  #heardAtMs = Number.NEGATIVE_INFINITY
  #candidate: Candidate | undefined

  /** @param signalled where the other side's SDP wants its RTP. */
  constructor(signalled: RtpAddress) {
    this.#signalled = signalled
  }

  /** Where to send. */
  get remote(): RtpAddress {
    return this.#locked ?? this.#signalled
  }

  /** Whether the peer was heard since the last SDP with another address. */
  get heard(): boolean {
    return this.#locked !== undefined
  }

  /** A later SDP. The same address again changes nothing: the peer is still where it was heard. */
  signal(address: RtpAddress): void {
    if (sameAddress(address, this.#signalled)) return
    this.#signalled = address
    this.#locked = undefined
    this.#candidate = undefined
  }

  /**
   * Whether a packet is the peer's.
   * @param authenticated its SRTP tag was right: whoever has the key is the peer, wherever it is now.
   */
  admits(
    from: RtpAddress,
    packet: Pick<RtpPacket, 'ssrc' | 'sequence'>,
    nowMs: number,
    authenticated = false,
  ): boolean {
    const known = this.#locked !== undefined && sameAddress(this.#locked, from)
    if (!known && !this.#mayMoveTo(from, packet, nowMs, authenticated)) return false
    if (!known) this.#locked = from
    this.#candidate = undefined
    this.#heardAtMs = nowMs
    return true
  }

  #mayMoveTo(
    from: RtpAddress,
    { ssrc, sequence }: Pick<RtpPacket, 'ssrc' | 'sequence'>,
    nowMs: number,
    authenticated: boolean,
  ): boolean {
    if (authenticated || sameAddress(this.#signalled, from)) return true
    if (this.#locked !== undefined && nowMs - this.#heardAtMs <= RELEARN_AFTER_MS) return false
    const before = this.#candidate
    this.#candidate = { from, ssrc, sequence }
    if (before === undefined || before.ssrc !== ssrc || !sameAddress(before.from, from)) return false
    const step = sequenceDistance(sequence, before.sequence)
    return step > 0 && step <= MAX_STEP
  }
}

export const sameAddress = (a: RtpAddress, b: RtpAddress): boolean => a.port === b.port && a.host === b.host
