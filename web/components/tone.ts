import type { Outcome, TicketState } from '../api/types.ts'

/** Status colours of tokens.css. */
export type Tone = 'todo' | 'progress' | 'issue' | 'done' | 'warn' | 'live' | 'brand'

export const toneOfState: Readonly<Record<TicketState, Tone>> = {
  todo: 'todo',
  in_progress: 'progress',
  issue: 'issue',
  done: 'done',
}

export const toneOfOutcome: Readonly<Record<Outcome, Tone>> = {
  delivered: 'progress',
  cancelled: 'done',
  refunded: 'warn',
}
