/** What the API says of earnings and of vendors' statements. Amounts are won. */
import { z } from '@hono/zod-openapi'

const won = z.number().int().describe('won')
const day = z.iso.date()
const time = z.iso.datetime({ offset: true })

export const settlementPeriodSchema = z.enum(['day', 'week', 'month'])

const totals = {
  orders: z.number().int(),
  revenue: won,
  refunds: won,
  cost: won,
  fees: won,
  margin: won,
}
export const settlementSchema = z
  .object({
    from: day,
    to: day,
    period: settlementPeriodSchema,
    /** One for each period of the range, the oldest first. */
    rows: z.array(z.object({ from: day, ...totals })),
    vendors: z.array(z.object({ vendor: z.string().nullable(), ...totals })),
    total: z.object(totals),
    /** Vendors that a statement can be compared with. */
    vendor_names: z.array(z.string()),
  })
  .openapi('Settlement')

export const statementVerdictSchema = z.enum(['matched', 'differs', 'missing_here', 'missing_there'])
export const statementTotalsSchema = z.object({
  matched: z.number().int(),
  differs: z.number().int(),
  missing_here: z.number().int(),
  missing_there: z.number().int(),
  ours_won: won,
  theirs_won: won,
})
export const statementSummarySchema = z
  .object({
    id: z.number().int(),
    vendor: z.string(),
    file_name: z.string(),
    uploaded_by: z.string(),
    uploaded_at: time,
    from: day,
    to: day,
    totals: statementTotalsSchema,
  })
  .openapi('VendorStatementSummary')
export const statementLineSchema = z.object({
  verdict: statementVerdictSchema,
  reference: z.string().nullable(),
  erp_order_id: z.string().nullable(),
  ours: won.nullable(),
  theirs: won.nullable(),
  /** Line of the vendor's file. */
  line: z.number().int().nullable(),
})
export const statementProblemSchema = z.object({
  line: z.number().int(),
  problem: z.enum(['no_key', 'bad_amount', 'twice']),
  text: z.string(),
})
export const statementSchema = statementSummarySchema
  .extend({ lines: z.array(statementLineSchema), problems: z.array(statementProblemSchema) })
  .openapi('VendorStatement')
export const statementListSchema = z
  .object({ statements: z.array(statementSummarySchema) })
  .openapi('VendorStatementList')

export type SettlementView = z.infer<typeof settlementSchema>
export type StatementView = z.infer<typeof statementSchema>
export type StatementSummary = z.infer<typeof statementSummarySchema>
export type StatementList = z.infer<typeof statementListSchema>
