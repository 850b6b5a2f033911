/** What is done with a call while it lives. */
import { request } from './client.ts'

export type LiveCallWish =
  | 'listen'
  | 'whisper'
  | 'take-over'
  | 'leave'
  | 'recording/pause'
  | 'recording/resume'

/** @throws ApiError 409 with a code that says why not. */
export const askOfCall = (callId: string, wish: LiveCallWish): Promise<unknown> =>
  request('POST', `/api/calls/${encodeURIComponent(callId)}/${wish}`, { body: {} })
