/**
 * A call of the AI is put through to a person by third-party call control: their telephone is rung from here, the other side
 * hears music meanwhile, and both are connected when the person is there. Where nobody answers the AI goes on.
 */
import { CancellationScope, condition, proxyActivities, uuid4 } from '@temporalio/workflow'
import type { PersonTransferActivities, TransferTarget } from '../activities/person-transfer-types.ts'
import type { DialogueContext } from '../domain/dialogue.ts'
import { type CallId, type LegId, makeBriefingId, makeLegId, type OutboundId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import {
  makeTransferId,
  type PersonTransferRecord,
  type PersonTransferState,
  type PersonTransferWish,
  TRANSFER_TRIES,
} from '../domain/person-transfer.ts'
import { maskPhone } from '../domain/phone-number.ts'
import { legOperationsOf } from './call-activities.ts'
import { CallGuest } from './call-guest.ts'
import type { CallLeg } from './call-leg.ts'
import type { CallSupervision } from './call-supervision.ts'
import { takeTurnSomewhere } from './call-turn.ts'

/** Somebody waits with the telephone in their hand. */
const { findTransferTarget } = proxyActivities<PersonTransferActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '15s',
  retry: { initialInterval: '200ms', maximumInterval: '2s' },
  summary: '연결할 사람 찾기',
})
/** Until the database has it. */
const { recordTransfer } = proxyActivities<PersonTransferActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: '연결 기록',
})

/** The call as its transfer to a person sees it. */
export interface PersonTransferRoom {
  readonly callId: CallId
  /** Whose page shows it; null: a customer's call, whose guests are kept with the call itself. */
  readonly outboundId: OutboundId | null
  /** Of the other side. */
  readonly legId: LegId
  readonly leg: CallLeg
  readonly supervision: CallSupervision
  readonly host: () => string | undefined
  /** Shown to a telephone of ours that rings: who waits for it. */
  readonly shownNumber: string
  /** Shown to a telephone outside: a number that our carriers let us show. */
  readonly ownNumber: string
  readonly ringLimitMs: number
  /** What a person hears first, for a warm transfer, a sentence each. */
  readonly briefing: (reason: string) => readonly string[]
  readonly context: () => DialogueContext
}

export class PersonTransfers {
  readonly #room: PersonTransferRoom
  #count = 0
  #isUnderWay = false
  #written: Promise<void> = Promise.resolve()

  constructor(room: PersonTransferRoom) {
    this.#room = room
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** Resolves once it is known what came of it. */
  async run(wish: PersonTransferWish): Promise<PersonTransferState> {
    if (this.#isUnderWay) return 'failed'
    this.#isUnderWay = true
    const { callId, outboundId } = this.#room
    let record: Omit<PersonTransferRecord, 'outboundId'> = {
      ...wish,
      transferId: makeTransferId(callId, ++this.#count),
      callId,
      state: 'ringing',
      attempts: 0,
      personId: null,
      personName: null,
      askedAt: koreanIso(Date.now()),
      answeredAt: null,
      connectedAt: null,
      endedAt: null,
    }
    const note = (change: Partial<PersonTransferRecord>) => {
      record = { ...record, ...change }
      if (outboundId === null) return
      const noted = { ...record, outboundId }
      // Also what came of it when the call was called off meanwhile.
      this.#written = this.#written.then(() => CancellationScope.nonCancellable(() => recordTransfer(noted)))
      this.#written.catch(() => {})
    }
    try {
      note({})
      await this.#music('music').catch(() => {})
      const state = await this.#ring(wish, note).catch(() => 'failed' as const)
      if (state !== 'connected') note({ state, endedAt: koreanIso(Date.now()) })
      await this.#music(null).catch(() => {})
      return state
    } finally {
      this.#isUnderWay = false
    }
  }

  /** What came of all of them is in the database. */
  async written(): Promise<void> {
    await this.#written
  }

  async #ring(wish: PersonTransferWish, note: (change: Partial<PersonTransferRecord>) => void) {
    const { leg, supervision } = this.#room
    const tried: string[] = []
    for (let attempts = 1; attempts <= TRANSFER_TRIES; attempts++) {
      const target = await findTransferTarget({ to: wish.to, tried })
      if (leg.over) return 'given_up'
      if (target.kind === 'nobody') return 'no_answer'
      if (target.kind === 'phone') tried.push(target.extension)
      const person = this.#guestFor(target)
      const { personId, personName } = person.guest
      person.isHeldBack = wish.mode === 'warm'
      note({ state: 'ringing', attempts, personId, personName, answeredAt: null })
      supervision.take(person)
      await condition(() => person.isThere || person.isOver || leg.over)
      if (person.isThere && (await this.#connect(person, wish, note))) return 'connected'
      await person.hangUp()
      if (leg.over) return 'given_up'
    }
    return 'no_answer'
  }

  /** @returns false: they hung up before they were connected, or the other side has. */
  async #connect(
    person: CallGuest,
    { mode, reason }: PersonTransferWish,
    note: (change: Partial<PersonTransferRecord>) => void,
  ): Promise<boolean> {
    const { supervision, leg } = this.#room
    const answeredAt = person.joinedAt
    if (mode === 'warm') {
      note({ state: 'briefing', answeredAt })
      // Who can't be told is connected all the same: what it is about stands on their screen.
      await this.#brief(person, reason).catch(() => {})
      if (person.isOver || leg.over) return false
      await supervision.admit(person)
    } else await supervision.seated()
    if (!person.hasEntered || !person.isThere || leg.over) return false
    note({ state: 'connected', answeredAt, connectedAt: koreanIso(Date.now()) })
    void CancellationScope.nonCancellable(() => condition(() => person.isOver)).then(() =>
      note({ endedAt: koreanIso(Date.now()) }),
    )
    return true
  }

  /** Until it has been heard to its end. */
  async #brief(person: CallGuest, reason: string): Promise<void> {
    const { callId, briefing, context, leg } = this.#room
    const { spoken } = await takeTurnSomewhere(
      {
        callId,
        legId: person.legId,
        turnId: makeBriefingId(callId, this.#count),
        mediaSocketUrl: person.mediaSocketUrl,
        cursor: 0,
        opening: 'tell',
        afterHello: true,
        message: briefing(reason),
        context: context(),
        messages: [],
        toolResults: [],
        streak: { silences: 0, faults: 0 },
      },
      null,
    )
    if (spoken === null || person.joinedAt === null) return
    const leftMs = Date.parse(person.joinedAt) + spoken.endMs - Date.now()
    if (leftMs > 0) await condition(() => person.isOver || leg.over, leftMs)
  }

  #guestFor(target: Exclude<TransferTarget, { kind: 'nobody' }>): CallGuest {
    const { callId, host, shownNumber, ownNumber, ringLimitMs } = this.#room
    const legId = makeLegId(uuid4().replaceAll('-', ''))
    if (target.kind === 'outside') {
      const { number } = target
      const way = { kind: 'dialled', number, shownNumber: ownNumber, gatewayHost: host() ?? '' } as const
      const guest = { personId: null, personName: maskPhone(number), mode: 'talk' } as const
      return new CallGuest(callId, legId, guest, way, null, ringLimitMs)
    }
    const { extension, gatewayHost, personId, personName } = target
    const way = { kind: 'rung', extension, gatewayHost, shownNumber } as const
    return new CallGuest(callId, legId, { personId, personName, mode: 'talk' }, way, null, ringLimitMs)
  }

  async #music(hold: 'music' | null): Promise<void> {
    const { host, legId, leg } = this.#room
    if (leg.over) return
    await legOperationsOf(host() ?? '').setLegAudio({ legId, hold })
  }
}
