/** The little of SDP (RFC 8866) and offer/answer (RFC 3264) that a G.711 call needs. */
import type { Codec } from '../../domain/media-socket.ts'

export interface RtpAddress {
  readonly host: string
  readonly port: number
}

/** What both sides agreed on, from our point of view. */
export interface MediaDescription {
  readonly codec: Codec
  /** Payload type of RFC 4733 digits; undefined: the other side has none. */
  readonly telephoneEventType: number | undefined
  /** Where the other side wants its RTP. */
  readonly remote: RtpAddress
  /** False while the other side holds us and wants no audio. */
  readonly weSend: boolean
  /** False while the other side sends none (hold): its silence is then no fault. */
  readonly theySend: boolean
}

/** The other side's SDP can't be used: answer 488. */
export class SdpError extends Error {
  readonly retryable = false
}

const TELEPHONE_EVENT_TYPE = 101

interface LocalMedia {
  /** Address that the other side can reach. */
  readonly host: string
  readonly rtpPort: number
}

function build(local: LocalMedia, version: number, types: readonly string[], direction: string): string {
  return [
    'v=0',
    `o=- ${local.rtpPort}${Math.floor(Date.now() / 1000)} ${version} IN IP4 ${local.host}`,
    's=Talk',
    `c=IN IP4 ${local.host}`,
    't=0 0',
    ...types,
    `a=rtcp:${local.rtpPort + 1}`,
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n')
}

/** Our offer: both laws, mu-law first, and telephone-events 0 to 15. */
export function buildSdpOffer(local: LocalMedia, codecs: readonly Codec[] = ['PCMU', 'PCMA']): string {
  const types = codecs.map((codec) => (codec === 'PCMU' ? 0 : 8))
  return build(
    local,
    Math.floor(Date.now() / 1000),
    [
      `m=audio ${local.rtpPort} RTP/AVP ${types.join(' ')} ${TELEPHONE_EVENT_TYPE}`,
      ...codecs.map((codec) => `a=rtpmap:${codec === 'PCMU' ? 0 : 8} ${codec}/8000`),
      `a=rtpmap:${TELEPHONE_EVENT_TYPE} telephone-event/8000`,
      `a=fmtp:${TELEPHONE_EVENT_TYPE} 0-15`,
    ],
    'sendrecv',
  )
}

/** Our answer to an offer that `readSdpOffer` accepted: the one codec, its event type, its direction mirrored. */
export function buildSdpAnswer(local: LocalMedia, agreed: MediaDescription): string {
  const type = agreed.codec === 'PCMU' ? 0 : 8
  const event = agreed.telephoneEventType
  const direction = agreed.weSend
    ? agreed.theySend
      ? 'sendrecv'
      : 'sendonly'
    : agreed.theySend
      ? 'recvonly'
      : 'inactive'
  return build(
    local,
    Math.floor(Date.now() / 1000),
    [
      `m=audio ${local.rtpPort} RTP/AVP ${type}${event === undefined ? '' : ` ${event}`}`,
      `a=rtpmap:${type} ${agreed.codec}/8000`,
      ...(event === undefined ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`]),
    ],
    direction,
  )
}

interface AudioSection {
  readonly port: number
  readonly types: readonly number[]
  /** Lines of the session and of the audio section. */
  readonly lines: readonly string[]
}

function audioSection(sdp: string): AudioSection {
  const lines = sdp.split(/\r?\n/)
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : []))
  const start = starts.find((index) => /^m=audio \d+ RTP\/AVPF? /.test(lines[index] ?? ''))
  if (start === undefined) throw new SdpError('no audio over RTP/AVP is offered')
  const end = starts.find((index) => index > start) ?? lines.length
  const [, port, , ...types] = (lines[start] ?? '').trim().split(/\s+/)
  // Lines of the media section come first: they win over those of the session.
  return {
    port: Number(port),
    types: types.map(Number),
    lines: [...lines.slice(start, end), ...lines.slice(0, starts[0])],
  }
}

function read(sdp: string, preferred?: Codec): MediaDescription {
  const { port, types, lines } = audioSection(sdp)
  const host = lines.map((line) => /^c=IN IP4 ([\d.]+)/.exec(line)?.[1]).find((found) => found !== undefined)
  if (host === undefined || port === 0) throw new SdpError('no IPv4 address for audio')
  const codecs = types.map(codecOf).filter((found) => found !== undefined)
  const codec = codecs.find((found) => found === preferred) ?? codecs[0]
  if (codec === undefined) throw new SdpError('neither PCMU nor PCMA is offered')
  const event = lines
    .map((line) => /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line)?.[1])
    .find((found) => found !== undefined && types.includes(Number(found)))
  const direction = lines.map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/.exec(line)?.[1])
  const theirs = direction.find((found) => found !== undefined) ?? 'sendrecv'
  const held = host === '0.0.0.0' // RFC 2543 hold, still met
  return {
    codec,
    telephoneEventType: event === undefined ? undefined : Number(event),
    remote: { host, port },
    weSend: !held && (theirs === 'sendrecv' || theirs === 'recvonly'),
    theySend: !held && (theirs === 'sendrecv' || theirs === 'sendonly'),
  }
}

function codecOf(type: number): Codec | undefined {
  return type === 0 ? 'PCMU' : type === 8 ? 'PCMA' : undefined
}

/**
 * The other side's offer; the preferred codec if it is in it, else the first that we know.
 * @throws SdpError when there is none, or no address.
 */
export const readSdpOffer = (sdp: string, preferred?: Codec): MediaDescription => read(sdp, preferred)

/**
 * The other side's answer to our offer.
 * @throws SdpError when it agrees on nothing.
 */
export const readSdpAnswer = (sdp: string): MediaDescription => read(sdp)
