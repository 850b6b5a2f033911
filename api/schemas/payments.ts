/** What the API says of money that people look after: deposits, money to return, reconciliations. */
import { z } from '@hono/zod-openapi'

const time = z.iso.datetime({ offset: true })
const won = z.number().int().describe('won')

export const depositReasonSchema = z.enum([
  'part',
  'over',
  'wrong_name',
  'ambiguous',
  'late',
  'already_paid',
  'unknown',
])
export const suggestionReasonSchema = z.enum([
  'amount_exact',
  'amount_part',
  'amount_over',
  'name_same',
  'name_within',
  'name_alike',
  'order_no_in_text',
  'phone_in_text',
  'already_paid',
  'order_closed',
])

export const depositStatusSchema = z.enum(['waiting', 'claimed', 'matched', 'returned', 'ignored'])

export const depositSchema = z
  .object({
    id: z.number().int(),
    received_at: time,
    amount: won,
    depositor: z.string(),
    memo: z.string().nullable(),
    status: depositStatusSchema,
    /** Why a person has to look; null once it is settled or while it is new. */
    reason: depositReasonSchema.nullable(),
    order_no: z.string().nullable(),
    /** 'system' or the e-mail of a person. */
    settled_by: z.string().nullable(),
    settled_at: time.nullable(),
    note: z.string().nullable(),
    /** Orders that it may belong to, the likeliest first; only while it waits. */
    suggestions: z.array(
      z.object({
        order_no: z.string(),
        orderer: z.string().nullable(),
        amount: won,
        missing: won,
        ordered_at: time,
        reasons: z.array(suggestionReasonSchema),
        /** It still takes money. */
        open: z.boolean(),
      }),
    ),
  })
  .openapi('Deposit')

/** A page of deposits; `next_cursor` is null on the last one. */
export const depositListSchema = z
  .object({ deposits: z.array(depositSchema), next_cursor: z.string().nullable() })
  .openapi('DepositList')

export const matchRequestSchema = z
  .object({
    order_no: z.string().regex(/^\d{6}-[2-9A-HJ-NP-Z]{4}$/, 'an order number looks like 261121-7KQ2'),
  })
  .openapi('DepositMatch')
export const settleRequestSchema = z
  .object({
    status: z.enum(['returned', 'ignored']),
    note: z.string().trim().min(2).max(300).describe('how it went back, or whose money it is'),
  })
  .openapi('DepositSettlement')

export const returnReasonSchema = z.enum(['over', 'paid_twice', 'order_closed', 'amends'])
export const moneyToReturnSchema = z
  .object({
    id: z.number().int(),
    order_no: z.string(),
    orderer: z.string().nullable(),
    amount: won,
    source: z.enum(['bank_transfer', 'virtual_account', 'card']),
    reason: returnReasonSchema,
    status: z.enum(['open', 'returned']),
    /** Where the customer wants it, masked; null while they have not said. */
    account: z.string().nullable(),
    created_at: time,
    settled_by: z.string().nullable(),
    settled_at: time.nullable(),
    note: z.string().nullable(),
  })
  .openapi('MoneyToReturn')
export const moneyToReturnListSchema = z
  .object({ returns: z.array(moneyToReturnSchema) })
  .openapi('MoneyToReturnList')
export const returnedRequestSchema = z
  .object({ note: z.string().trim().min(2).max(300).describe('what proves it, e.g. number of the transfer') })
  .openapi('MoneyReturned')
export const refundAccountSchema = z
  .object({ bank_code: z.string(), account_number: z.string(), holder: z.string() })
  .openapi('RefundAccount')

export const findingSchema = z.object({
  kind: z.enum(['silent_payment', 'payment_gone', 'card_returned', 'money_without_order', 'refund_differs']),
  order_no: z.string(),
  payment_key: z.string(),
  amount: won,
})
export const reconciliationSchema = z
  .object({
    /** Last reading of the bank's feed; null before the first. */
    bank: z.object({ read_at: time, error: z.string().nullable() }).nullable(),
    /** The newest first. */
    runs: z.array(
      z.object({
        id: z.number().int(),
        started_at: time,
        finished_at: time.nullable(),
        started_by: z.string(),
        checked: z.number().int(),
        findings: z.array(findingSchema),
        error: z.string().nullable(),
      }),
    ),
    open_deposits: z.number().int(),
    open_returns: z.number().int(),
  })
  .openapi('Reconciliation')

export type DepositView = z.infer<typeof depositSchema>
export type DepositList = z.infer<typeof depositListSchema>
export type MoneyToReturnView = z.infer<typeof moneyToReturnSchema>
export type MoneyToReturnList = z.infer<typeof moneyToReturnListSchema>
export type ReconciliationView = z.infer<typeof reconciliationSchema>
export type RefundAccountView = z.infer<typeof refundAccountSchema>
