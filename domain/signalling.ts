/** The SIP messages of a leg as they are kept: who wrote what to whom, credentials taken out. */
import type { CallId, LegId } from './ids.ts'

export interface SignallingMessage {
  /** ISO 8601, with milliseconds. */
  readonly at: string
  /** Seen from our gateway. */
  readonly direction: 'in' | 'out'
  /** Of the other side. */
  readonly host: string
  readonly port: number
  /** The whole message, header lines unfolded. Contains personal data. */
  readonly text: string
}

/** What one file holds. */
export interface SignallingLog {
  readonly callId: CallId
  readonly legId: LegId
  readonly messages: readonly SignallingMessage[]
  /** Messages that were too many to be kept. */
  readonly dropped: number
}

/** Folder of a call's files within the data folder, one file a leg. */
export const signallingFolder = (callId: CallId): string => `signalling/${callId}`
export const signallingFile = (callId: CallId, legId: LegId): string =>
  `${signallingFolder(callId)}/${legId}.sealed`

const MASK = '***'

/** Passwords' proofs, keys of the sound, and digits that a caller dialled (they may be a card's). */
export function maskCredentials(message: string): string {
  return message
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .replaceAll(
      /^((?:Proxy-)?Authorization|(?:WWW|Proxy)-Authenticate|(?:Proxy-)?Authentication-Info)\s*:.*$/gim,
      `$1: ${MASK}`,
    )
    .replaceAll(/^(a=crypto:\d+ \S+ inline:).*$/gim, `$1${MASK}`)
    .replaceAll(/^(a=ice-pwd:).*$/gim, `$1${MASK}`)
    .replaceAll(/^(k=).*$/gm, `$1${MASK}`)
    .replaceAll(/^(Signal\s*=).*$/gim, `$1${MASK}`)
}
