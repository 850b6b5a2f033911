/** Keys of programs as they go over the wire. */
import { z } from '@hono/zod-openapi'
import { API_SCOPES } from '../../domain/api-scopes.ts'

const time = z.string()
export const apiScopeSchema = z.enum(API_SCOPES).openapi('ApiScope')

export const apiKeySchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    hint: z.string().describe('its beginning'),
    scopes: z.array(apiScopeSchema),
    created_by: z.string(),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable().describe('to the minute'),
    revoked_at: time.nullable(),
    active: z.boolean().describe('neither revoked nor expired'),
  })
  .openapi('ApiKey')

export const apiKeyListSchema = z.object({ keys: z.array(apiKeySchema) }).openapi('ApiKeyList')

export const newApiKeySchema = z
  .object({
    name: z.string().trim().min(1).max(60),
    scopes: z
      .array(apiScopeSchema)
      .min(1)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'each once'),
    expires_at: z.iso.datetime({ offset: true }).nullish().describe('null: never'),
  })
  .openapi('NewApiKey')

export const createdApiKeySchema = z
  .object({ key: apiKeySchema, secret: z.string().describe('the key itself, told this once') })
  .openapi('CreatedApiKey')

export type ApiKeyView = z.infer<typeof apiKeySchema>
export type ApiKeyList = z.infer<typeof apiKeyListSchema>
export type NewApiKeyBody = z.infer<typeof newApiKeySchema>
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>
