import { SipTransportError } from './errors.ts'
import type { SipEndpoint, SipEndpointOptions } from './types.ts'

/**
 * Opens the socket and starts to answer.
 * @throws SipTransportError when the port can't be bound.
 */
export async function createSipEndpoint(options: SipEndpointOptions): Promise<SipEndpoint> {
  throw new SipTransportError(`not yet: ${options.host}`)
}
