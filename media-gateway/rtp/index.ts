/** RTP (RFC 3550) with G.711 and digits, for the gateway and the simulated phones. */
export { RtpEndpoint, type RtpEndpointOptions, type RtpHandlers, RtpStateError } from './endpoint.ts'
export { FrameClock, frameClock, mediaNow } from './frame-clock.ts'
export { FrameQueue } from './frame-queue.ts'
export { decodeG711, encodeG711, PAYLOAD_TYPE, SILENCE, silence, transcodeG711 } from './g711.ts'
export { anyPorts, NoPortError, PortPool, type PortSource } from './port-pool.ts'
export {
  buildSdpAnswer,
  buildSdpOffer,
  type MediaDescription,
  type RtpAddress,
  readSdpAnswer,
  readSdpOffer,
  SdpError,
} from './sdp.ts'
export { DigitError, type DigitEvent } from './telephone-event.ts'
