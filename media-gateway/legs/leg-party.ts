/** A leg of this host as a member of a conference. */
import type { LegId } from '../../domain/ids.ts'
import type { Party } from './conference.ts'
import { ConferencePartyError } from './conferences.ts'
import type { LegRegistry } from './leg-registry.ts'

/** @throws ConferencePartyError; a leg that still rings may be tried again. */
export function legParty(legs: LegRegistry, legId: LegId): Party {
  const leg = legs.get(legId)
  const media = leg?.media
  if (leg === undefined || leg.state === 'ending' || leg.state === 'ended')
    throw new ConferencePartyError(`leg ${legId} is not on this gateway`, false)
  if (media === undefined) throw new ConferencePartyError(`leg ${legId} is not answered yet`, true)
  return {
    legId,
    codec: media.codec,
    ended: media.output.ended,
    join: (conversation) => media.output.join(conversation),
    get conversation() {
      return media.output.conversation
    },
    sendDigit: (digit, durationMs) => media.sendDigit(digit, durationMs),
    hangUp: () => void leg.hangUp(),
    release: () => {},
  }
}
