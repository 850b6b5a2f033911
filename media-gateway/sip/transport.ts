/** What the transactions need of a transport; UDP today, TCP, TLS and WebSocket fit the same shape. */
import type { SipAddress } from './types.ts'

export interface SipTransport {
  /** As in the Via header. */
  readonly protocol: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'
  /** A reliable transport needs no retransmission by us (RFC 3261 section 17.1.1.1). */
  readonly reliable: boolean
  readonly local: SipAddress
  /** @throws SipTransportError (rejects) when the message could not be handed to the network. */
  send(text: string, to: SipAddress): Promise<void>
  close(): Promise<void>
}

/** Called for each whole message received. Must not throw. */
export type ReceiveMessage = (data: Buffer, from: SipAddress) => void
