/** Keyset cursors: where a page ended, opaque to the client. */
import { z } from '@hono/zod-openapi'

const cursorSchema = z.object({ sort: z.string(), value: z.string().max(40), id: z.number().int() })

/** The last row of a page. `sort` guards against using a cursor with another order. */
export type Cursor = z.infer<typeof cursorSchema>

export const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Times as Postgres writes them, `infinity` among them, and as lists of calls have them. */
const isTime = (value: string): boolean => value === 'infinity' || !Number.isNaN(Date.parse(value))

/** Null for anything that is not a cursor of this order. */
export function decodeCursor(text: string, sort: string): Cursor | null {
  try {
    const parsed = cursorSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return parsed.success && parsed.data.sort === sort && isTime(parsed.data.value) ? parsed.data : null
  } catch {
    return null
  }
}
