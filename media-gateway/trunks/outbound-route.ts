/** The way out that was found for one call. */
import type { TrunkSettings } from '../../config/trunks.ts'
import type { OutgoingCall, OutgoingInviteOptions } from '../sip/index.ts'

/** What a carrier lets a call speak. */
export interface MediaPolicy {
  /** The preferred first. */
  readonly codecs: TrunkSettings['codecs']
  /** undefined: as the host has it. */
  readonly srtp?: TrunkSettings['srtp']
  /** Our address as the other side sees it; undefined: as the host has it. */
  readonly host?: string
}

export interface DialOptions
  extends Omit<OutgoingInviteOptions, 'target' | 'requestUri' | 'credentials' | 'firstResponseMs' | 'sdp'> {
  /** Our offer, made anew for each carrier that is tried. */
  readonly sdp: (media: MediaPolicy) => string
  /** Told the Call-ID of each INVITE: of the first, and of those that go another way. */
  readonly onAttempt?: (sipCallId: string) => void
}

/** Holds a channel from the moment it is found. */
export interface OutboundRoute {
  /** It leads to a browser, which takes WebRTC only. */
  readonly isBrowser: boolean
  /** Sends the INVITE, once. @throws SipSyntaxError, SipCallError; the channel is given back then. */
  dial(options: DialOptions): OutgoingCall
  /** Gives the channel back where nothing was dialled. */
  release(): void
}

export const ANY_CODEC: MediaPolicy = { codecs: ['PCMU', 'PCMA'] }
