/** What the payment gateway keeps of each payment. */
export interface PaymentFees {
  /** Hundredths of a percent of a card payment. */
  readonly cardBasisPoints: number
  /** Won for each virtual account that is paid. */
  readonly virtualAccountWon: number
}
