/** Who hears whom. Pure. */
import type { LegId } from '../../domain/ids.ts'
import type { ConferenceMember } from '../../domain/leg-operations.ts'

export type Seat = Pick<ConferenceMember, 'legId' | 'role' | 'coaches'>

/** Whether `listener` hears `speaker`. Nobody hears themselves. */
export function hears(listener: Seat, speaker: Seat): boolean {
  if (listener.legId === speaker.legId) return false
  switch (speaker.role) {
    case 'party':
      return true
    case 'coach':
      return speaker.coaches?.includes(listener.legId) ?? false
    case 'listener':
      return false
  }
}

/** A conference that makes no sense; the same input stays wrong. */
class ConferenceInputError extends Error {
  readonly retryable = false
}

/** @throws ConferenceInputError */
export function checkSeats(seats: readonly Seat[]): void {
  const ids = new Set(seats.map(({ legId }) => legId))
  if (ids.size !== seats.length) throw new ConferenceInputError('a leg is named twice')
  for (const { legId, role, coaches = [] } of seats) {
    if (role !== 'coach') continue
    const stranger = coaches.find((other: LegId) => other === legId || !ids.has(other))
    if (stranger !== undefined) throw new ConferenceInputError(`${legId} can't coach ${stranger}`)
  }
}
