/** Prices and time limits of one order; fixed when its ticket opens, so that a changed setting never moves a running order. */
export interface OrderPolicy {
  readonly priceWon: number
  /** What the vendor gets. */
  readonly costWon: number
  readonly editWindowSeconds: number
  /** Time after which an unpaid order is cancelled. */
  readonly paymentExpirySeconds: number
  /** How long before the end the customer is reminded; default a quarter of the expiry, 0 never. */
  readonly paymentReminderSeconds?: number
  readonly vendorPollSeconds: number
  /** How often a failing step is tried before it becomes an Issue. */
  readonly stepMaxAttempts: number
  readonly stepRetrySeconds: number
}

/** Seconds before the end of the time to pay at which the customer is reminded; 0 never. */
export function reminderSeconds(policy: OrderPolicy): number {
  return policy.paymentReminderSeconds ?? Math.floor(policy.paymentExpirySeconds / 4)
}
