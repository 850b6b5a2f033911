/** A requested call as its workflow tells it to the table and the screens. */
import type { CallId, OutboundId } from './ids.ts'
import type { OutboundEvent } from './outbound-events.ts'
import type { OutboundProgress } from './outbound-request.ts'
import type { TaskState } from './question-answers.ts'

/** How a request stands, for its row; older ones than the row's are ignored. */
export interface OutboundSnapshot {
  readonly outboundId: OutboundId
  /** Grows with each snapshot. */
  readonly version: number
  readonly progress: OutboundProgress
  readonly task: TaskState
  /** Of the call under way or the last one. */
  readonly callId: CallId | null
  readonly sipCallId: string | null
  readonly summary: string | null
  readonly isOver: boolean
  /** What the screens hear of it, once it is written. */
  readonly event: OutboundEvent | null
}
