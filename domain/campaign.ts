/**
 * Calls to many: one template, a list of people, and the bounds within which it is worked through. Pure.
 *
 * ```
 * draft -> running <-> paused
 *             |           |
 *             +-> done    +-> stopped
 * ```
 */
import type { CallingHours } from './calling-hours.ts'
import type { RetriedState } from './outbound-policy.ts'
import type { OutboundPriority, OutboundState } from './outbound-request.ts'

export const CAMPAIGN_STATES = ['draft', 'running', 'paused', 'stopped', 'done'] as const
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

/** What the calls are for; advertising has the strictest rules. */
export const CAMPAIGN_KINDS = ['advertising', 'survey', 'notice'] as const
export type CampaignKind = (typeof CAMPAIGN_KINDS)[number]

/** `not_called` is final, as is `done`; a row that is called again later waits. */
export const ROW_STATES = ['waiting', 'calling', 'done', 'not_called'] as const
export type RowState = (typeof ROW_STATES)[number]

/** Why a row was never called, or not called again. */
export const NOT_CALLED_REASONS = [
  'do_not_call',
  'opted_out',
  'no_consent',
  'consent_withdrawn',
  'consent_expired',
  'frequency_cap',
  'skipped',
  'campaign_stopped',
  'forgotten',
] as const
export type NotCalledReason = (typeof NOT_CALLED_REASONS)[number]

/** Why a row waits longer than for its turn. */
export const WAITING_REASONS = ['closed_hours', 'night', 'retry', 'number_busy'] as const
export type WaitingReason = (typeof WAITING_REASONS)[number]

export const CAMPAIGN_LIMITS = {
  nameLength: 80,
  rows: 100_000,
  windowSize: 500,
  callsPerSecond: 50,
  /** Bytes of an uploaded list. */
  fileBytes: 32 * 1024 * 1024,
  variables: 20,
  /** Letters of one value. */
  variableLength: 200,
} as const

/** When too many calls fail in a row, something is wrong with us or the line: nobody else is rung. */
export interface BreakerPolicy {
  /** Seconds that are looked back. */
  readonly seconds: number
  /** As many calls have to have ended within them. */
  readonly minCalls: number
  /** 0 to 1: from this share of failed ones it stops. */
  readonly share: number
}

/** Seconds to the next call, by how the last one ended; what is absent is not called again. */
export type CampaignRetries = Readonly<Partial<Record<RetriedState, number>>>

/** What is fixed when a campaign is made. */
export interface CampaignPlan {
  /** Numbers that may be shown, in turn. National digits. */
  readonly callerNumbers: readonly string[]
  readonly callerDisplayName: string | null
  /** Templates: `{name}` stands for the column of that name. */
  readonly purpose: string
  readonly questions: readonly string[]
  /** Seconds from the answer. */
  readonly maxDuration: number
  readonly priority: OutboundPriority
  readonly retries: CampaignRetries
  /** Calls after the first. */
  readonly maxRetries: number
  readonly hours: CallingHours
  readonly breaker: BreakerPolicy
  /** Calls to a number, all campaigns together, within `days`. */
  readonly frequency: { readonly calls: number; readonly days: number }
}

export const DEFAULT_BREAKER: BreakerPolicy = { seconds: 120, minCalls: 5, share: 0.5 }
export const DEFAULT_FREQUENCY = { calls: 3, days: 7 } as const
export const DEFAULT_RETRIES: CampaignRetries = { no_answer: 3_600, busy: 900 }

/** How fast it may go; both bounds hold. */
export interface CampaignSpeed {
  /** Calls at once. */
  readonly windowSize: number
  /** Starts a second. */
  readonly callsPerSecond: number
}

/** Why it stands still by itself: for a person to look at. */
export interface CampaignIssue {
  readonly cause: 'breaker'
  /** Failed ones of those that ended within the breaker's time. */
  readonly failed: number
  readonly ended: number
  /** ISO 8601. */
  readonly at: string
}

/** How calls ended lately; busy, refused and unanswered ones are no failure. */
export interface RecentCalls {
  readonly ended: number
  readonly failed: number
}

export const isTripped = ({ ended, failed }: RecentCalls, { minCalls, share }: BreakerPolicy): boolean =>
  ended >= Math.max(1, minCalls) && failed > 0 && failed >= ended * share

/** What becomes of a row whose call is over. */
export type AfterCall =
  | { readonly state: 'done' }
  | { readonly state: 'waiting'; readonly dueAtMs: number; readonly why: 'retry' }

/** @param call.attempts calls begun, this one included. */
export function afterCall(
  call: { readonly outcome: OutboundState; readonly attempts: number; readonly endedAtMs: number },
  { retries, maxRetries }: Pick<CampaignPlan, 'retries' | 'maxRetries'>,
): AfterCall {
  const { outcome, attempts, endedAtMs } = call
  const waitSeconds = isRetried(outcome) ? retries[outcome] : undefined
  if (waitSeconds === undefined || attempts > maxRetries) return { state: 'done' }
  return { state: 'waiting', dueAtMs: endedAtMs + waitSeconds * 1000, why: 'retry' }
}

const isRetried = (state: OutboundState): state is RetriedState =>
  state === 'no_answer' || state === 'busy' || state === 'rejected' || state === 'failed'

/** Which number is shown to a row: each in its turn. @param turn of the row, from 0. */
export function callerOf({ callerNumbers }: Pick<CampaignPlan, 'callerNumbers'>, turn: number): string {
  const number = callerNumbers[turn % Math.max(1, callerNumbers.length)]
  if (number === undefined) throw new Error('a campaign without a number that may call')
  return number
}
