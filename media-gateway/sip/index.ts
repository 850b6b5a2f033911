/** SIP user agent (RFC 3261) for the gateway and the simulated phones. */

export type * from './call-types.ts'
export { createSipEndpoint } from './endpoint.ts'
export type * from './endpoint-types.ts'
export * from './errors.ts'
export {
  buildOffer,
  type Direction,
  type LocalMedia,
  parseSdp,
  SdpError,
  type SessionDescription,
} from './sdp.ts'
export { makeSrtpKeys, type SrtpEnd, type SrtpPolicy } from './sdp-crypto.ts'
export {
  type AnswerOptions,
  type AudioCodec,
  answerReoffer,
  type NegotiatedAnswer,
  type NegotiatedMedia,
  negotiateAnswer,
  readAnswer,
} from './sdp-negotiation.ts'
export { type Replaces, readReplaces } from './transfer.ts'
export type * from './types.ts'
