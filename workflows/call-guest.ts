/** The telephone of somebody who joins a call: rung, answered, over. */
import type { LegEvent } from '../domain/call.ts'
import type { GuestRecord, JoinCallInput } from '../domain/call-guests.ts'
import type { CallId, LegId } from '../domain/ids.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { legOf } from './call-activities.ts'

const RING_LIMIT_MS = 25_000

export class CallGuest {
  readonly legId: LegId
  readonly input: JoinCallInput
  readonly #callId: CallId
  readonly #askedAt = koreanIso(Date.now())
  #joinedAt: string | null = null
  #leftAt: string | null = null
  #mediaSocketUrl = ''

  constructor(callId: CallId, legId: LegId, input: JoinCallInput) {
    this.#callId = callId
    this.legId = legId
    this.input = input
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
    const { personId, personName, mode } = this.input
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

  /** Rings; resolves when their leg is over, whatever became of it. @param shownNumber whose call it is. */
  async hold(shownNumber: string): Promise<void> {
    const { extension, gatewayHost } = this.input
    await legOf(gatewayHost)
      .holdLeg({
        kind: 'dial',
        legId: this.legId,
        callId: this.#callId,
        callerNumber: shownNumber,
        calleeNumber: extension,
        ringTimeoutMs: RING_LIMIT_MS,
        via: 'phones',
        // The caller's leg is recorded; a second recording would keep what that one leaves out.
        recorded: false,
      })
      .catch(() => {})
    this.#leftAt ??= koreanIso(Date.now())
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

  async hangUp(): Promise<void> {
    if (this.isOver) return
    await legOf(this.input.gatewayHost)
      .hangUpLeg({ legId: this.legId, afterPlayoutMs: 0 })
      .catch(() => {})
  }
}
