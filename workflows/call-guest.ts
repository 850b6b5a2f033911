/** Somebody who takes part in a call beside the other side: their leg, from the first ring to its end. */
import type { LegEvent } from '../domain/call.ts'
import type { Guest, GuestMode, GuestRecord } from '../domain/call-guests.ts'
import type { CallId, LegId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { legOf } from './call-activities.ts'

const RING_LIMIT_MS = 25_000

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
  | { readonly kind: 'calling' }
)

export class CallGuest {
  readonly legId: LegId
  readonly guest: Guest
  readonly #way: GuestWay
  readonly #callId: CallId
  readonly #askedAt = koreanIso(Date.now())
  #joinedAt: string | null = null
  #leftAt: string | null = null
  #mediaSocketUrl = ''

  constructor(callId: CallId, legId: LegId, guest: Guest, way: GuestWay) {
    this.#callId = callId
    this.legId = legId
    this.guest = guest
    this.#way = way
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

  /** Resolves when their leg is over, whatever became of it. */
  async hold(): Promise<void> {
    await this.#holdLeg().catch(() => {})
    this.#leftAt ??= koreanIso(Date.now())
  }

  #holdLeg(): Promise<unknown> {
    const { legId } = this
    const callId = this.#callId
    const way = this.#way
    const { holdLeg } = legOf(way.gatewayHost)
    if (way.kind === 'calling') return holdLeg({ kind: 'answer', legId, callId, whenTold: true })
    return holdLeg({
      kind: 'dial',
      legId,
      callId,
      callerNumber: way.shownNumber,
      calleeNumber: way.extension,
      ringTimeoutMs: RING_LIMIT_MS,
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
    await legOf(this.#way.gatewayHost).answerLeg({ legId: this.legId })
  }

  /** @param refusal SIP status for a telephone that has called us and was not answered. */
  async hangUp(refusal?: number): Promise<void> {
    if (this.isOver) return
    await legOf(this.#way.gatewayHost)
      .hangUpLeg({ legId: this.legId, afterPlayoutMs: 0, ...(refusal === undefined ? {} : { refusal }) })
      .catch(() => {})
  }
}
