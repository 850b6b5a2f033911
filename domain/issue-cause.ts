/**
 * Why an Issue was raised, as a code and what fills its sentence: each reader gets it in their own language.
 * The Korean sentence of the Issue's `reason` stays beside it for texts and for Issues that have no cause.
 */

export const ISSUE_CAUSE_CODES = [
  /** An outside party did not answer. `party` is an id of domain/parties.ts, or a name. */
  'party_unreachable',
  'party_timeout',
  /** It said no, in its own words. */
  'party_refused',
  /** A step took too long. */
  'timeout',
  /** No way to the vendor was open for long enough. `ways`: "api:TIMEOUT phone:BUSY", see `waysParam`. */
  'vendor_out_of_reach',
  /** The same after a call that settled nothing: they may have the order all the same. */
  'vendor_may_have_it',
  'vendor_refused',
  'vendor_refused_edit',
  'vendor_refused_cancel',
  'vendor_cancelled',
  /** Phoned about a delivery, `count` times: nobody told how far it is; it was told and never was it there. */
  'vendor_unheard',
  'vendor_never_there',
  /** Not on its way, or not there, when it should be. `time` is ISO 8601. */
  'late_departure',
  'late_arrival',
  'payment_unsettled',
  'payment_gone',
  'payment_taken_back',
  'payment_unknown',
  'refund_by_hand',
  /** Money that came to our own account goes back by a transfer that a person makes. `detail`: to where, masked. */
  'transfer_by_hand',
  'transfer_account_missing',
  'refund_account_missing',
  /** A deposit was undone: before the purchase order, and after it. */
  'deposit_fell_back',
  'deposit_fell_back_late',
  'no_phone',
  'text_undelivered',
  'call_missed',
  'call_lost',
  /** A person passed a call on and left it, and nobody took it. */
  'call_transfer_lost',
  /** On the phone, or in a chat, the customer asks for a person. */
  'call_person_wanted',
  /** What a caller said, answered by policy (domain/caller-concerns.ts). */
  'call_emergency',
  'call_self_harm',
  'call_abuse',
  /** The same, written. */
  'chat_emergency',
  'chat_self_harm',
  'chat_abuse',
  'chat_person_wanted',
  /** In a chat: the AI gave no answer, a request could not be carried out, an answer could not be sent. */
  'chat_unanswered',
  'chat_request_failed',
  'chat_not_sent',
  /** What a customer told, in their own words as `detail`; of `order` when it is over, or only claimed. */
  'customer_reported',
  'customer_reported_over',
  'customer_reported_claimed',
  'customer_cancel_wanted',
  /** The ticket that this one was to become part of, `order`, ended meanwhile. */
  'merge_target_closed',
  /** Every vendor is switched off. */
  'no_vendor',
  'vendor_order_unknown',
  'vendor_phone_only',
  /** The payment gateway told of another order or amount, or left something out. */
  'payment_mismatch',
  'photo_unusable',
  /** Every way in which a text could go was tried. */
  'text_no_way',
  /** Anything else; `detail` is the sentence that was given. */
  'step_failed',
] as const
export type IssueCauseCode = (typeof ISSUE_CAUSE_CODES)[number]

export interface IssueCause {
  readonly code: IssueCauseCode
  /**
   * `party`, `code`, `time`, `count`, `order`, `ways` and `detail`, what the other side itself said, as far as
   * `reason` tells it.
   */
  readonly params?: Readonly<Record<string, string>>
}

/** Takes what came over a boundary for a cause, when it is one. */
export function readIssueCause(value: unknown): IssueCause | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined
  const code = ISSUE_CAUSE_CODES.find((known) => known === value.code)
  if (code === undefined) return undefined
  const params = 'params' in value ? value.params : undefined
  if (typeof params !== 'object' || params === null) return { code }
  const texts = Object.entries(params).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return texts.length === 0 ? { code } : { code, params: Object.fromEntries(texts) }
}
