/** The workflows that watch over money: their names and what they are started with. */

/** Reads the company's bank account and gives deposits to their orders. */
export const BANK_FEED_WORKFLOW = 'bankFeed'
/** Compares all books, by schedule and when a person asks. */
export const RECONCILIATION_WORKFLOW = 'reconciliation'

export interface ReconciliationInput {
  /** 'system' or the e-mail of a person. */
  readonly startedBy: string
}
export interface ReconciliationSummary {
  readonly read: number
  readonly matched: number
  readonly waiting: number
  readonly checked: number
  readonly findings: number
}

/** Tells a customer of money that a person sent back. */
export const RETURN_NOTICE_WORKFLOW = 'returnNotice'

export interface ReturnNoticeInput {
  /** `money_to_return.id`. */
  readonly returnId: number
}
