/** Body of `POST /v1/virtual-accounts`, checked as Toss checks it. */
import { z } from 'zod'
import type { NewVirtualAccount } from './ledger.ts'
import { TossError } from './toss-error.ts'
import { issuingBank } from './virtual-account.ts'

const HOUR_MS = 3_600_000
const DEFAULT_HOURS = 168
/** 90 days. */
const MAX_HOURS = 2_160
/** Korean time, which Toss takes without an offset. */
const DUE_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\+09:00)?$/

const requestSchema = z.object({
  amount: z.number().int().positive(),
  orderId: z.string().regex(/^[A-Za-z0-9_-]{6,64}$/),
  orderName: z.string().min(1).max(100),
  customerName: z.string().min(1).max(100),
  bank: z.string().min(1),
  validHours: z.number().int().min(1).max(MAX_HOURS).optional(),
  dueDate: z.string().regex(DUE_DATE).optional(),
  cashReceipt: z
    .object({
      type: z.enum(['소득공제', '지출증빙', '미발행']),
      registrationNumber: z
        .string()
        .regex(/^\d{10,13}$/)
        .optional(),
    })
    .refine(({ type, registrationNumber }) => type === '미발행' || registrationNumber !== undefined, {
      message: 'registrationNumber is required',
      path: ['registrationNumber'],
    })
    .optional(),
})

/** @param now milliseconds since 1970. @throws TossError. */
export function readVirtualAccount(body: unknown, now: number): NewVirtualAccount {
  const { validHours, dueDate, bank, cashReceipt, ...rest } = parseBody(body, requestSchema)
  if (validHours !== undefined && dueDate !== undefined)
    throw new TossError(400, 'INVALID_REQUEST', 'validHours와 dueDate 중 하나만 사용할 수 있습니다.')
  const dueAt =
    dueDate === undefined
      ? now + (validHours ?? DEFAULT_HOURS) * HOUR_MS
      : Date.parse(`${dueDate.slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}+09:00`)
  if (!(dueAt > now)) throw new TossError(400, 'INVALID_DATE', '날짜 데이터가 잘못 되었습니다.')
  const { type, registrationNumber } = cashReceipt ?? {}
  return {
    ...rest,
    bankCode: issuingBank(bank),
    dueAt,
    cashReceipt:
      type === undefined
        ? null
        : { type, ...(registrationNumber === undefined ? {} : { registrationNumber }) },
  }
}

/** @throws TossError INVALID_REQUEST with the first mistake. */
export function parseBody<T>(body: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new TossError(
    400,
    'INVALID_REQUEST',
    `잘못된 요청입니다. (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
  )
}
