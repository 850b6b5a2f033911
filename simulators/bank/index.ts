/**
 * Stand-in of the company's bank: its own account with the feed of transactions that we poll, and the hand that
 * sends money to it or to a virtual account.
 */
import { timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { koreanIso } from '../../domain/korean-time.ts'
import { faultyOperation } from '../faulty-operation.ts'
import { type PaymentsPart, worldError } from '../payments/index.ts'
import { RecordFile } from '../record-file.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'

/** A line of the account's statement, as the feed shows it. */
interface Transaction {
  /** Grows with each transaction. */
  readonly id: string
  /** ISO 8601, +09:00. */
  readonly at: string
  /** Won; more than 0 came in. */
  readonly amount: number
  readonly depositor: string
  readonly memo: string
}

const ACCOUNT = { bank: '신한은행', number: '100-030-123456', holder: '대리 화환' } as const
const MAX_PAGE = 500

const depositSchema = z.strictObject({
  to: z.enum(['virtual_account', 'company_account']),
  /** Which virtual account: by its number, or by the order it was issued for. */
  account: z.string().optional(),
  order: z.string().optional(),
  amount: z.number().int().positive(),
  depositor: z.string().trim().min(1).max(40),
  memo: z.string().max(100).default(''),
  /** Of a deposit to the company's account; default now. */
  at: z.iso.datetime({ offset: true }).optional(),
})

const pageSchema = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
})

export interface BankInput {
  readonly context: WorldContext
  readonly depositToVirtualAccount: PaymentsPart['deposit']
}

export function createBank({ context, depositToVirtualAccount }: BankInput): WorldPart {
  const transactions = new RecordFile<Transaction>(join(context.folder, 'bank.jsonl'))
  const routes = new Hono()

  routes.get('/bank/v1/transactions', feedFaults(context), (c) => {
    if (!isBearer(c.req.header('authorization'), context.settings.bankFeed.key))
      return problem(c, 401, 'UNAUTHORIZED', 'the key is not valid')
    const page = pageSchema.safeParse(c.req.query())
    if (!page.success) return problem(c, 422, 'INVALID', z.prettifyError(page.error))
    const { after, limit } = page.data
    const all = transactions.all()
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
    if (after !== undefined && from === 0) return problem(c, 404, 'NOT_FOUND', 'no such transaction')
    return c.json({ transactions: all.slice(from, from + limit) })
  })

  routes.get('/world/api/bank', (c) => c.json({ account: ACCOUNT, transactions: transactions.all() }))
  routes.post('/world/api/deposits', async (c) => {
    const parsed = depositSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!parsed.success) return problem(c, 422, 'INVALID', z.prettifyError(parsed.error))
    const { to, account, order, amount, depositor, memo, at } = parsed.data
    if (to === 'company_account') {
      const id = `T${String(transactions.all().length + 1).padStart(9, '0')}`
      const moment = at === undefined ? context.now() : Date.parse(at)
      const transaction = transactions.put({ id, at: koreanIso(moment), amount, depositor, memo })
      context.live.publish({ type: 'bank', transaction })
      return c.json({ transaction }, 201)
    }
    if (account === undefined && order === undefined)
      return problem(c, 422, 'INVALID', 'account or order: which virtual account?')
    try {
      return c.json({ payment: depositToVirtualAccount({ account, order, amount, depositor }) }, 201)
    } catch (error) {
      return worldError(c, error)
    }
  })
  return { routes }
}

function feedFaults(context: WorldContext) {
  return faultyOperation({
    faults: context.faults,
    service: 'bank',
    operation: 'transactions',
    refuse: (c, status = 503) => problem(c, status, 'UNAVAILABLE', 'the bank is closed for maintenance'),
  })
}

function isBearer(header: string | undefined, key: string): boolean {
  const [given, expected] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${key}`)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function problem(c: Context, status: number, code: string, message: string): Response {
  return c.json({ error: { code, message } }, status as 422)
}
