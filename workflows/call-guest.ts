/** Somebody who takes part in a call beside the other side: their leg, from the first ring to its end. */
import type { LegEvent, LegOutcome, LegReport } from '../domain/call.ts'
import type { Guest, GuestMode, GuestRecord } from '../domain/call-guests.ts'
import type { CallId, LegId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { legOf } from './call-activities.ts'

const RING_LIMIT_MS = 25_000

/** What a telephone of ours is told of a call that nobody answered (RFC 3261 section 21). */
const REFUSALS: Readonly<Record<LegOutcome, number>> = {
  completed_by_remote: 480,
  completed_by_us: 480,
  no_answer: 480,
  cancelled: 480,
  no_media: 480,
  busy: 486,
  rejected: 603,
  failed: 503,
}

/** @param outcome null: nobody could tell. */
export const refusalOf = (outcome: LegOutcome | null): number => REFUSALS[outcome ?? 'failed']

/** How they come into the call. `gatewayHost` holds their leg. */
export type GuestWay = { readonly gatewayHost: string } & (
  | {
      /** A telephone of ours that we ring. */
      readonly kind: 'rung'
      readonly extension: string
      /** Whose call it is, shown where it rings. */
      readonly shownNumber: string
    }
  /** Their telephone has called us: it rings at its own end until `answer`. */
  | { readonly kind: 'calling'; readonly extension: string }
  /** Somebody outside, by a carrier. */
  | { readonly kind: 'dialled'; readonly number: string; readonly shownNumber: string }
  /** Another call holds their leg; they have been there since they were handed over. */
  | { readonly kind: 'handed'; readonly mediaSocketUrl: string }
)

export class CallGuest {
  readonly legId: LegId
  readonly guest: Guest
  readonly way: GuestWay
  /** Whose place they take as soon as they are there. */
  readonly replaces: CallGuest | null
  /** Somebody has taken their place; what is left of them is their telephone. */
  isReplaced = false
  /** They are told what it is about first: until then nobody in the call hears them, nor they the call. */
  isHeldBack = false
  /** They talk with the other side in place of the AI; a conference that could not be made leaves it false. */
  hasEntered = false
  readonly #callId: CallId
  readonly #askedAt = koreanIso(Date.now())
  #joinedAt: string | null = null
  #leftAt: string | null = null
  #mediaSocketUrl = ''
  #outcome: LegOutcome | null = null

  readonly #ringLimitMs: number

  constructor(
    callId: CallId,
    legId: LegId,
    guest: Guest,
    way: GuestWay,
    replaces: CallGuest | null = null,
    ringLimitMs = RING_LIMIT_MS,
  ) {
    this.#callId = callId
    this.#ringLimitMs = ringLimitMs
    this.replaces = replaces
    this.legId = legId
    this.guest = guest
    this.way = way
    if (way.kind !== 'handed') return
    this.#joinedAt = this.#askedAt
    this.#mediaSocketUrl = way.mediaSocketUrl
  }

  /** Number of their telephone, which is one of ours; null: it is none. */
  get extension(): string | null {
    return 'extension' in this.way ? this.way.extension : null
  }

  get mode(): GuestMode {
    return this.guest.mode
  }

  /** They have answered and not hung up. */
  get isThere(): boolean {
    return this.#joinedAt !== null && this.#leftAt === null
  }

  get isOver(): boolean {
    return this.#leftAt !== null
  }

  /** How their leg ended; null while it lives, and where nobody could tell. */
  get outcome(): LegOutcome | null {
    return this.#outcome
  }

  /** When they answered, ISO 8601; null: they have not. */
  get joinedAt(): string | null {
    return this.#joinedAt
  }

  get mediaSocketUrl(): string {
    return this.#mediaSocketUrl
  }

  get record(): GuestRecord {
    const { personId, personName, mode } = this.guest
    return {
      callId: this.#callId,
      legId: this.legId,
      personId,
      personName,
      mode,
      askedAt: this.#askedAt,
      joinedAt: this.#joinedAt,
      leftAt: this.#leftAt,
    }
  }

  /** Resolves when their leg is over, whatever became of it; at once where another call holds it. */
  async hold(): Promise<void> {
    if (this.way.kind === 'handed') return
    const report = await this.#holdLeg().catch(() => null)
    this.#outcome = report?.outcome ?? null
    this.#leftAt ??= koreanIso(Date.now())
  }

  #holdLeg(): Promise<LegReport> {
    const { legId } = this
    const callId = this.#callId
    const way = this.way
    const { holdLeg } = legOf(way.gatewayHost)
    if (way.kind === 'handed') throw new TypeError('their leg is held by another call')
    if (way.kind === 'calling') return holdLeg({ kind: 'answer', legId, callId, whenTold: true })
    const dial = { kind: 'dial', legId, callId, ringTimeoutMs: this.#ringLimitMs } as const
    const callerNumber = way.shownNumber
    if (way.kind === 'dialled')
      return holdLeg({ ...dial, callerNumber, calleeNumber: way.number, recorded: false })
    return holdLeg({
      ...dial,
      callerNumber,
      calleeNumber: way.extension,
      via: 'phones',
      // The caller's leg is recorded; a second recording would keep what that one leaves out.
      recorded: false,
    })
  }

  /** @returns whether it is news. */
  told(event: LegEvent): boolean {
    if (event.type === 'answered' && this.#joinedAt === null && this.#leftAt === null) {
      this.#joinedAt = event.at
      this.#mediaSocketUrl = event.mediaSocketUrl
      return true
    }
    return false
  }

  /** Picks up for them: the other side is there. */
  async answer(): Promise<void> {
    await legOf(this.way.gatewayHost).answerLeg({ legId: this.legId })
  }

  /** @param refusal SIP status for a telephone that has called us and was not answered. */
  async hangUp(refusal?: number): Promise<void> {
    if (this.isOver) return
    await legOf(this.way.gatewayHost)
      .hangUpLeg({ legId: this.legId, afterPlayoutMs: 0, ...(refusal === undefined ? {} : { refusal }) })
      .catch(() => {})
    // Nobody else tells this call of it.
    if (this.way.kind === 'handed') this.#leftAt = koreanIso(Date.now())
  }
}
