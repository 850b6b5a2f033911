/**
 * What happens to a requested call, as its workflow tells it. Nothing of it is personal: numbers, the purpose and the
 * summary are added from the row by who tells the screens.
 */
export type OutboundEvent =
  | { readonly type: 'outbound_queued' }
  | { readonly type: 'outbound_dialing'; readonly attempt: number }
  | { readonly type: 'outbound_ringing' }
  | { readonly type: 'outbound_connected'; readonly answered_at: string }
  | {
      readonly type: 'outbound_progress'
      readonly progress: { readonly total: number; readonly completed: number }
    }
  /** We hung up: all was asked, or the time was over. */
  | { readonly type: 'outbound_completed'; readonly task_completed: boolean }
  | { readonly type: 'outbound_failed'; readonly reason: string }
  /** They hung up. */
  | { readonly type: 'outbound_ended' }
  | { readonly type: 'outbound_cancelled'; readonly reason: string }
