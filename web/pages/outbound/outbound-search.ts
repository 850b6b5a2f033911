import type { OutboundState } from '../../api/types.ts'

/** As the API calls them; in the order of a call. */
export const STATES = [
  'queued',
  'dialing',
  'ringing',
  'connected',
  'completed',
  'no_answer',
  'busy',
  'rejected',
  'failed',
  'cancelled',
] as const satisfies readonly OutboundState[]

const LONGEST_WORDS = 100

/** The part of the list that is chosen in its address. */
export interface OutboundSearch {
  readonly state?: OutboundState
  readonly q?: string
}

/** Keeps what is understood. */
export function readOutboundSearch(search: Record<string, unknown>): OutboundSearch {
  const state = STATES.find((one) => one === search.state)
  // A router reads "5678" of an address as a number.
  const q = typeof search.q === 'number' ? String(search.q) : search.q
  const words = typeof q === 'string' ? q.trim().slice(0, LONGEST_WORDS) : ''
  return { ...(state === undefined ? {} : { state }), ...(words === '' ? {} : { q: words }) }
}
