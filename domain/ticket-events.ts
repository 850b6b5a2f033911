/**
 * The timeline of a ticket: one kind an event, each with its data. `data` goes to the screens as it is
 * (snake_case) and holds no phone number.
 */

import type { OrderNo } from './ids.ts'
import type { IssueCause } from './issue-cause.ts'
import type { MessageKind } from './notification.ts'
import type { Channel, OrderField } from './order.ts'
import type {
  IssueEvidence,
  IssueKind,
  TicketOutcome,
  TicketState,
  TicketStep,
  TicketSubState,
} from './ticket-states.ts'
import type { VendorMethod } from './vendor.ts'

/** 'system', 'customer', 'ai', 'vendor' or the e-mail of a person. */
export type Actor = string

/** Who does something, and when (ISO 8601 +09:00). */
export interface Deed {
  readonly actor: Actor
  readonly at: string
}

/** A field's old and new text; phone numbers masked. */
export interface FieldChange {
  readonly field: OrderField
  readonly from: string | null
  readonly to: string | null
}

export type TicketEventBody =
  | { readonly kind: 'opened'; readonly data: { readonly channel: Channel; readonly call_id: string | null } }
  | {
      readonly kind: 'fields_set'
      readonly data: {
        readonly channel: Channel
        readonly call_id: string | null
        readonly changes: readonly FieldChange[]
      }
    }
  | { readonly kind: 'confirmed_by_customer'; readonly data: { readonly call_id: string | null } }
  | {
      readonly kind: 'state_changed'
      readonly data: {
        readonly from_state: TicketState
        readonly from_sub_state: TicketSubState
        readonly state: TicketState
        readonly sub_state: TicketSubState
      }
    }
  | {
      readonly kind: 'message_sent'
      readonly data: {
        readonly message: MessageKind
        readonly channel: 'sms' | 'kakao'
        readonly message_id: string
        /** SMS, LMS, MMS or ATA; absent in older lines. */
        readonly type?: string
      }
    }
  | {
      readonly kind: 'message_delivered'
      readonly data: { readonly message: MessageKind; readonly message_id: string }
    }
  | {
      readonly kind: 'message_failed'
      readonly data: { readonly message: MessageKind; readonly message_id: string; readonly reason: string }
    }
  | {
      readonly kind: 'payment_ready'
      readonly data: { readonly amount: number; readonly expires_at: string }
    }
  | { readonly kind: 'payment_time_moved'; readonly data: { readonly expires_at: string } }
  | {
      readonly kind: 'payment_refused'
      readonly data: { readonly code: string; readonly reason: string }
    }
  | {
      readonly kind: 'paid'
      readonly data: { readonly amount: number; readonly method: string; readonly paid_at: string }
    }
  | {
      readonly kind: 'account_opened'
      readonly data: { readonly bank: string; readonly due_at: string }
    }
  | {
      readonly kind: 'deposit_received'
      /** Won: this deposit, all so far, and what is still missing. `deposit_id`: the bank's own. */
      readonly data: {
        readonly amount: number
        readonly received: number
        readonly missing: number
        readonly deposit_id: string
      }
    }
  | {
      readonly kind: 'money_to_return'
      readonly data: { readonly amount: number; readonly method: string }
    }
  | {
      readonly kind: 'money_returned'
      readonly data: { readonly amount: number; readonly method: string }
    }
  | { readonly kind: 'payment_fell_back'; readonly data: { readonly amount: number } }
  | { readonly kind: 'payment_came_back'; readonly data: { readonly amount: number } }
  | { readonly kind: 'refund_account_set'; readonly data: { readonly bank: string } }
  | { readonly kind: 'edit_window_opened'; readonly data: { readonly ends_at: string } }
  | { readonly kind: 'edit_window_closed'; readonly data: { readonly edits: number } }
  | {
      readonly kind: 'order_edited'
      readonly data: { readonly channel: Channel; readonly changes: readonly FieldChange[] }
    }
  | { readonly kind: 'edit_shared'; readonly data: { readonly erp_order_id: string | null } }
  | { readonly kind: 'edit_refused'; readonly data: { readonly code: string; readonly reason: string } }
  | {
      readonly kind: 'po_placed'
      /** `found`: an earlier try had already reached the vendor. */
      readonly data: {
        readonly reference: string
        readonly erp_order_id: string | null
        readonly found: boolean
        readonly method?: VendorMethod
      }
    }
  /** The vendor could not be reached in any way; tried again until the time given. */
  | {
      readonly kind: 'vendor_out'
      readonly data: { readonly methods: readonly VendorMethod[]; readonly until: string }
    }
  | {
      readonly kind: 'po_refused'
      readonly data: { readonly reference: string; readonly code: string; readonly reason: string }
    }
  /** `unknown`: a word of the vendor's that we don't understand. */
  | { readonly kind: 'vendor_status'; readonly data: { readonly status: string; readonly unknown?: true } }
  | {
      readonly kind: 'delivered'
      readonly data: { readonly delivered_at: string; readonly photo: boolean }
    }
  | {
      readonly kind: 'issue_raised'
      readonly data: {
        readonly issue: IssueKind
        readonly reason: string
        readonly step: TicketStep | null
        readonly cause?: IssueCause
      }
    }
  | {
      readonly kind: 'issue_resolved'
      readonly data: { readonly issue: IssueKind; readonly action: string; readonly note: string }
    }
  | {
      readonly kind: 'cancel_requested'
      readonly data: {
        readonly cause: 'payment_expired' | 'requested' | 'merged'
        readonly reason: string
      }
    }
  | {
      /** The words are in the Issue. */
      readonly kind: 'issue_evidence_added'
      readonly data: { readonly issue: IssueKind; readonly evidence: IssueEvidence['kind'] }
    }
  | { readonly kind: 'possible_duplicate'; readonly data: { readonly order_no: OrderNo } }
  | { readonly kind: 'not_same_order'; readonly data: { readonly order_no: OrderNo } }
  | {
      /** Another ticket was this order: what it knew beyond. */
      readonly kind: 'merged_from'
      readonly data: {
        readonly order_no: OrderNo
        readonly channel: Channel
        readonly changes: readonly FieldChange[]
      }
    }
  | { readonly kind: 'merged_into'; readonly data: { readonly order_no: OrderNo } }
  | { readonly kind: 'refunded'; readonly data: { readonly amount: number } }
  | { readonly kind: 'part_refund_asked'; readonly data: { readonly amount: number } }
  | { readonly kind: 'part_refunded'; readonly data: { readonly amount: number } }
  | {
      readonly kind: 'reordered'
      readonly data: { readonly replaces: string; readonly changes: readonly FieldChange[] }
    }
  | { readonly kind: 'delay_told'; readonly data: { readonly expected_by: string } }
  | { readonly kind: 'cancelled'; readonly data: { readonly reason: string } }
  | { readonly kind: 'done'; readonly data: { readonly outcome: TicketOutcome } }

export type TicketEventKind = TicketEventBody['kind']

/** One line of the timeline. `seq` counts from 1 without gaps; `at` is ISO 8601. */
export type TicketEvent = TicketEventBody & {
  readonly seq: number
  readonly at: string
  readonly actor: Actor
}
