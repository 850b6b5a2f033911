/** What the API says of the one who has signed in. */
import { z } from '@hono/zod-openapi'

export const meSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(['admin', 'agent']),
    /** The password is the first one: it should be changed (POST /api/auth/change-password). */
    must_change_password: z.boolean(),
  })
  .openapi('Me')

export type Me = z.infer<typeof meSchema>
