/** Failure types that the gateway's activities give to workflows. */
import { ApplicationFailure } from '@temporalio/common'
import type { LegId } from '../../domain/ids.ts'

export const LEG_FAILURE = {
  /** The leg is not (or no longer) on this gateway: nothing can bring it back. */
  lost: 'LegLost',
  /** The leg rings; it may be answered in a moment. */
  notAnswered: 'LegNotAnswered',
  /** What is needed for it can't be reached (a bot, another gateway, a leg that rings). */
  notNow: 'LegOperationNotNow',
  /** All channels or ports are taken; another gateway, or this one later, may take the call. */
  noChannel: 'NoChannel',
  /** Nobody can be called by that number from here: no carrier, no registered phone. */
  noRoute: 'NoRoute',
  /** No carrier lets us show that number as the caller's. */
  callerNotAllowed: 'CallerNotAllowed',
  /** All carriers that reach the number are at their limits; later, or from another gateway, it may go. */
  trunkBusy: 'TrunkBusy',
  /** Input that can't be followed; the same input never can. */
  badInput: 'BadLegInput',
} as const

export const legLost = (legId: LegId): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`leg ${legId} is not on this gateway`, LEG_FAILURE.lost)
