/** Signatures of the activities that watch over money; all that workflows know of them. */

export interface BankActivities {
  /** Reads what is new on the company's account, each row once. */
  readBankFeed(): Promise<{ readonly read: number }>
  /** Gives deposits to the orders that they belong to without doubt; says of the others why not. */
  matchDeposits(): Promise<{ readonly matched: number; readonly waiting: number }>
}

export interface ReconcileInput {
  /** 'system' or the e-mail of a person. */
  readonly startedBy: string
  /** The same for all tries of one reconciliation. */
  readonly key: string
}
export interface ReconcileResult {
  /** Payments compared with the gateway. */
  readonly checked: number
  readonly findings: number
}
export interface ReconciliationActivities {
  /** Compares our payments with the gateway's and sets right what can be set right. */
  reconcilePayments(input: ReconcileInput): Promise<ReconcileResult>
}

export interface ReturnNoticeResult {
  /** `no_number`: nothing on file that takes texts; `not_returned`: it was not sent back after all. */
  readonly status: 'sent' | 'no_number' | 'not_returned'
}
export interface ReturnNoticeActivities {
  /** Tells the customer, once, that a person sent this money back. */
  tellOfReturn(input: { readonly returnId: number }): Promise<ReturnNoticeResult>
}
