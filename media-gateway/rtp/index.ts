/** RTP (RFC 3550) with G.711 and digits, for the gateway and the simulated phones. */

export {
  decodeG711,
  decodeG711Into,
  encodeG711,
  PAYLOAD_TYPE,
  SILENCE,
  silence,
  transcodeG711,
} from '../../domain/g711.ts'
export { RtpEndpoint, type RtpEndpointOptions, type RtpHandlers } from './endpoint.ts'
export {
  FrameClock,
  type FrameListener,
  frameClock,
  mediaNow,
  standStillWithProcess,
} from './frame-clock.ts'
export { FrameQueue } from './frame-queue.ts'
export type { PacketTap, TappedPacket } from './media-transport.ts'
export { anyPorts, NoPortError, PortPool, type PortSource } from './port-pool.ts'
export {
  answerSdpOffer,
  buildSdpOffer,
  type LocalEnd,
  type MediaDescription,
  type RtpAddress,
  readSdpAnswer,
} from './sdp.ts'
export { DigitError, type DigitEvent } from './telephone-event.ts'
