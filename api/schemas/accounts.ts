/** What the API says of those who can sign in, to the owner. */
import { z } from '@hono/zod-openapi'

const roleSchema = z.enum(['admin', 'agent'])

export const accountSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    /** Can't sign in, and is nobody's colleague. */
    blocked: z.boolean(),
    /** The first password has not been changed yet. */
    must_change_password: z.boolean(),
    created_at: z.string(),
  })
  .openapi('Account')
export const accountListSchema = z.object({ accounts: z.array(accountSchema) }).openapi('AccountList')

const nameSchema = z.string().trim().min(1).max(60)

export const newAccountSchema = z
  .object({
    email: z.string().trim().toLowerCase().pipe(z.email().max(254)),
    name: nameSchema,
    role: roleSchema,
  })
  .openapi('NewAccount')

/** What is given is changed. */
export const accountChangeSchema = z
  .object({ name: nameSchema, role: roleSchema, blocked: z.boolean() })
  .partial()
  .refine((change) => Object.values(change).some((part) => part !== undefined), 'nothing to change')
  .openapi('AccountChange')

export const firstPasswordSchema = z
  .object({
    account: accountSchema,
    /** Told this once. It has to be changed after signing in. */
    first_password: z.string(),
  })
  .openapi('FirstPassword')

export type Account = z.infer<typeof accountSchema>
export type AccountList = z.infer<typeof accountListSchema>
export type NewAccount = z.infer<typeof newAccountSchema>
export type AccountChange = z.infer<typeof accountChangeSchema>
export type FirstPassword = z.infer<typeof firstPasswordSchema>
