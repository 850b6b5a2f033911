/** Keys by which programs use the API: the owner makes them, sees when they were used, and revokes them. */
import { createRoute, z } from '@hono/zod-openapi'
import {
  type ApiKeyRow,
  apiKeyHash,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../db/queries/api-keys.ts'
import { notifyScreens } from '../../db/queries/notify.ts'
import { isApiScope } from '../../domain/api-scopes.ts'
import { makeApiKey } from '../auth/api-keys.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type ApiKeyView,
  apiKeyListSchema,
  apiKeySchema,
  createdApiKeySchema,
  newApiKeySchema,
} from '../schemas/api-keys.ts'
import { shownTime, shownTimeOrNull } from '../views/view-context.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['API keys']
const params = z.object({
  key_id: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .openapi({ param: { name: 'key_id', in: 'path' } }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/api-keys',
  tags,
  summary: 'Keys of programs, those in use first',
  responses: { 200: json(apiKeyListSchema, 'The keys'), ...problems('unauthenticated', 'forbidden') },
})
const addRoute = createRoute({
  method: 'post',
  path: '/api/api-keys',
  tags,
  summary: 'Makes a key; the answer has it, once',
  request: { body: jsonBody(newApiKeySchema) },
  responses: {
    201: json(createdApiKeySchema, 'The key'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request', 'refused'),
  },
})
const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/api-keys/{key_id}',
  tags,
  summary: 'Revokes a key: it opens nothing from now on',
  request: { params },
  responses: {
    200: json(apiKeySchema, 'The key as it is now'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'invalid_request'),
  },
})

/** Adds the routes of API keys. */
export function addApiKeyRoutes(
  router: ApiRouter,
  { database, settings, signIn, now }: ApiDependencies,
): void {
  router.declare('admin', listRoute, async (c) => {
    const rows = await listApiKeys(database)
    return c.json({ keys: rows.map((row) => viewApiKey(row, now())) }, 200)
  })

  router.declare('admin', addRoute, async (c) => {
    const { name, scopes, expires_at } = c.req.valid('json')
    const { email } = c.get('person')
    const at = now()
    const expiresAt = expires_at == null ? null : new Date(expires_at)
    if (expiresAt !== null && expiresAt <= at)
      throw new ApiProblem('invalid_request', 'It would have expired already.', {
        errors: [{ path: 'body.expires_at', message: 'lies in the past' }],
      })
    const { key, hint } = makeApiKey()
    const hash = apiKeyHash(key, settings.secret)
    const row = await insertApiKey(database, {
      name,
      scopes,
      createdBy: email,
      expiresAt,
      hash,
      hint,
      createdAt: at,
    })
    if (row === null) {
      const detail = 'A key in use has this name.'
      throw new ApiProblem('refused', detail, {
        code: 'key_name_taken',
        errors: [{ path: 'body.name', message: detail }],
      })
    }
    await signIn.writeAudit({
      actor: email,
      action: 'add_api_key',
      orderId: null,
      reason: `${name}: ${scopes.join(' ')}`,
    })
    return c.json({ key: viewApiKey(row, at), secret: key }, 201)
  })

  router.declare('admin', revokeRoute, async (c) => {
    const at = now()
    const row = await revokeApiKey(database, c.req.valid('param').key_id, at)
    if (row === undefined) throw new ApiProblem('not_found', 'There is no such key.')
    // Sockets that it opened end at once.
    await notifyScreens(database, { type: 'sessions_changed' })
    await signIn.writeAudit({
      actor: c.get('person').email,
      action: 'revoke_api_key',
      orderId: null,
      reason: row.name,
    })
    return c.json(viewApiKey(row, at), 200)
  })
}

function viewApiKey(row: ApiKeyRow, at: Date): ApiKeyView {
  const { id, name, hint, created_by } = row
  return {
    id,
    name,
    hint,
    scopes: row.scopes.filter(isApiScope),
    created_by,
    created_at: shownTime(row.created_at),
    expires_at: shownTimeOrNull(row.expires_at),
    last_used_at: shownTimeOrNull(row.last_used_at),
    revoked_at: shownTimeOrNull(row.revoked_at),
    active: row.revoked_at === null && (row.expires_at === null || row.expires_at > at),
  }
}
