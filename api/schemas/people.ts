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

/** Someone who can sign in, as far as everybody may know. */
export const colleagueSchema = z.object({ email: z.string(), name: z.string() }).openapi('Colleague')
export const colleaguesSchema = z.object({ people: z.array(colleagueSchema) })

export type Colleague = z.infer<typeof colleagueSchema>
export type Me = z.infer<typeof meSchema>
