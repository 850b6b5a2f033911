/**
 * What people ask of a live call. A refused update fails with an ApplicationFailure of type `CallRefusal`, whose first
 * detail is a `CallRefusalCode`.
 */
import { defineUpdate } from '@temporalio/workflow'
import type { JoinCallInput, SetCallRecordingInput } from '../domain/call-guests.ts'

export const CALL_REFUSAL = 'CallRefusal'

/** Their telephone rings when this returns. */
export const joinCall = defineUpdate<null, [JoinCallInput]>('joinCall')
export const leaveCall = defineUpdate<null, [{ readonly personId: string }]>('leaveCall')
/** Returns once the gateway has done it. */
export const setCallRecording = defineUpdate<null, [SetCallRecordingInput]>('setCallRecording')
