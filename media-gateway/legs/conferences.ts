/** The conferences of this host: set as a whole, left one by one as legs end, and gone with the last. */
import type { Logger } from 'pino'
import type { ConferenceMember, ConferenceState, SetConferenceInput } from '../../domain/leg-operations.ts'
import { Conference, type Party } from './conference.ts'
import { checkSeats } from './conference-rules.ts'

/** A leg that can't take part: over, or not answered yet. */
export class ConferencePartyError extends Error {
  readonly retryable: boolean
  constructor(message: string, retryable: boolean) {
    super(message)
    this.name = 'ConferencePartyError'
    this.retryable = retryable
  }
}

export interface ConferencesOptions {
  /** The leg itself, or a link to the host that holds it. @throws ConferencePartyError */
  readonly open: (member: ConferenceMember) => Party | Promise<Party>
  readonly logger: Logger
}

interface Room {
  readonly conference: Conference
  revision: number
  whenPartyEnds: SetConferenceInput['whenPartyEnds']
}

export class Conferences {
  readonly #options: ConferencesOptions
  readonly #rooms = new Map<string, Room>()
  /** Changes of one conference wait for each other: opening a link takes a moment. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(options: ConferencesOptions) {
    this.#options = options
  }

  /** Conferences that have members. */
  get size(): number {
    return this.#rooms.size
  }

  /**
   * All or nothing: where one can't take part, nothing changes.
   * @throws ConferencePartyError, ConferenceInputError
   */
  set(input: SetConferenceInput): Promise<ConferenceState> {
    const { conferenceId } = input
    const turn = (this.#turns.get(conferenceId) ?? Promise.resolve()).then(() => this.#set(input))
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(conferenceId) === settled) this.#turns.delete(conferenceId)
      })
    this.#turns.set(conferenceId, settled)
    return turn
  }

  async #set(input: SetConferenceInput): Promise<ConferenceState> {
    const { conferenceId, revision, members, whenPartyEnds } = input
    checkSeats(members)
    const known = this.#rooms.get(conferenceId)
    if (known !== undefined && revision < known.revision) return stateOf(conferenceId, known)
    const room = known ?? { conference: new Conference(() => this.#forgetEmpty()), revision, whenPartyEnds }
    const opened: Party[] = []
    try {
      const seats = []
      for (const member of members) {
        const here = room.conference.party(member.legId)
        const party = here ?? (await this.#options.open(member))
        if (here === undefined) opened.push(party)
        seats.push({ seat: member, party })
      }
      room.revision = revision
      room.whenPartyEnds = whenPartyEnds
      this.#rooms.set(conferenceId, room)
      room.conference.seat(seats)
      for (const party of opened) void party.ended.then(() => this.#ended(conferenceId, party))
      this.#forgetEmpty()
      return stateOf(conferenceId, room)
    } catch (error) {
      for (const party of opened) party.release()
      throw error
    }
  }

  /** Everybody is free; nobody is hung up. */
  close(): void {
    for (const { conference } of this.#rooms.values()) conference.seat([])
    this.#rooms.clear()
  }

  #forgetEmpty(): void {
    for (const [conferenceId, { conference }] of this.#rooms)
      if (conference.members.length === 0) this.#rooms.delete(conferenceId)
  }

  #ended(conferenceId: string, party: Party): void {
    const room = this.#rooms.get(conferenceId)
    if (room?.conference.party(party.legId) !== party) return
    const { conference, whenPartyEnds } = room
    const wasParty = conference.isParty(party.legId)
    conference.leave(party.legId)
    this.#options.logger.info(
      { conferenceId, legId: party.legId, whenPartyEnds },
      'a leg of a conference is over',
    )
    if (wasParty && whenPartyEnds === 'hang_up_others')
      for (const legId of conference.members) conference.party(legId)?.hangUp()
    this.#forgetEmpty()
  }
}

const stateOf = (conferenceId: string, { conference, revision }: Room): ConferenceState => ({
  conferenceId,
  revision,
  members: conference.members,
})
