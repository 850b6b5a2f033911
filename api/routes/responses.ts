/** Pieces that the descriptions of many routes share. */
import { z } from '@hono/zod-openapi'
import { PROBLEM_TYPE, PROBLEMS, type ProblemName, problemSchema } from '../problems.ts'

/** A JSON answer of a route. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** Problems a route may answer with, for its description; problems are thrown, never returned. */
export function problems(...names: readonly ProblemName[]) {
  const byStatus = new Map<number, string[]>()
  for (const name of names) {
    const { status, title } = PROBLEMS[name]
    byStatus.set(status, [...(byStatus.get(status) ?? []), title])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [
      status,
      { description: titles.join('; '), content: { [PROBLEM_TYPE]: { schema: problemSchema } } },
    ]),
  )
}

export const orderNoParam = z.object({
  order_no: z
    .string()
    .regex(/^\d{6}-[2-9A-HJ-NP-Z]{4}$/, 'an order number looks like 261121-7KQ2')
    .openapi({ param: { name: 'order_no', in: 'path' }, example: '261121-7KQ2' }),
})

export const callIdParam = z.object({
  call_id: z
    .string()
    .regex(/^call-[0-9a-f]{12}$/, 'a call id looks like call-0123456789ab')
    .openapi({ param: { name: 'call_id', in: 'path' }, example: 'call-0123456789ab' }),
})

export const outboundIdParam = z.object({
  outbound_id: z
    .string()
    .regex(/^ob-[0-9a-f]{8}$/, 'an outbound id looks like ob-0123abcd')
    .openapi({ param: { name: 'outbound_id', in: 'path' }, example: 'ob-0123abcd' }),
})

/** A repeated request under the same key is one request. */
export const idempotencyHeader = z.object({ 'idempotency-key': z.string().min(1).max(100).optional() })

export const limitParam = z.coerce.number().int().min(1).max(200).default(50)
