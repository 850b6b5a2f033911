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
  /** Rounds in which a vendor out of reach is tried again; absent in orders from before: 300. */
  readonly vendorRoundSeconds?: number
  /** How long that goes on before a person is asked; absent: six hours. */
  readonly vendorPatienceSeconds?: number
  /** When a vendor without doors is asked by phone; absent: VENDOR_CALLS. */
  readonly vendorCalls?: VendorCallPolicy
  /** How often a failing step is tried before it becomes an Issue. */
  readonly stepMaxAttempts: number
  readonly stepRetrySeconds: number
  /** How long before the wanted time a wreath that has not departed is late. */
  readonly lateWarningSeconds?: number
  /** Won given back with the apology when a wreath is wrong. */
  readonly typoRefundWon?: number
}

/** How a vendor without doors is asked by phone about deliveries. */
export interface VendorCallPolicy {
  /** Hours of the Korean day in which the vendor is called, the second excluded; 0 and 24: at any time. */
  readonly fromHour: number
  readonly toHour: number
  /** After a call that told nothing. */
  readonly retrySeconds: number
  /** So many of those in a row, and a person is asked. */
  readonly maxUnheard: number
  /** Past the wanted time, from one answer to the next call. */
  readonly repeatSeconds: number
  /** Calls about one order after which a person is asked. */
  readonly maxCalls: number
}

/** For tickets that were opened before these were part of the policy. */
export const LATE_WARNING_SECONDS = 3_600
export const TYPO_REFUND_WON = 20_000
export const VENDOR_CALLS: VendorCallPolicy = {
  fromHour: 8,
  toHour: 21,
  retrySeconds: 600,
  maxUnheard: 3,
  repeatSeconds: 3_600,
  maxCalls: 8,
}
