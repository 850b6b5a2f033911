/** What a ticket knows of its money beyond the one payment that counts, as plain JSON. */
import type { BankCode, RefundAccount } from './banks.ts'

/** An account at the gateway that takes exactly the order's amount until it is due. */
export interface VirtualAccount {
  readonly bankCode: BankCode
  readonly accountNumber: string
  /** Name under which the account stands, as the customer's bank shows it. */
  readonly holder: string
  /** ISO 8601 +09:00; the bank refuses money after it. */
  readonly dueAt: string
}

/** Money on the company's own account that belongs to this order. */
export interface TicketDeposit {
  /** `bank_deposits.bank_id`: the bank's own id of the row. */
  readonly id: string
  readonly amountWon: number
  readonly receivedAt: string
}

/** A payment at the gateway that was made although the order did not need it. */
export interface SurplusPayment {
  readonly paymentKey: string
  readonly amountWon: number
  readonly method: string
  /** `by_hand`: the gateway did not take it back, a person returns it. */
  readonly state: 'to_return' | 'returned' | 'by_hand'
}

/** Why money has to go back to a customer. */
export type ReturnReason = 'over' | 'paid_twice' | 'order_closed' | 'amends'

/** Money that a person sends back. */
export interface MoneyToReturn {
  /**
   * `deposit:<bank id>`, `payment:<payment key>`, or of the order's own payment `refund:<order no>` and
   * `part-refund:<order no>:<n>`: the same money is never listed twice.
   */
  readonly key: string
  readonly amountWon: number
  readonly source: 'bank_transfer' | 'virtual_account' | 'card'
  readonly reason: ReturnReason
}

/** Fields of `TicketData` that came with bank transfers. */
export interface TicketMoney {
  /** Payment key of the virtual account whose number the customer has been told. */
  readonly accountTold: string | null
  /** Further payments to be read after `paymentToRead`. */
  readonly alsoToRead: readonly string[]
  readonly deposits: readonly TicketDeposit[]
  /** Sum of deposits of which the customer has heard that it is not all. */
  readonly partTold: number
  /** `due`: the time to remind has come. */
  readonly reminder: 'due' | 'sent' | null
  /** The time to pay was over: the open virtual account has been read a last time. */
  readonly lastLook: boolean
  readonly surplus: readonly SurplusPayment[]
  readonly refundAccount: RefundAccount | null
  /** Whether the customer was asked where money goes back to; `never`: in tickets from before they were. */
  readonly accountAsk: 'never' | 'not_yet' | 'asked'
  /** The payment that counts has fallen back to waiting; `issueId` of the Issue that tells of it. */
  readonly fallenPayment: { readonly issueId: string } | null
}

export const NO_MONEY: TicketMoney = {
  accountTold: null,
  alsoToRead: [],
  deposits: [],
  partTold: 0,
  reminder: null,
  lastLook: false,
  surplus: [],
  refundAccount: null,
  accountAsk: 'never',
  fallenPayment: null,
}
