/** Session timers (RFC 4028): what both sides agree on, and the clock that keeps to it. */
import type { HeaderFields, SipRequest, SipResponse } from './message.ts'
import { TimerSet } from './timers.ts'
import type { SessionTimerOptions } from './types.ts'
import type { Field } from './write-message.ts'

/** Section 4: what is shorter than that burdens the network; also the value where a message has no Min-SE. */
const LEAST_SECONDS = 90
export const DEFAULT_SESSION_TIMER: SessionTimerOptions = { seconds: 1_800, minSeconds: LEAST_SECONDS }

export type Refresher = 'uac' | 'uas'

/** The value of a Session-Expires header. */
export interface SessionExpires {
  readonly seconds: number
  readonly refresher: Refresher | null
}

/** What a dialog has agreed on. */
export interface AgreedTimer {
  readonly seconds: number
  readonly weRefresh: boolean
}

/** null where there is none, or one that can't be read. */
export function readSessionExpires(headers: HeaderFields): SessionExpires | null {
  const [, seconds, parameters = ''] =
    /^\s*(\d{1,9})\s*(;.*)?$/.exec(headers.get('session-expires') ?? '') ?? []
  if (seconds === undefined) return null
  const refresher = /;\s*refresher\s*=\s*(uac|uas)\s*(;|$)/i.exec(parameters)?.[1]?.toLowerCase()
  return { seconds: Number(seconds), refresher: refresher === undefined ? null : (refresher as Refresher) }
}

/** 0 where there is none. */
export function readMinSe(headers: HeaderFields): number {
  const [, seconds] = /^\s*(\d{1,9})\s*(;|$)/.exec(headers.get('min-se') ?? '') ?? []
  return Number(seconds ?? 0)
}

const supports = (headers: HeaderFields, option: string): boolean =>
  [...headers.list('supported'), ...headers.list('require')].some((tag) => tag.toLowerCase() === option)

/** How a request of theirs that may begin or refresh a session is answered. */
export type ServerDecision =
  | { readonly kind: 'too_brief'; readonly fields: readonly Field[] }
  | { readonly kind: 'agreed'; readonly timer: AgreedTimer | null; readonly fields: readonly Field[] }

/**
 * Section 9. Who can't have a timer of its own is refreshed by us where somebody on the way asked for one; where nobody
 * asked, there is none. Who can has one, and the one that it wishes to refresh by.
 */
export function decideAsServer(request: SipRequest, ours: SessionTimerOptions | null): ServerDecision {
  if (ours === null) return { kind: 'agreed', timer: null, fields: [] }
  const { headers } = request
  const asked = readSessionExpires(headers)
  const knows = supports(headers, 'timer')
  if (asked !== null && knows && asked.seconds < ours.minSeconds)
    return { kind: 'too_brief', fields: [['Min-SE', String(ours.minSeconds)]] }
  if (asked === null && !knows) return { kind: 'agreed', timer: null, fields: [] }
  const seconds = asked?.seconds ?? Math.max(ours.seconds, readMinSe(headers))
  const refresher = (knows && asked?.refresher) || 'uas'
  const required: Field[] = knows && refresher === 'uac' ? [['Require', 'timer']] : []
  return {
    kind: 'agreed',
    timer: { seconds, weRefresh: refresher === 'uas' },
    fields: [...required, ['Session-Expires', `${seconds};refresher=${refresher}`]],
  }
}

/** Section 7.2: what a 2xx to a request of ours agrees to; null: the other side has no timer. */
export function readAsClient(response: SipResponse, ours: SessionTimerOptions | null): AgreedTimer | null {
  const agreed = ours === null ? null : readSessionExpires(response.headers)
  return agreed === null ? null : { seconds: agreed.seconds, weRefresh: agreed.refresher !== 'uas' }
}

/** What our requests ask for. @param refresher null: the other side may choose (a first INVITE). */
export function clientFields(seconds: number, minSeconds: number, refresher: Refresher | null): Field[] {
  const value = refresher === null ? String(seconds) : `${seconds};refresher=${refresher}`
  const min: Field[] = minSeconds > LEAST_SECONDS ? [['Min-SE', String(minSeconds)]] : []
  return [['Session-Expires', value], ...min]
}

/** Section 10: who does not refresh ends the call a little before the time is over. */
export const expiryMs = (seconds: number): number => (seconds - Math.min(32, seconds / 3)) * 1_000

export interface SessionTimerUser {
  /** Half of the time is over, and refreshing is our part. */
  refresh(): void
  /** No refresh has come, or ours has not arrived. */
  expire(): void
}

/** Runs from one refresh to the next. */
export class SessionTimer {
  readonly #user: SessionTimerUser
  readonly #timers = new TimerSet()
  #agreed: AgreedTimer | null = null

  constructor(user: SessionTimerUser) {
    this.#user = user
  }

  get agreed(): AgreedTimer | null {
    return this.#agreed
  }

  /** From now on; null: without one. */
  restart(agreed: AgreedTimer | null): void {
    this.stop()
    this.#agreed = agreed
    if (agreed === null) return
    const { seconds, weRefresh } = agreed
    if (weRefresh) this.#timers.start('refresh', (seconds / 2) * 1_000, () => this.#user.refresh())
    this.#timers.start('expire', weRefresh ? seconds * 1_000 : expiryMs(seconds), () => this.#user.expire())
  }

  stop(): void {
    this.#timers.stopAll()
  }
}
