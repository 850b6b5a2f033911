/** The vocabulary of tickets: states, sub-states, issues, outcomes, steps and what a person may do. */
import type { IssueCause } from './issue-cause.ts'
import type { Channel, OrderFields } from './order.ts'
import type { VendorMethod } from './vendor-method.ts'

/** In the order in which a ticket passes them. */
export const SUB_STATES = [
  'order_received',
  'awaiting_payment',
  'paid',
  'message_confirmed',
  'po_placed',
  'in_delivery',
  'delivered',
] as const
export type TicketSubState = (typeof SUB_STATES)[number]
export type TicketState = 'todo' | 'in_progress' | 'issue' | 'done'
export const ISSUE_KINDS = ['message_typo', 'delivery_delay', 'complaint', 'admin_required'] as const
export type IssueKind = (typeof ISSUE_KINDS)[number]
export type TicketOutcome = 'delivered' | 'cancelled' | 'refunded'

/** What the ticket does by itself; a failing one becomes an Issue that names it. */
export type TicketStep =
  | 'send_payment_link'
  | 'confirm_payment'
  | 'read_payment'
  | 'send_account'
  | 'send_deposit_part'
  | 'send_reminder'
  | 'renew_account'
  | 'close_virtual_account'
  | 'return_surplus'
  | 'send_confirmation'
  | 'check_payment'
  | 'place_purchase_order'
  | 'share_edit'
  | 'follow_delivery'
  | 'fetch_photo'
  | 'send_delivered'
  | 'cancel_purchase_order'
  | 'refund'
  | 'send_cancelled'
  | 'refund_part'
  | 'send_notice'
  | 'tell_merge'

/** Things a person may do to a ticket. */
export type TicketAction =
  | 'edit_order'
  | 'confirm_order'
  | 'cancel'
  | 'raise_issue'
  | 'retry_step'
  | 'complete_by_hand'
  | 'refund_and_close'
  | 'set_refund_account'
  | 'partial_refund'
  | 'reorder'
  | 'tell_delay'
  | 'merge_order'
  | 'keep_both'

/**
 * Where a sub-state leads; an Issue covers it and gives it back, an outcome ends it from anywhere. A re-order
 * leads from any sub-state after the purchase order back to `message_confirmed`.
 */
export const NEXT_SUB_STATE: Readonly<Record<TicketSubState, TicketSubState | null>> = {
  order_received: 'awaiting_payment',
  awaiting_payment: 'paid',
  paid: 'message_confirmed',
  message_confirmed: 'po_placed',
  po_placed: 'in_delivery',
  in_delivery: 'delivered',
  delivered: null,
}

/** State that a sub-state belongs to while nothing is wrong. */
export const STATE_OF: Readonly<Record<TicketSubState, Extract<TicketState, 'todo' | 'in_progress'>>> = {
  order_received: 'todo',
  awaiting_payment: 'todo',
  paid: 'in_progress',
  message_confirmed: 'in_progress',
  po_placed: 'in_progress',
  in_delivery: 'in_progress',
  delivered: 'in_progress',
}

/** What resolves an Issue and needs nothing but a note; `retry_step` of an Issue without a step means: carry on. */
export type ResolvingAction = Extract<TicketAction, 'retry_step' | 'complete_by_hand' | 'refund_and_close'>
/**
 * What an Issue offers. Besides what resolves it: `set_refund_account` tells where the money goes and tries the
 * refund again, `reorder` and `tell_delay` make amends and resolve it, `partial_refund` does and leaves it open.
 */
export type IssueAction =
  | ResolvingAction
  | Extract<TicketAction, 'set_refund_account' | 'partial_refund' | 'reorder' | 'tell_delay'>

/** What an Issue rests on, for the person who decides. */
export type IssueEvidence =
  /** What somebody said or wrote; `atMs` is the moment in the call's recording. */
  | {
      readonly kind: 'words'
      readonly channel: Channel
      readonly text: string
      readonly at: string
      readonly callId?: string
      readonly atMs?: number
      readonly threadId?: string
    }
  /** `method`: by which way it came; absent in evidence of before, whose reason names it. */
  | {
      readonly kind: 'vendor_answer'
      readonly code: string
      readonly reason: string
      readonly method?: VendorMethod
    }
  /** A picture in the file store, e.g. what the vendor's page looked like. */
  | { readonly kind: 'file'; readonly label: string; readonly key: string; readonly method?: VendorMethod }
  /** When it was wanted and how far it is. */
  | { readonly kind: 'timing'; readonly wanted: string; readonly status: string | null }

/** Why a ticket stands still and what helps; the column `tickets.issue`. Times are ISO 8601. */
export interface TicketIssue {
  /** `<orderNo>-I<n>`; absent in Issues raised before it was given. */
  readonly id?: string
  readonly kind: IssueKind
  /** One sentence for the person who must act. */
  readonly reason: string
  /** The same for readers of every language; absent where a person gave the reason. */
  readonly cause?: IssueCause
  /** The step that failed, when a step did. */
  readonly step: TicketStep | null
  readonly raisedAt: string
  /** 'system' or the e-mail of a person. */
  readonly raisedBy: string
  /** False: the ticket moves on beneath it, and is only not done before it is resolved. */
  readonly holds?: false
  readonly actions: readonly IssueAction[]
  readonly evidence?: readonly IssueEvidence[]
  /** What the customer wanted the order to say and could not get any more. */
  readonly wanted?: Partial<OrderFields>
}

/** How an Issue ends: by what a person does, or by itself because the money is there again or the wreath has come. */
export interface IssueEnding {
  readonly action: IssueAction | 'payment_came_back' | 'arrived'
  readonly note: string
}

/** An Issue that is over, and how. */
export interface ResolvedIssue extends TicketIssue {
  readonly resolvedAt: string
  /** 'system' or the e-mail of a person. */
  readonly resolvedBy: string
  readonly action: IssueAction
  readonly note: string
}
