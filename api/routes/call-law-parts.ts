/** What the routes of the do-not-call list and of consents share. */
import { z } from '@hono/zod-openapi'
import { limitParam } from './responses.ts'

export const lawTags = ['Do-not-call and consents']
const MOST_ID = 2 ** 31 - 1

export const csvBody = {
  required: true,
  content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
}
export const csvAnswer = {
  description: 'The same columns, and the reason',
  content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } },
}
export const dryRunQuery = z.object({ dry_run: z.enum(['true', 'false']).default('false') })
export const languageQuery = z.object({ lang: z.enum(['ko', 'en']).default('ko') })
/** A page of what is listed by id, the newest first. */
export const pageQuery = {
  limit: limitParam,
  cursor: z.coerce.number().int().min(1).max(MOST_ID).default(MOST_ID),
}
export const idParam = <Name extends string>(name: Name) =>
  z.object({
    [name]: z.coerce
      .number()
      .int()
      .min(1)
      .max(MOST_ID)
      .openapi({ param: { name, in: 'path' } }),
  } as Record<Name, z.ZodCoercedNumber>)

/** @param rows one more than a page has, if there is one. */
export function pageOf<Row extends { readonly id: number }>(rows: readonly Row[], limit: number) {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { shown, next_cursor: last === undefined ? null : String(last.id) }
}

export async function bytesOf(request: {
  readonly arrayBuffer: () => Promise<ArrayBuffer>
}): Promise<Uint8Array> {
  return new Uint8Array(await request.arrayBuffer())
}
