/** Plain RTP or WebRTC: what one leg needs, told by the offer or by who is dialled. */
import { type MediaSession, type MediaSessionHost, PlainSession } from '../legs/media-session.ts'
import { isWebRtcOffer } from './sdp.ts'
import type { WebRtcHost } from './web-rtc-session.ts'

/** @param offer theirs; `browser`: a browser is dialled; null: any other phone is, or it leaves the offer to us. */
export async function openMedia(
  host: MediaSessionHost & WebRtcHost,
  offer: string | 'browser' | null,
): Promise<MediaSession> {
  if (offer !== 'browser' && (offer === null || !isWebRtcOffer(offer))) return PlainSession.open(host)
  // 38 MB and 0.3 s: only gateways that browsers call pay for it.
  const { WebRtcSession } = await import('./web-rtc-session.ts')
  return WebRtcSession.open(host)
}
