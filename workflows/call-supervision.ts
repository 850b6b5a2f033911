/**
 * People who join a live call, and pauses of its recording. The conference lives on the gateway of the caller's leg; the
 * telephone of a guest may be at another one.
 */
import { ApplicationFailure, condition, patched, setHandler, uuid4 } from '@temporalio/workflow'
import type { CallRefusalCode, JoinCallInput, SetCallRecordingInput } from '../domain/call-guests.ts'
import { type CallId, type LegId, makeLegId } from '../domain/ids.ts'
import type { ConferenceMember } from '../domain/leg-operations.ts'
import { legOperationsOf } from './call-activities.ts'
import type { CallDiary } from './call-diary.ts'
import { CallGuest } from './call-guest.ts'
import type { CallLeg } from './call-leg.ts'
import { CALL_REFUSAL, joinCall, leaveCall, setCallRecording } from './call-messages.ts'
import { CallTransfers } from './call-transfers.ts'

/** After the end of the call: guests are hung up with it, and their records closed. */
const LEAVE_LIMIT = '30s'

export interface CallSupervisionInput {
  readonly callId: CallId
  readonly legId: LegId
  readonly leg: CallLeg
  /** Number of the other side, shown where a guest's telephone rings; '' where it is withheld. */
  readonly shownNumber: string
  readonly diary: () => CallDiary | null
  /** The gateway that holds the leg; undefined while nobody knows. */
  readonly host: () => string | undefined
  /** Somebody talks with the caller from now on: the AI may not say anything any more. */
  readonly onTakenOver: () => void
}

export class CallSupervision {
  readonly #input: CallSupervisionInput
  readonly #guests: CallGuest[] = []
  readonly #transfers: CallTransfers
  #revision = 0
  /** Another call says who hears whom. */
  #hasLetGo = false
  /** Changes of the conference follow each other. */
  #seated: Promise<void> = Promise.resolve()

  constructor(input: CallSupervisionInput) {
    this.#input = input
    const seated = () => this.#seated
    this.#transfers = new CallTransfers({ ...input, take: (guest) => this.take(guest), seated })
    setHandler(joinCall, (wish) => this.#join(wish), { validator: (wish) => this.#checkJoin(wish) })
    setHandler(leaveCall, ({ personId }) => this.#leave(personId), {
      validator: ({ personId }) => {
        if (this.#guestOf(personId) === undefined) refuse('not_there')
      },
    })
    setHandler(setCallRecording, (wish) => this.#record(wish), { validator: (_wish) => this.#checkLive() })
  }

  /** From now on another call says who hears whom. */
  letGo(): void {
    this.#hasLetGo = true
  }

  /**
   * A transfer failed when nobody of ours was left who could go on: the other side is to be called back. Known after `end`, and to
   * be asked then only.
   */
  get owesCallBack(): boolean {
    return this.#transfers.hasLostThem && patched('transfer-lost')
  }

  /** The call is over: so are its guests. */
  async end(): Promise<void> {
    await this.#endGuests()
    if (!this.#transfers.areDecided && patched('transfer-lost'))
      await condition(() => this.#transfers.areDecided)
  }

  async #endGuests(): Promise<void> {
    const live = this.#guests.filter(({ isOver }) => !isOver)
    if (live.length === 0) return
    await Promise.all(live.map((guest) => guest.hangUp()))
    await condition(() => this.#guests.every(({ isOver }) => isOver), LEAVE_LIMIT)
  }

  /** Somebody talks with the other side, or is on the way into the call to do so. */
  get hasTalker(): boolean {
    return this.#guests.some(({ mode, isOver }) => mode === 'talk' && !isOver)
  }

  #checkLive(): void {
    const { leg, host } = this.#input
    if (leg.answered === null || leg.over || host() === undefined) refuse('not_live')
  }

  #checkJoin({ personId, mode }: JoinCallInput): void {
    this.#checkLive()
    if (this.#guestOf(personId) !== undefined) refuse('already_there')
    if (mode === 'talk' && this.hasTalker) refuse('somebody_talks')
    if (mode === 'whisper' && this.#talker() === undefined) refuse('nobody_talks')
  }

  #guestOf(personId: string): CallGuest | undefined {
    return this.#guests.find((guest) => guest.guest.personId === personId && !guest.isOver)
  }

  /** Of ours: nobody outside is whispered to. */
  #talker(): CallGuest | undefined {
    return this.#guests.find(
      ({ mode, isThere, isReplaced, isHeldBack, extension }) =>
        mode === 'talk' && isThere && !isReplaced && !isHeldBack && extension !== null,
    )
  }

  async #join({ extension, gatewayHost, ...guest }: JoinCallInput): Promise<null> {
    const { callId, shownNumber } = this.#input
    const legId = makeLegId(uuid4().replaceAll('-', '').slice(0, 12))
    this.take(new CallGuest(callId, legId, guest, { kind: 'rung', extension, gatewayHost, shownNumber }))
    return null
  }

  /** Takes part as soon as their leg is answered. */
  take(guest: CallGuest): void {
    this.#guests.push(guest)
    this.#input.leg.otherLegs.set(guest.legId, (event) => {
      if (event.type === 'transfer') void this.#transfers.asked(guest, event)
      if (!guest.told(event)) return
      this.#note(guest)
      if (!guest.isHeldBack) this.#seat(() => this.#enter(guest))
    })
    this.#note(guest)
    // The other side stays, whatever who transfers does while it rings.
    if (guest.replaces !== null) this.#seat(async () => {})
    void guest.hold().then(() => {
      this.#note(guest)
      this.#seat(async () => {})
    })
  }

  /** Who was held back takes part from now on. Resolves when they do, or have gone. */
  async admit(guest: CallGuest): Promise<void> {
    guest.isHeldBack = false
    this.#seat(() => this.#enter(guest))
    await this.#seated
  }

  /** Everybody hears whom they should by now. */
  async seated(): Promise<void> {
    await this.#seated
  }

  async #leave(personId: string): Promise<null> {
    await this.#guestOf(personId)?.hangUp()
    return null
  }

  async #record({ paused, personName }: SetCallRecordingInput): Promise<null> {
    const { callId, legId, host, diary } = this.#input
    const { pauses } = await legOperationsOf(host() ?? '').setRecording({ legId, paused })
    diary()?.pauses({ callId, pauses, personName })
    return null
  }

  #note(guest: CallGuest): void {
    this.#input.diary()?.guest(guest.record)
  }

  /** The conference as it is to be now; a caller who has hung up has taken it along. */
  #seat(then: () => Promise<void>): void {
    this.#seated = this.#seated.then(async () => {
      const { callId, leg, host } = this.#input
      for (const { replaces, isThere } of this.#guests)
        if (replaces !== null && isThere) replaces.isReplaced = true
      const guests = this.#guests.filter(
        ({ isThere, isReplaced, isHeldBack }) => isThere && !isReplaced && !isHeldBack,
      )
      if (leg.over || this.#hasLetGo) return
      const isTransfer = this.#guests.some(
        ({ replaces, isThere, isOver }) => replaces !== null && !isThere && !isOver,
      )
      await legOperationsOf(host() ?? '').setConference({
        conferenceId: callId,
        revision: ++this.#revision,
        members: guests.length === 0 ? [] : this.#members(guests),
        whenPartyEnds: isTransfer ? 'free_others' : 'hang_up_others',
      })
      await then()
    })
    // Without a conference nobody hears them: their telephone is put down.
    this.#seated = this.#seated.catch(async () => {
      for (const guest of this.#guests) await guest.hangUp()
    })
  }

  #members(guests: readonly CallGuest[]): ConferenceMember[] {
    const talker = this.#talker()
    const caller = { legId: this.#input.legId, role: 'party' } as const
    return [
      caller,
      ...guests.map(({ legId, mediaSocketUrl, mode }): ConferenceMember => {
        const where = { legId, mediaSocketUrl }
        if (mode === 'talk') return { ...where, role: 'party' }
        if (mode === 'listen' || talker === undefined) return { ...where, role: 'listener' }
        return { ...where, role: 'coach', coaches: [talker.legId] }
      }),
    ]
  }

  async #enter(guest: CallGuest): Promise<void> {
    if (guest.mode !== 'talk') return
    const { legId, host, onTakenOver } = this.#input
    onTakenOver()
    guest.hasEntered = true
    await legOperationsOf(host() ?? '').setLegAudio({ legId, silencesUs: true })
  }
}

function refuse(code: CallRefusalCode): never {
  throw ApplicationFailure.create({ message: code, type: CALL_REFUSAL, nonRetryable: true, details: [code] })
}
