/** The "ports" of a session that runs over ICE and DTLS: our RTP endpoint sends and receives through them as if over UDP. */
import { EventEmitter } from 'node:events'
import { type RTCDtlsTransport, RtpPacket } from 'werift'
import type { RtpAddress } from '../rtp/index.ts'
import type { MediaSocket, PortPair } from '../rtp/port-pool.ts'

/** Where everything comes from and goes to: ICE has chosen the real addresses and DTLS has proved the peer. */
export const DTLS_PEER: RtpAddress = { host: 'dtls', port: 9 }
const FROM_PEER = { address: DTLS_PEER.host, port: DTLS_PEER.port, family: 'IPv4', size: 0 } as const

class DtlsSocket extends EventEmitter implements MediaSocket {
  #transport: RTCDtlsTransport | undefined

  use(transport: RTCDtlsTransport): void {
    if (this.#transport === transport) return
    this.#transport = transport
    transport.onRtp.subscribe((packet) => {
      if (this.#transport === transport) this.emit('message', packet.serialize(), FROM_PEER)
    })
    transport.onRtcp.subscribe((packet) => {
      if (this.#transport === transport) this.emit('message', packet.serialize(), FROM_PEER)
    })
  }

  /** RTP and RTCP over one port (RFC 5761); dropped until DTLS is there, as the network drops too. */
  send(packet: Buffer): void {
    const transport = this.#transport
    if (transport?.state !== 'connected' || !transport.srtpStarted) return
    const type = packet.readUInt8(1)
    if (type >= 192 && type <= 223)
      void transport.iceTransport.connection.send(transport.srtcp.encrypt(packet)).catch(() => {})
    else {
      const { payload, header } = RtpPacket.deSerialize(packet)
      void transport.sendRtp(payload, header)
    }
  }

  drop(): void {
    this.#transport = undefined
    this.removeAllListeners()
  }
}

export class DtlsPorts implements PortPair {
  readonly rtpPort = DTLS_PEER.port
  readonly #socket = new DtlsSocket()
  /** Nothing comes by it: RTCP shares the RTP port. */
  readonly rtcp: MediaSocket = new EventEmitter() as EventEmitter & MediaSocket

  get rtp(): MediaSocket {
    return this.#socket
  }

  /** From now on. */
  use(transport: RTCDtlsTransport): void {
    this.#socket.use(transport)
  }

  async release(): Promise<void> {
    this.#socket.drop()
  }
}
