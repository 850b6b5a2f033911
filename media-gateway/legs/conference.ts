/** A conversation of legs: a bridge of two, a mix of three, a supervisor who listens or whispers. */
import type { LegId } from '../../domain/ids.ts'
import type { Codec } from '../../domain/media-socket.ts'
import { hears, type Seat } from './conference-rules.ts'
import { FrameLine, type Sound } from './frame-line.ts'
import { MusicPlayer } from './hold-music.ts'
import type { Conversation } from './leg-output.ts'

/** What a conference needs of a member: a leg of this host, or the link to one elsewhere. */
export interface Party {
  readonly legId: LegId
  readonly codec: Codec
  /** Resolves when the leg is over. */
  readonly ended: Promise<unknown>
  /** Connects it; undefined: it is free again. */
  join(conversation: Conversation | undefined): void
  /** What it is connected to now. */
  readonly conversation: Conversation | undefined
  sendDigit(digit: string, durationMs: number): void
  hangUp(): void
  /** The conference has no use for it any more; a link closes. */
  release(): void
}

export class Conference {
  readonly #onLeft: () => void
  #seats: readonly MemberSeat[] = []

  /** @param onLeft called when a member was taken elsewhere. */
  constructor(onLeft: () => void) {
    this.#onLeft = onLeft
  }

  get members(): readonly LegId[] {
    return this.#seats.map(({ seat }) => seat.legId)
  }

  has(legId: LegId): boolean {
    return this.#seats.some(({ seat }) => seat.legId === legId)
  }

  party(legId: LegId): Party | undefined {
    return this.#seats.find(({ seat }) => seat.legId === legId)?.party
  }

  isParty(legId: LegId): boolean {
    return this.#seats.some(({ seat }) => seat.legId === legId && seat.role === 'party')
  }

  /** Who sits here from now on, and as what. Lines between those who stay go on without a gap. */
  seat(seats: readonly { readonly seat: Seat; readonly party: Party }[]): void {
    const before = new Map(this.#seats.map((member) => [member.party, member]))
    this.#seats = seats.map(({ seat, party }) => {
      const known = before.get(party)
      before.delete(party)
      const member = known ?? new MemberSeat(party, () => this.#dismissed(seat.legId))
      member.seat = seat
      return member
    })
    for (const gone of before.values()) gone.leave()
    this.#connect()
    for (const member of this.#seats) member.enter()
  }

  /** @param legId of a member that is over or was taken elsewhere. */
  leave(legId: LegId): void {
    const gone = this.#seats.find(({ seat }) => seat.legId === legId)
    if (gone === undefined) return
    this.#seats = this.#seats.filter((member) => member !== gone)
    gone.leave()
    this.#connect()
  }

  #dismissed(legId: LegId): void {
    this.leave(legId)
    this.#onLeft()
  }

  /** Computed once a change, not once a frame. */
  #connect(): void {
    for (const listener of this.#seats)
      listener.hear(this.#seats.filter((speaker) => hears(listener.seat, speaker.seat)))
    for (const speaker of this.#seats)
      speaker.audience = this.#seats.filter((listener) => hears(listener.seat, speaker.seat))
  }
}

class MemberSeat implements Conversation {
  readonly party: Party
  seat: Seat
  audience: readonly MemberSeat[] = []
  #lines = new Map<MemberSeat, FrameLine>()
  /** What we say to a party, for one who is none. */
  #asides = new Map<MemberSeat, FrameLine>()
  #away = false
  #music: MusicPlayer | undefined

  readonly #onDismissed: () => void

  constructor(party: Party, onDismissed: () => void) {
    this.party = party
    this.#onDismissed = onDismissed
    this.seat = { legId: party.legId, role: 'listener' }
  }

  enter(): void {
    if (this.party.conversation !== this) this.party.join(this)
  }

  leave(): void {
    if (this.party.conversation === this) this.party.join(undefined)
    this.party.release()
  }

  hear(speakers: readonly MemberSeat[]): void {
    const lines = (before: ReadonlyMap<MemberSeat, FrameLine>, whose: readonly MemberSeat[]) =>
      new Map(whose.map((speaker) => [speaker, before.get(speaker) ?? new FrameLine()]))
    this.#lines = lines(this.#lines, speakers)
    this.#asides = lines(this.#asides, this.seat.role === 'party' ? [] : speakers)
  }

  next(): { readonly sounds: readonly Sound[]; readonly pcm?: readonly Int16Array[] } {
    const sounds: Sound[] = []
    let waits = this.#lines.size > 0
    for (const [speaker, line] of this.#lines) {
      const sound = line.pull()
      if (sound !== undefined) sounds.push(sound)
      if (!speaker.#away && speaker.seat.role === 'party') waits = false
    }
    for (const line of this.#asides.values()) {
      const sound = line.pull()
      if (sound !== undefined) sounds.push(sound)
    }
    const music = this.#nextMusic(waits)
    return music === undefined ? { sounds } : { sounds, pcm: [music] }
  }

  voice(sound: Sound): void {
    for (const listener of this.audience) listener.#lines.get(this)?.push(sound)
  }

  spoken(sound: Sound): void {
    for (const listener of this.audience) listener.#asides.get(this)?.push(sound)
  }

  digit(digit: string, durationMs: number): void {
    for (const listener of this.audience) listener.party.sendDigit(digit, durationMs)
  }

  away(isAway: boolean): void {
    this.#away = isAway
  }

  dismissed(): void {
    this.#onDismissed()
  }

  /** Everybody whom this one could hear has put us on hold by their phone, which sends nothing: music is ours to play. */
  #nextMusic(waits: boolean): Int16Array | undefined {
    if (waits) {
      this.#music ??= new MusicPlayer()
      this.#music.play()
    } else this.#music?.stop()
    const frame = this.#music?.next()
    if (frame === undefined) this.#music = undefined
    return frame
  }
}
