/** Why something may not be done to a ticket now. */
export type TicketRefusalCode =
  | 'closed'
  | 'not_allowed_now'
  | 'nothing_to_change'
  | 'issue_open'
  | 'no_issue'
  | 'evidence_required'
  | 'amount_mismatch'
  | 'unknown_payment'
  | 'already_made'
  | 'bad_bank'
  | 'bad_cash_receipt'
  | 'bad_refund_account'
  | 'bad_amount'
  /** Money has come in, or may be on its way. */
  | 'already_paid'

/** A change the rules do not allow; retrying will not help. */
export class TicketRuleError extends Error {
  readonly retryable = false
  readonly code: TicketRefusalCode
  constructor(code: TicketRefusalCode, message: string) {
    super(message)
    this.name = 'TicketRuleError'
    this.code = code
  }
}
