/** Prices and time limits of one order; fixed when its ticket opens, so that a changed setting never moves a running order. */
export interface OrderPolicy {
  readonly priceWon: number
  /** What the vendor gets. */
  readonly costWon: number
  readonly editWindowSeconds: number
  /** Time after which an unpaid order is cancelled. */
  readonly paymentExpirySeconds: number
  readonly vendorPollSeconds: number
  /** How often a failing step is tried before it becomes an Issue. */
  readonly stepMaxAttempts: number
  readonly stepRetrySeconds: number
}
