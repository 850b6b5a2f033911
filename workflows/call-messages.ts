/**
 * What people ask of a live call. A refused update fails with an ApplicationFailure of type `CallRefusal`, whose first
 * detail is a `CallRefusalCode`.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Guest, JoinCallInput, SetCallRecordingInput } from '../domain/call-guests.ts'
import type { LegId } from '../domain/ids.ts'

export const CALL_REFUSAL = 'CallRefusal'

/** Their telephone rings when this returns. */
export const joinCall = defineUpdate<null, [JoinCallInput]>('joinCall')
export const leaveCall = defineUpdate<null, [{ readonly personId: string }]>('leaveCall')
/** Returns once the gateway has done it. */
export const setCallRecording = defineUpdate<null, [SetCallRecordingInput]>('setCallRecording')

/** A telephone of ours is in two calls and joins them: the call that it leaves first asks the other one for its other side. */
export interface HandOverInput {
  readonly toWorkflowId: string
  readonly transferId: string
  /** Of that telephone in the call that is asked. */
  readonly legId: LegId
  /** Who transfers: both calls must be theirs. */
  readonly extension: string
}

export interface HandedOverInput {
  readonly transferId: string
  /** null: it is not to be had. */
  readonly party: {
    readonly legId: LegId
    readonly gatewayHost: string
    readonly mediaSocketUrl: string
    readonly who: Pick<Guest, 'personId' | 'personName'>
  } | null
}

export const handOver = defineSignal<[HandOverInput]>('handOver')
export const handedOver = defineSignal<[HandedOverInput]>('handedOver')
